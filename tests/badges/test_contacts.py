"""The speakers' contact sheet: everybody on a bill, with picture, address, times and rooms, as a tagged PDF for organisers."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from PIL import Image

from eventsvc.agenda.models import SessionState
from eventsvc.badges import rules
from eventsvc.events.models import Event
from eventsvc.speakers.rules import set_portrait
from tests.badges.paper import sizes, words
from tests.make import make_event, make_room, make_session, make_speaker
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def filled() -> Event:
    event = await make_event(start=date(2027, 5, 14), name="Bones & Hearts")
    await make_speaker(event, name="Only Proposed", email="no@example.org")
    ada = await make_speaker(event, name="Ada Lovelace", email="ada@example.org", organisation="Engines", job_title="Analyst")
    zoe = await make_speaker(event, name="زهرة العلي", email="a-very-long-address-that-goes-on-and-on@department.of.long-names.example.org")
    out = io.BytesIO()
    Image.new("RGB", (500, 500), "#336699").save(out, "PNG")
    await set_portrait(event, ada, out.getvalue(), by="test")
    hall = await make_room(event, name="Hall")
    await make_session(event, title='#import "x" $ Bones', at="09:30", minutes=45, room=hall, speakers=[ada, zoe])
    await make_session(event, title="Off", speakers=[ada], state=SessionState.CANCELLED)
    return event


async def test_it_says_who_they_are_and_when_and_where() -> None:
    body = await rules.contact_sheet(await filled())

    text = " ".join(words(body))
    for said in (
        "Bones & Hearts: speakers",
        "2 people",
        "Ada Lovelace",
        "Analyst, Engines",
        "ada@example.org",
        "Fri 14 May, 09:30–10:15",
        "Hall",
    ):
        assert said in text
    assert '#import "x" $ Bones' in text
    assert all(hidden not in text for hidden in ("Only Proposed", "no@example.org", "Off"))
    assert sizes(body) == [(210.0, 297.0)]


async def test_it_is_tagged_with_its_language_and_its_pictures_described() -> None:
    body = await rules.contact_sheet(await filled())

    reader = pypdf.PdfReader(io.BytesIO(body))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], reader.metadata and reader.metadata.title) == (
        "en-GB",
        True,
        "Speakers: Bones & Hearts",
    )
    assert b"pdfuaid" in body or "pdfuaid" in str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())


@pytest.mark.parametrize(("who", "status"), [("rita", 200), ("victor", 403), ("tara", 403), ("mallory", 404)])
async def test_who_gets_it(who: str, status: int) -> None:
    event = await filled()
    async with await signed_in(who, event) as browser:
        answer = await browser.get(f"/manage/{event.slug}/contact-sheet.pdf")

    assert answer.status_code == status
    assert (answer.headers["content-type"] == "application/pdf") == (status == 200)


async def test_without_speakers_it_says_so() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        answer = await rita.get(f"/manage/{event.slug}/contact-sheet.pdf")

    assert (answer.status_code, "Nobody does yet." in answer.text) == (409, True)
