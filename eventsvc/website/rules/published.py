"""Telling attendees what a new version of the agenda changed for them: one letter each, only about what they keep or have a place in.

Who has their calendar by mail (`calendars`) hears of each session there and gets no summary beside it.
"""

from __future__ import annotations

from typing import Any

from tortoise.expressions import Q

from eventsvc.agenda.models import Favourite, Release, Session, Signup
from eventsvc.calendars.models import Follower
from eventsvc.core import device
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.events.models import EventState
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import HOLDING, Ticket

AT_ONCE = 200
"""Letters promised in one transaction, so that nobody else waits long."""


async def tell_attendees() -> int:
    """Promise the letters of every version that asked for them. Running it again, or twice at once, promises nothing twice."""
    told = 0
    for release in await Release.filter(tell_attendees=True, attendees_told_at=None).order_by("id").select_related("event"):
        if release.event.state != EventState.DRAFT and now() < release.event.ends_at:
            told += await _tell(release)
        await Release.filter(id=release.id, attendees_told_at=None).update(attendees_told_at=now())
    return told


async def _tell(release: Release) -> int:
    told = 0
    tickets = sorted(await _hit(release))
    for start in range(0, len(tickets), AT_ONCE):
        async with transaction():
            for ticket in await Ticket.filter(id__in=tickets[start : start + AT_ONCE]).order_by("id"):
                dedupe = f"release:{release.id}:ticket:{ticket.id}"
                facts = {"release": release.id, "ticket": ticket.id}
                told += await mail.queue("website/release", ticket.email, event_id=release.event_id, dedupe=dedupe, **facts)
    return told


async def _hit(release: Release) -> set[int]:
    """The numbers of live tickets that keep, or have a place in, what this version changed, and hear of it in no other letter."""
    codes = [change["code"] for change in release.changes if change["kind"] != "added"]
    if not codes:
        return set()
    hit = Q(session__event_id=release.event_id, session__code__in=codes)
    holders = await Favourite.filter(hit, holder__startswith=device.ticket(0)[:-1]).values_list("holder", flat=True)
    numbers = {int(str(holder).partition(":")[2]) for holder in holders}
    numbers |= {int(str(number)) for number in await Signup.filter(hit).values_list("ticket_id", flat=True)}
    live = await Ticket.filter(event_id=release.event_id, state__in=HOLDING, id__in=list(numbers)).values_list("id", flat=True)
    by_mail = await Follower.filter(ticket_id__in=list(numbers), stopped_at=None).values_list("ticket_id", flat=True)
    return {int(str(one)) for one in live} - {int(str(one)) for one in by_mail}


async def changes_for(ticket: Ticket, release: Release) -> list[dict[str, Any]]:
    """The changes of a version that are about what a ticket keeps or has a place in, now."""
    theirs = Q(favourites__holder=device.ticket(ticket.id)) | Q(signups__ticket_id=ticket.id)
    own = {str(code) for code in await Session.filter(theirs, event_id=release.event_id).values_list("code", flat=True)}
    return [change for change in release.changes if change["code"] in own and change["kind"] != "added"]
