"""What speakers change in public waits for an organiser, who sees word by word what is different."""

from __future__ import annotations

import httpx
import pytest

from eventsvc import worker
from eventsvc.agenda.models import Amendment, AmendmentState, Session, SessionState
from eventsvc.agenda.render import differences
from eventsvc.agenda.rules import amendments
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter, LetterState
from eventsvc.speakers.models import Speaker
from tests.make import make_event, make_session, make_speaker
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def asked(event: Event, title: str = "New title") -> tuple[Session, Speaker]:
    """A public session whose speaker wants another title."""
    speaker = await make_speaker(event, email="sam@example.org")
    session = await make_session(event, title="Old title", abstract="Stays", speakers=[speaker])
    await amendments.change_session_texts(event, session, speaker, {"title": title, "abstract": "Stays"}, by="Sam")
    return session, speaker


async def test_a_draft_changes_at_once() -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, state=SessionState.DRAFT, speakers=[speaker])

    done = await amendments.change_session_texts(event, session, speaker, {"title": "New"}, by="Sam")

    assert (done, (await Session.get(id=session.id)).title, await Amendment.all().count()) == (True, "New", 0)


async def test_a_public_text_waits_and_a_second_change_takes_its_place(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session, speaker = await asked(event)
    address = f"/{event.slug}/speaker/{speaker.secret}/sessions/{session.code}/texts"

    answer = await client.post(address, data={"title": "Newer title", "abstract": "Stays"})

    waiting = await Amendment.get(event=event)
    assert answer.headers["location"].endswith("?done=asked")
    assert (waiting.before, waiting.after) == ({"title": "Old title"}, {"title": "Newer title"})
    assert "Old title" in (await client.get(f"/{event.slug}/sessions/{session.code}")).text
    assert "Newer title" in (await client.get(address)).text


async def test_going_back_to_what_is_public_leaves_nothing_to_decide() -> None:
    event = await make_event()
    session, speaker = await asked(event)

    await amendments.change_session_texts(event, session, speaker, {"title": "Old title"}, by="Sam")

    assert await Amendment.filter(event=event).count() == 0


async def test_approved_it_is_public_and_the_speaker_is_told(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session, _ = await asked(event, title="<b>New</b> title")
    number = (await Amendment.get(event=event)).id
    async with await signed_in("rita", event) as rita:
        page = (await rita.get(f"/manage/{event.slug}/changes")).text
        answers = [await rita.post(f"/manage/{event.slug}/changes", data={"do": f"approve:{number}"}) for _ in range(2)]

    await worker.drain()
    assert '<del><span class="vh">removed: </span>Old</del>' in page
    assert "&lt;" in page
    assert "<b>New</b>" not in page
    assert [answer.headers["location"][-1] for answer in answers] == ["1", "0"]
    assert (await Session.get(id=session.id)).title == "<b>New</b> title"
    assert (await Letter.get(kind="agenda/amendment")).state == LetterState.SENT


async def test_several_are_declined_at_once_with_a_word() -> None:
    event = await make_event()
    (one, _), (two, _) = await asked(event), await asked(event)
    numbers = [str(amendment.id) for amendment in await Amendment.filter(event=event)]
    async with await signed_in("rita", event) as rita:
        await rita.post(f"/manage/{event.slug}/changes", data={"do": "decline", "change": numbers, "word": "Too long"})

    titles = [(await Session.get(id=session.id)).title for session in (one, two)]
    assert titles == ["Old title", "Old title"]
    assert {amendment.state for amendment in await Amendment.filter(event=event)} == {AmendmentState.DECLINED}
    assert [letter.facts["word"] for letter in await Letter.filter(kind="agenda/amendment")] == ["Too long", "Too long"]


async def test_a_speaker_on_the_programme_asks_and_the_picture_does_not(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam Speaker", biography="Old words")
    await make_session(event, speakers=[speaker])

    await client.post(f"/{event.slug}/speaker/{speaker.secret}/about", data={"name": "Sam Speaker", "biography": "New words"})
    waiting = await Amendment.get(event=event)
    before = (await Speaker.get(id=speaker.id)).biography
    await amendments.approve(event, [waiting.id], by="Rita")

    assert (before, (await Speaker.get(id=speaker.id)).biography) == ("Old words", "New words")


async def test_another_events_change_is_not_decided_here() -> None:
    event, other = await make_event(), await make_event()
    await asked(event)
    waiting = await Amendment.get(event=event)

    assert await amendments.approve(other, [waiting.id], by="Rita") == 0
    assert (await Amendment.get(id=waiting.id)).state == AmendmentState.WAITING


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("dev", 403), ("mallory", 404)])
async def test_who_decides(who: str, status: int) -> None:
    event = await make_event()
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/changes")).status_code == status


@pytest.mark.parametrize(("before", "after"), [("", "new"), ("old words here", "new words there"), ("a\nb", "a\n\nb"), ("x " * 5000, "y")])
async def test_what_stays_and_what_is_new_make_the_new_text(before: str, after: str) -> None:
    pieces = differences.words(before, after)

    assert "".join(piece.text for piece in pieces if piece.what != "gone") == after
    assert "".join(piece.text for piece in pieces if piece.what != "new") == before
