"""Free places of an organisation at an event."""

from __future__ import annotations

from tortoise.exceptions import IntegrityError

from eventsvc.audit.rules import record
from eventsvc.core.db import fetch, savepoint, transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.members.forms import AllowanceForm
from eventsvc.members.models import Allowance, Organisation


class TooFew(Refused):
    kind = "too-few-places"
    title = "More free places are taken than that"


async def at(event: Event, organisation: Organisation) -> Allowance:
    """What an organisation has at an event; none is a row of nothing, made when it is asked for."""
    one = await Allowance.get_or_none(event=event, organisation=organisation)
    if one:
        return one
    try:
        async with savepoint():
            return await Allowance.create(event=event, organisation=organisation)
    except IntegrityError:  # another request has just made it
        return await Allowance.get(event=event, organisation=organisation)


async def change(event: Event, organisation: Organisation, wanted: AllowanceForm, *, by: str) -> None:
    """How many places are free from now on. Raises TooFew when more are taken already."""
    async with transaction():
        one = await at(event, organisation)
        if one.free == wanted.free:
            return
        done = await fetch("UPDATE allowance SET free = $2 WHERE id = $1 AND used <= $2 RETURNING used", one.id, wanted.free)
        if not done:
            used = (await Allowance.get(id=one.id)).used
            raise TooFew(f"{used} free places are taken already. Enter at least {used}.", field="free")
        await record("allowance.changed", one, by=by, organisation=organisation.slug, free=wanted.free)
