"""make_event(), make_session(), …: every argument optional, no surprises."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventsvc.agenda.models import Room, Session, SessionSpeaker, Track, new_guid
from eventsvc.cfp.models import Author, Call, Field, FieldKind, FieldTarget, Proposal, ProposalState, ProposalType
from eventsvc.checkin.models import CheckinList, ListTicketType, Scan
from eventsvc.core.signing import secret, short_code, ticket_code
from eventsvc.core.text import fold
from eventsvc.events.models import Event, EventState, Organiser
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Quota, Ticket, TicketQuestion, TicketState, TicketType

_number = itertools.count(1)


async def make_event(**values: Any) -> Event:
    """A published one-day event tomorrow."""
    number = next(_number)
    organiser, _ = await Organiser.get_or_create(name="Health Cluster")
    day = date.today() + timedelta(days=1)
    defaults = {
        "organiser": organiser,
        "slug": f"summit-{number}",
        "name": f"Summit {number}",
        "start": day,
        "end": values.get("start", day),
        "place": "The Exchange, Birmingham",
        "state": EventState.PUBLISHED,
        "contact_email": "team@example.org",
    }
    event = await Event.create(**{**defaults, **values})
    await event.fetch_related("organiser")
    return event


async def make_ticket_type(event: Event, *, places: int | None = 10, **values: Any) -> TicketType:
    """A free ticket type with a quota of its own."""
    number = next(_number)
    if "quota" not in values and "quota_id" not in values:
        values["quota"] = await Quota.create(event=event, name=f"Places {number}", size=places)
    return await TicketType.create(**{"event": event, "code": f"type-{number}", "name": f"Ticket {number}", **values})


async def make_session(
    event: Event, *, at: str = "10:00", minutes: int = 30, speakers: list[Speaker] | None = None, **values: Any
) -> Session:
    """A confirmed talk on the event's first day, starting `at` local time."""
    number = next(_number)
    hour, minute = map(int, at.split(":"))
    start = datetime.combine(event.start, datetime.min.time(), event.zone).replace(hour=hour, minute=minute).astimezone(UTC)
    defaults = {
        "event": event,
        "code": f"S{number:05}",
        "guid": new_guid(),
        "title": f"Session {number}",
        "start": start,
        "end": start + timedelta(minutes=minutes),
    }
    session = await Session.create(**{**defaults, **values})
    for position, speaker in enumerate(speakers or []):
        await SessionSpeaker.create(session=session, speaker=speaker, position=position)
    return session


async def make_speaker(event: Event, **values: Any) -> Speaker:
    number = next(_number)
    return await Speaker.create(**{"event": event, "code": f"P{number:05}", "name": f"Speaker {number}", **values})


async def make_room(event: Event, **values: Any) -> Room:
    number = next(_number)
    return await Room.create(**{"event": event, "code": f"room-{number}", "name": f"Room {number}", "position": number, **values})


async def make_track(event: Event, **values: Any) -> Track:
    number = next(_number)
    return await Track.create(**{"event": event, "code": f"track-{number}", "name": f"Track {number}", "hue": number * 40 % 360, **values})


async def make_list(event: Event, *types: TicketType, **values: Any) -> CheckinList:
    """A check-in list for `types`, or for all types when none is named."""
    number = next(_number)
    made = await CheckinList.create(**{"event": event, "name": f"Door {number}", "salt": "00" * 16, "all_types": not types, **values})
    for ticket_type in types:
        await ListTicketType.create(checkin_list=made, ticket_type=ticket_type)
    return made


async def make_ticket(event: Event, **values: Any) -> Ticket:
    """A valid free ticket of Ada's in an order of its own; its quota counts it."""
    ticket_type = values.pop("ticket_type", None) or await TicketType.get_or_none(event=event, code="standard")
    if ticket_type is None:
        ticket_type = await make_ticket_type(event, code="standard", name="Standard", places=None)
    order = values.pop("order", None) or await Order.create(
        event=event, code=short_code(8), secret=secret(), email=values.get("email", "ada@example.org"), state=OrderState.PAID
    )
    defaults = {
        "event": event,
        "order": order,
        "ticket_type": ticket_type,
        "code": ticket_code(),
        "secret": secret(),
        "name": f"Attendee {next(_number)}",
        "email": order.email,
        "state": TicketState.VALID,
    }
    values = {**defaults, **values}
    values.setdefault("folded", fold(values["name"], values["email"], values.get("organisation", "")))
    if values["state"] in HOLDING:
        await Quota.claim(ticket_type.quota_id, 1)
    return await Ticket.create(**values)


async def make_question(event: Event, label: str, **values: Any) -> TicketQuestion:
    """An optional question of one line for all tickets, asked at registration; its code is its label in small letters."""
    defaults = {"event": event, "label": label, "code": label.lower().replace(" ", "_"), "kind": "line", "position": next(_number)}
    return await TicketQuestion.create(**{**defaults, **values})


async def make_scan(checkin_list: CheckinList, ticket: Ticket, **values: Any) -> Scan:
    """A scan that let the ticket in."""
    defaults = {
        "uuid": new_guid(),
        "checkin_list": checkin_list,
        "ticket": ticket,
        "verdict": "welcome",
        "admits": True,
        "at": datetime.now(UTC),
    }
    values.setdefault("happened_at", values.get("at", defaults["at"]))
    return await Scan.create(**{**defaults, **values})


async def make_call(event: Event, **values: Any) -> Call:
    """A published call, open for a week more, with one type: a talk of 30 minutes. `types=[("Workshop", 90)]` for others."""
    types = values.pop("types", [("Talk", 30)])
    defaults = {"event": event, "text": "Tell us.", "published": True, "closes_at": datetime.now(UTC) + timedelta(days=7)}
    call = await Call.create(**{**defaults, **values})
    for position, (name, minutes) in enumerate(types):
        await ProposalType.create(call=call, code=name.lower().replace(" ", "-"), name=name, minutes=minutes, position=position)
    return call


async def make_proposal(event: Event, *, speakers: list[Speaker] | None = None, **values: Any) -> Proposal:
    """A submitted proposal by a speaker of its own, to the event's call (made where there is none); loaded with call and type."""
    number = next(_number)
    call = values.pop("call", None) or await Call.get_or_none(event=event) or await make_call(event)
    defaults = {
        "call": call,
        "code": f"Q{number:05}",
        "title": f"Proposal {number}",
        "abstract": f"What proposal {number} is about.",
        "type": values.get("type") or await ProposalType.filter(call=call).first(),
        "state": ProposalState.SUBMITTED,
        "submitted_at": datetime.now(UTC),
    }
    proposal = await Proposal.create(**{**defaults, **values})
    for position, speaker in enumerate(speakers or [await make_proposer(event)]):
        await Author.create(proposal=proposal, speaker=speaker, position=position, joined_at=datetime.now(UTC))
    return proposal


async def make_proposer(event: Event, **values: Any) -> Speaker:
    """Somebody who proposed something: not on any public page."""
    return await make_speaker(event, **{"email": f"proposer{next(_number)}@example.org", "listed": False, **values})


async def make_field(call: Call, **values: Any) -> Field:
    """An optional line about the session."""
    number = next(_number)
    defaults = {"call": call, "target": FieldTarget.SESSION, "kind": FieldKind.LINE, "label": f"Field {number}", "position": number}
    return await Field.create(**{**defaults, **values})
