"""Access codes: made, sent, found, used. `used` is the number and the lock: one conditional UPDATE claims a use."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.cfp.forms.call import CodesForm
from eventsvc.cfp.models import AccessCode, Call, ProposalType
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Refused
from eventsvc.core.signing import short_code
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event
from eventsvc.mail.rules import queue

LENGTH = 10


class NoSuchCode(Refused):
    status = 422
    kind = "no-such-code"
    title = "We do not know that code"


class CodeSpent(Refused):
    kind = "code-spent"
    title = "This code has been used up"


async def make_codes(event: Event, call: Call, wanted: CodesForm, *, by: str) -> list[AccessCode]:
    """One code for each address, which is sent to it; or `count` codes to hand out. Raises NoSuchCode for a type that is not the call's."""
    async with transaction():
        kind = await ProposalType.get_or_none(call=call, code=wanted.type) if wanted.type else None
        if wanted.type and kind is None:
            raise NoSuchCode("There is no such type in this call.", field="type")
        made = [
            await AccessCode.create(
                call=call,
                code=short_code(LENGTH),
                note=wanted.note,
                email=email,
                type=kind,
                uses=wanted.uses,
                expires_at=event.aware(wanted.expires_at) if wanted.expires_at else None,
            )
            for email in wanted.emails or [""] * wanted.count
        ]
        for code in made:
            if code.email:
                await queue("cfp/invitation", code.email, event_id=event.id, dedupe=f"cfp-code:{code.id}", code=code.id)
        await record("call.codes_made", call, by=by, count=len(made))
    return made


async def remove_code(call: Call, code: AccessCode, *, by: str) -> None:
    """It opens nothing any more. Proposals made with it stay."""
    async with transaction():
        await code.delete()
        await record("call.code_removed", call, by=by)


async def find_code(call: Call, typed: str) -> AccessCode | None:
    """The code somebody typed; None for an empty box. Raises NoSuchCode and CodeSpent."""
    typed = "".join(typed.split()).upper().replace("-", "")
    if not typed:
        return None
    code = await AccessCode.get_or_none(call=call, code=typed[:20])
    if code is None:
        raise NoSuchCode("We do not know this code. Check it against the letter you got.", field="code")
    if code.expires_at is not None and code.expires_at <= now():
        raise CodeSpent("This code has expired. Ask the organisers for another.", field="code")
    if code.used >= code.uses:
        raise CodeSpent("This code has been used up. Ask the organisers for another.", field="code")
    return code


async def claim(code_id: int) -> None:
    """Inside a transaction: use it once. Of two who want the last use, one gets it. Raises CodeSpent."""
    rows = await fetch(
        "UPDATE access_code SET used = used + 1 WHERE id = $1 AND used < uses AND (expires_at IS NULL OR expires_at > $2) RETURNING id",
        code_id,
        now(),
    )
    if not rows:
        raise CodeSpent("This code has been used up or has expired. Ask the organisers for another.", field="code")


async def codes_csv(event: Event, call: Call, base: str) -> str:
    """All codes, with the address that each opens."""
    rows = await AccessCode.filter(call=call).select_related("type").order_by("id")
    return as_csv(
        ["code", "link", "email", "note", "type", "uses", "used", "expires"],
        (
            [
                *(one.code, base + one.code, one.email, one.note, one.type.name if one.type else ""),
                *(one.uses, one.used, f"{event.local(one.expires_at):%Y-%m-%d %H:%M}" if one.expires_at else ""),
            ]
            for one in rows
        ),
    )
