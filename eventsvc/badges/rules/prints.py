"""What was printed: noted with what it said, so that changes show and re-prints are marked; and the order in which a desk wants it."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence

from tortoise.functions import Count

from eventsvc.audit.rules import record
from eventsvc.badges.forms import Which
from eventsvc.badges.models import Print
from eventsvc.badges.render.badges import Pile
from eventsvc.core.db import transaction
from eventsvc.core.signing import mac
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket


def fingerprint(ticket: Ticket) -> str:
    """Of what a badge says. The ticket comes with its type."""
    return mac("badge", ticket.code, ticket.name, ticket.job_title, ticket.organisation, ticket.ticket_type.name)


async def note_prints(event_id: int, printed: Iterable[tuple[int, str]], how: str) -> None:
    """Inside a transaction: these tickets' badges were printed."""
    await Print.bulk_create([Print(event_id=event_id, ticket_id=ticket, fingerprint=said, how=how) for ticket, said in printed])


async def note_page(event: Event, ticket: Ticket, *, by: str) -> int:
    """A badge was opened to be printed in a browser. Returns how many there had been."""
    async with transaction():
        before = await Print.filter(ticket=ticket).count()
        await note_prints(event.id, [(ticket.id, fingerprint(ticket))], "page")
        await record("badge.printed", ticket, by=by, before=before)
    return before


async def print_counts(event: Event) -> dict[int, int]:
    """Ticket number → how often its badge was printed."""
    rows = Print.filter(event=event).group_by("ticket_id").annotate(many=Count("id"))
    return dict(await rows.values_list("ticket_id", "many"))


async def only(event: Event, tickets: Sequence[Ticket], which: Which) -> list[Ticket]:
    """Those not printed yet, or those whose badge says something else by now; `all` leaves nobody out."""
    if which == Which.ALL:
        return list(tickets)
    last = dict(await Print.filter(event=event).order_by("id").values_list("ticket_id", "fingerprint"))
    if which == Which.NEW:
        return [one for one in tickets if one.id not in last]
    return [one for one in tickets if last.get(one.id, fingerprint(one)) != fingerprint(one)]


def piles(tickets: Sequence[Ticket], starts: str) -> list[Pile]:
    """The badges under the letters at which a new pile begins: "N" gives A–M and N–Z. Names in other alphabets come last.

    No letters: one pile without a title.
    """
    letters = sorted({"A", *(c for c in fold(starts).upper() if c in string.ascii_uppercase)})
    if len(letters) == 1:
        return [Pile(list(tickets))]
    ends = [chr(ord(following) - 1) for following in letters[1:]] + ["Z"]
    titles = [one if one == end else f"{one}–{end}" for one, end in zip(letters, ends, strict=True)]
    found: dict[str, list[Ticket]] = {title: [] for title in [*titles, "Other letters"]}
    for ticket in tickets:
        first = fold(ticket.name.rpartition(" ")[2])[:1].upper()
        at = sum(first >= letter for letter in letters) - 1
        found[titles[at] if first in string.ascii_uppercase and first else "Other letters"].append(ticket)
    return [Pile(some, title) for title, some in found.items() if some]
