"""Member organisations: added, changed, found by a code or an address."""

from __future__ import annotations

import re
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from eventsvc.accounts.models import User
from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.db import savepoint, transaction
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event, Organiser
from eventsvc.events.rules import may_change_organiser
from eventsvc.members.forms import OrganisationForm, addresses
from eventsvc.members.models import Allowance, Domain, Organisation

LENGTH = 10
"""Characters of a made code: 50 random bits, so that trying codes leads nowhere."""


class Known(Refused):
    kind = "already-there"
    title = "There is one already"


class BadCode(Refused):
    status = 422
    kind = "invalid"
    title = "This member code does not work"


async def save(user: User, organiser: Organiser, one: Organisation | None, wanted: OrganisationForm) -> Organisation:
    """Add an organisation, or change one. It is the same at all the organiser's events. Raises Forbidden, Known."""
    await may_change(user, organiser)
    async with transaction():
        return await write(organiser, one, wanted, by=user.label)


async def may_change(user: User, organiser: Organiser) -> None:
    """Raises Forbidden for somebody who does not run all events that it counts at."""
    if not await may_change_organiser(user, organiser):
        raise Forbidden("Members belong to other events too. Ask an administrator, or somebody who organises all of them.")


async def write(organiser: Organiser, one: Organisation | None, wanted: OrganisationForm, *, by: str) -> Organisation:
    """Write an organisation with its domains, inside a transaction. Raises Known."""
    others = Organisation.filter(organiser=organiser).exclude(id=one.id if one else 0)
    if await others.filter(name=wanted.name).exists():
        raise Known(f"There is an organisation “{wanted.name}” already.", field="name")
    if wanted.code and await others.filter(code=wanted.code).exists():
        raise Known("Another organisation has this code. Choose a different one, or leave it empty and we make one.", field="code")
    values: dict[str, Any] = {
        "name": wanted.name,
        "kind": wanted.kind,
        "email": wanted.email or "",
        "left": wanted.left,
        "folded": fold(wanted.name, *wanted.domains)[:400],
        "code": wanted.code or (one.code if one else signing.short_code(LENGTH)),
    }
    if one is None:
        one = await Organisation.create(organiser=organiser, slug=await _free_slug(organiser, wanted.name), **values)
        await record("organisation.added", one, by=by)
    else:
        if one.email and one.email != values["email"]:
            await _end_links(one, by=by)
        await one.change(**values)
        await record("organisation.changed", one, by=by)
    await _write_domains(organiser, one, wanted.domains)
    return one


async def _end_links(one: Organisation, *, by: str) -> None:
    """Somebody else looks after its places from now on: whoever did opens its pages no more."""
    for row in await Allowance.filter(organisation=one).exclude(secret=None):
        await row.change(secret=None)
        await record("allowance.link_revoked", row, by=by, organisation=one.slug)


async def _write_domains(organiser: Organiser, one: Organisation, domains: list[str]) -> None:
    taken = await Domain.filter(organiser=organiser, domain__in=domains).exclude(organisation=one).select_related("organisation").first()
    if taken:
        raise Known(f"{taken.domain} belongs to {taken.organisation.name} already. A domain can be of one organisation.", field="domains")
    kept = {str(domain) for domain in await Domain.filter(organisation=one).values_list("domain", flat=True)}
    await Domain.filter(organisation=one).exclude(domain__in=domains).delete()
    try:
        async with savepoint():
            await Domain.bulk_create([Domain(organiser=organiser, organisation=one, domain=new) for new in domains if new not in kept])
    except IntegrityError:  # somebody else has just written it
        raise Known("One of these domains has just been given to another organisation.", field="domains") from None


async def _free_slug(organiser: Organiser, name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:50] or "organisation"
    base = f"{base}-organisation" if base in ("new", "import") else base
    taken = {str(one) for one in await Organisation.filter(organiser=organiser, slug__startswith=base).values_list("slug", flat=True)}
    return next(one for one in [base, *(f"{base}-{n}" for n in range(2, 5000))] if one not in taken)


def found(event: Event, search: str = "") -> QuerySet[Organisation]:
    """The organisations of the event's organiser whose name or domain holds every word of `search`."""
    rows = Organisation.filter(organiser_id=event.organiser_id)
    for word in fold(search).split()[:6]:
        rows = rows.filter(folded__contains=word)
    return rows


async def of(event: Event, slug: str) -> Organisation:
    """Raises NotFound."""
    one = await Organisation.get_or_none(organiser_id=event.organiser_id, slug=slug).prefetch_related("domains")
    if one is None:
        raise NotFound("There is no such organisation.")
    return one


async def by_code(event: Event, typed: str) -> Organisation:
    """Whose member code was typed (any case, spaces and hyphens ignored). Raises BadCode."""
    code = re.sub(r"[\s\-]", "", typed).upper()
    one = await Organisation.get_or_none(organiser_id=event.organiser_id, code=code, left=False)
    if one is None:
        raise BadCode("We do not know this member code. Check it, or leave it empty.", field="member")
    return one


async def by_email(event: Event, email: str) -> Organisation | None:
    """Whose domain an address has: the nearest one counts. The address is not proved by that."""
    domains = addresses.above(addresses.domain_of(email))
    rows = await Domain.filter(organiser_id=event.organiser_id, domain__in=domains, organisation__left=False).select_related("organisation")
    nearest = max(rows, key=lambda row: len(row.domain), default=None)
    return nearest.organisation if nearest else None
