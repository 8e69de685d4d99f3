"""The conference: the launch of a health-technology cluster, held with a university and a hospital trust. All names are made up."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from eventsvc.agenda.models import BREAK, Room, Session, SessionSpeaker, Track, new_guid
from eventsvc.checkin import rules as checkin
from eventsvc.core.clock import now, travel
from eventsvc.core.signing import short_code
from eventsvc.demo import extras, portraits
from eventsvc.demo.programme import PROGRAMME, TRACKS
from eventsvc.demo.speakers import SPEAKERS
from eventsvc.events import rules as events
from eventsvc.events.forms import EventForm
from eventsvc.events.models import Event, EventState, Organiser
from eventsvc.speakers import rules as speaker_rules
from eventsvc.speakers.models import Speaker
from eventsvc.surveys import rules as surveys
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.forms.terms import TermsForm
from eventsvc.ticketing.models import FeeKind
from eventsvc.ticketing.rules import catalogue, terms, vouchers

SLUG = "diagnostics"
ROOMS = [("Assembly Hall", 320), ("Foundry", 120), ("Canal Room", 60)]
TYPES = [
    ("NHS and academic", "For staff of the NHS, universities and hospital trusts. Lunch included.", 0, 900, 165, True),
    ("Member organisation", "For people from member companies. Lunch and reception included.", 9500, 150, 275, True),
    ("Non-member", "For everybody else. Lunch and reception included.", 18000, 150, 45, True),
    ("Speaker", "For those on the programme.", 0, 60, 15, False),
]

VOUCHERS = [
    {
        "code": "SPEAKER2027",
        "kind": "none",
        "opens_hidden": True,
        "ticket_types": ["speaker"],
        "uses": 60,
        "note": "For those on the programme",
    },
    {"code": "TRUST20", "percent": 20, "ticket_types": ["non-member"], "uses": None, "note": "Partner trusts"},
    {"count": 12, "percent": 100, "ticket_types": ["member-organisation"], "note": "Two free places for each founding member"},
]

DESCRIPTION = """The West Midlands has hospitals that treat five million people, universities that build the tests, and companies that make them.
On one day they sit at the same tables.

**Who it is for:** people who make, buy, use or study diagnostics: pathology and imaging teams, commissioners, founders, researchers, students.

- Three rooms, four tracks, from point-of-care tests to the regulation of AI
- Meet-the-buyer tables all afternoon in the Canal Room
- CPD certificates for everybody who attends
"""

TRAVEL = """**By train:** ten minutes on foot from Moor Street, fifteen from New Street. **By car:** step-free parking on Foundry Lane.

The building is step-free; hearing loops in all rooms. Tell us what you need: we answer within a day."""


async def make() -> Event:
    """The event with its programme, ticket types, door and survey."""
    organiser = await Organiser.create(
        name="West Midlands Health Technology Cluster",
        address="The Exchange, Foundry Lane\nBirmingham B4 7XX",
        contact_email="hello@example.org",
        company_number="CIC 00000000",
        vat_number="GB 000 0000 00",
        invoice_prefix="WM",
        bank_details="West Midlands Health Technology Cluster CIC\nSort code 00-00-00, account 12345678",
    )
    zone = EventForm.model_fields["timezone"].default
    today = datetime.now(Event(timezone=zone).zone).date()
    wanted = EventForm(
        name="Diagnostics Together",
        tagline="One day to launch the cluster: the university, the hospital trust and the companies that make the tests",
        description=DESCRIPTION,
        start=today,
        end=today,
        timezone=zone,
        place="The Exchange, Birmingham",
        address="Foundry Lane\nBirmingham B4 7XX",
        travel=TRAVEL,
        hue=195,
        contact_email="hello@example.org",
        sponsors="Mercia University\nArden Hospitals NHS Trust\nSevern Assays\nLongbridge Imaging\nPell & Hart Solicitors\nBlack Country Growth Fund",
        changes_until=datetime.combine(today, time(23, 59)),
        state=EventState.PUBLISHED,
    )
    with travel(now() - timedelta(days=60)):
        event = await events.create_event(organiser, SLUG, wanted, by="demo")
        for name, description, price, places, hue, public in TYPES:
            await catalogue.add_ticket_type(
                event, name, places=places, by="demo", description=description, price=price, hue=hue, public=public
            )
        for voucher in VOUCHERS:
            await vouchers.add(event, VoucherForm.model_validate(voucher), by="demo")
        await _programme(event, await _speakers(event))
        await extras.make(event)
        await checkin.add_list(event, "Main entrance", by="demo")
        survey = await surveys.add_default_survey(event, by="demo")
    # It opens early here, so that every journey can be walked on the day itself.
    await survey.change(opens_at=now() - timedelta(hours=1), closes_at=now() + timedelta(days=30))
    await events.touch(event)
    await event.fetch_related("organiser")
    await terms.change(
        event, TermsForm(paid_too=True, fee_kind=FeeKind.PERCENT, percent=20, free_until=event.starts_at - timedelta(days=14)), by="demo"
    )
    return event


async def _speakers(event: Event) -> dict[str, Speaker]:
    made = {}
    for name, looks, job_title, organisation, biography in SPEAKERS:
        speaker = await Speaker.create(
            event=event, code=short_code(6), guid=new_guid(), name=name, job_title=job_title, organisation=organisation, biography=biography
        )
        await speaker_rules.set_portrait(event, speaker, portraits.draw(name, looks), by="demo")
        made[name] = speaker
    return made


async def _programme(event: Event, speakers: dict[str, Speaker]) -> None:
    rooms = {
        name: await Room.create(event=event, code=f"room-{n}", name=name, capacity=seats, position=n)
        for n, (name, seats) in enumerate(ROOMS)
    }
    tracks = {
        name: await Track.create(event=event, code=name.lower().replace(" ", "-"), name=name, hue=hue, position=n)
        for n, (name, hue) in enumerate(TRACKS)
    }
    for start, minutes, room, track, title, abstract, people in PROGRAMME:
        hour, minute = map(int, start.split(":"))
        begins = datetime.combine(event.start, time(hour, minute), event.zone).astimezone(UTC)
        session = await Session.create(
            event=event,
            code=short_code(6),
            guid=new_guid(),
            title=title,
            abstract=abstract,
            kind="talk" if track else BREAK,
            language="en",
            track=tracks.get(track),
            room=rooms.get(room),
            start=begins,
            end=begins + timedelta(minutes=minutes),
        )
        for position, name in enumerate(people):
            await SessionSpeaker.create(session=session, speaker=speakers[name], position=position)
