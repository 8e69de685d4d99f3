"""The link of an organisation's own page at an event: opened, sent, taken back."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.members.models import Allowance, Organisation


class NobodyToWriteTo(Refused):
    kind = "nobody-to-write-to"
    title = "There is nobody to write to"


def address(event: Event, secret: str) -> str:
    return f"{settings().base_url}/{event.slug}/company/{secret}"


async def send(event: Event, organisation: Organisation, *, by: str) -> None:
    """Send the link to the organisation's contact; it is made where there is none. Raises NobodyToWriteTo."""
    if not organisation.email:
        raise NobodyToWriteTo("Fill in the contact e-mail of this organisation first: the link goes there.")
    async with transaction():
        one = await Allowance.select_for_update().get(event=event, organisation=organisation)
        if not one.secret:
            await one.change(secret=signing.secret())
        await _letter(event, one, organisation.email)
        await record("allowance.link_sent", one, by=by, organisation=organisation.slug)


async def take_back(event: Event, organisation: Organisation, *, by: str) -> None:
    """The link opens nothing any more. What was bought with it stays; a new one can be sent."""
    async with transaction():
        one = await Allowance.select_for_update().get(event=event, organisation=organisation)
        if one.secret:
            await one.change(secret=None)
            await record("allowance.link_revoked", one, by=by, organisation=organisation.slug)


async def by_secret(event: Event, secret: str) -> Allowance:
    """Whose page it is, with its organisation. Raises NotFound."""
    one = await Allowance.get_or_none(event=event, secret=secret, organisation__left=False).select_related("organisation")
    if one is None:
        raise NotFound("This link does not open a page any more. Ask the organiser for a new one.")
    return one


async def send_again(event: Event, email: str) -> None:
    """Send the link to a contact who lost it. Says nothing of whether there is one; at most once in ten minutes."""
    async with transaction():
        for one in await Allowance.filter(event=event, organisation__email=email, organisation__left=False).exclude(secret=None):
            window = int(now().timestamp() // 600)
            await _letter(event, one, email, dedupe=f"company:{one.id}:{window}")


async def _letter(event: Event, one: Allowance, to: str, dedupe: str | None = None) -> None:
    await mail.queue("members/company", to, event_id=event.id, dedupe=dedupe, allowance=one.id)
