"""What shows several domains, as JSON: who signed up for a session."""

from __future__ import annotations

from pydantic import BaseModel

from eventsvc.accounts.models import ApiToken
from eventsvc.agenda.models import Signup, SignupState
from eventsvc.agenda.rules import sessions
from eventsvc.core.api import After, Items, Limit, Moment, get
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket


class SignupOut(BaseModel):
    ticket: str
    name: str
    state: SignupState
    since: Moment


async def list_signups(event: Event, token: ApiToken, code: str, limit: Limit = 100, after: After = None) -> Items[SignupOut]:
    """Who has a place in a session and who waits, in the order in which they came."""
    session = await sessions.find(event, code)
    start = int(after) if after and is_number(after) else 0
    rows = await Signup.filter(session=session, id__gt=start).order_by("id").limit(limit + 1)
    people = {one.id: one for one in await Ticket.filter(event=event, id__in=[row.ticket_id for row in rows[:limit]])} if rows else {}
    items = [
        SignupOut(ticket=people[row.ticket_id].code, name=people[row.ticket_id].name, state=row.state, since=row.created_at)
        for row in rows[:limit]
        if row.ticket_id in people
    ]
    return Items(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


routes = [get("/events/{event}/sessions/{code}/signups", list_signups, "programme")]
