"""Publishing the draft: what changes, whom it hits, once, and the versions that stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eventsvc.agenda.jobs import published
from eventsvc.agenda.models import Favourite, Release, Room, Session, SessionState, Slot
from eventsvc.agenda.rules.draft import Place, draft, move, public_place
from eventsvc.agenda.rules.release_changes import differences
from eventsvc.agenda.rules.releases import AlreadyPublished, DraftChanged, NothingToPublish, preview, publish
from eventsvc.agenda.rules.sessions import change_session
from eventsvc.audit.models import Entry
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Availability
from tests.make import make_event, make_room, make_session, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")
OFF = Place(None, None, None)


def later(session: Session, minutes: int = 60, room: Room | None = None) -> Place:
    assert session.start is not None
    assert session.end is not None
    by = timedelta(minutes=minutes)
    return Place(room.id if room else session.room_id, session.start + by, session.end + by)


async def first(event: Event) -> Release:
    return await publish(event, by="Olga")


def told(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(change["kind"], change["code"]) for change in changes]


async def test_publishing_moves_what_the_public_sees_and_raises_the_sequence() -> None:
    event = await make_event()
    room = await make_room(event)
    moved, same = await make_session(event), await make_session(event)
    place = later(moved, 60, room)
    await move(event, moved, place, by="Olga")
    version = (await Event.get(id=event.id)).version

    release = await publish(event, name="Summer", note="Sorry!", by="Olga", tell_attendees=True)

    after, still = await Session.get(id=moved.id), await Session.get(id=same.id)
    assert (public_place(after), after.sequence, still.sequence) == (place, 1, 0)
    assert await Slot.filter(session__event=event).count() == 0
    assert (release.number, release.name, release.note, release.by, release.tell_attendees) == (1, "Summer", "Sorry!", "Olga", True)
    assert told(release.changes) == [("moved", moved.code)]
    assert (await Event.get(id=event.id)).version == version + 1
    assert await Entry.filter(event_id=event.id, action="release.published").count() == 1


async def test_every_kind_of_change_is_told_with_before_and_after() -> None:
    event = await make_event()
    hall, foundry = await make_room(event, name="Hall"), await make_room(event, name="Foundry")
    moved, roomed = await make_session(event, at="09:00", room=hall), await make_session(event, at="10:00", room=hall)
    gone, new = await make_session(event, at="11:00"), await make_session(event, start=None, end=None)
    cancelled = await make_session(event, at="12:00")
    await first(event)
    await move(event, moved, later(moved, 5, foundry), by="Olga")
    await move(event, roomed, later(roomed, 0, foundry), by="Olga")
    await move(event, gone, OFF, by="Olga")
    await move(event, new, later(gone, 0), by="Olga")
    await change_session(event, cancelled, {"state": SessionState.CANCELLED}, by="Olga")

    release = await publish(event, by="Olga")

    assert {code: kind for kind, code in told(release.changes)} == {
        moved.code: "moved",
        roomed.code: "room",
        gone.code: "removed",
        new.code: "added",
        cancelled.code: "cancelled",
    }
    by_code = {change["code"]: change for change in release.changes}
    assert [by_code[roomed.code][when]["room"] for when in ("before", "after")] == ["Hall", "Foundry"]
    assert (by_code[new.code]["before"], by_code[gone.code]["after"]) == (None, None)


async def test_a_version_keeps_the_whole_programme() -> None:
    event = await make_event()
    room = await make_room(event, name="Hall")
    speaker = await make_speaker(event)
    shown = await make_session(event, title="Shown", room=room, speakers=[speaker])
    await make_session(event, title="Secret", state=SessionState.DRAFT)
    release = await first(event)
    await move(event, shown, later(shown), by="Olga")
    await publish(event, by="Olga")

    old = await Release.get(id=release.id)

    assert [(row["title"], row["room"], row["speakers"]) for row in old.programme] == [("Shown", "Hall", [speaker.code])]
    assert old.programme[0]["start"].startswith(f"{shown.start:%Y-%m-%dT%H:%M}")


async def test_nothing_to_publish_is_refused_but_the_first_version_is_not() -> None:
    event = await make_event()
    await make_session(event)

    assert (await first(event)).changes == []
    with pytest.raises(NothingToPublish):
        await publish(event, by="Olga")


async def test_a_double_click_gets_the_same_version_and_a_second_organiser_a_word() -> None:
    event = await make_event()
    session = await make_session(event)
    await move(event, session, later(session), by="Olga")

    releases = [await publish(event, by="Olga", number=1) for _ in range(2)]

    assert releases[0].id == releases[1].id
    with pytest.raises(AlreadyPublished) as refusal:
        await publish(event, by="Rita", number=1)
    assert "Olga has published version 1" in refusal.value.sentence
    with pytest.raises(NotFound):
        await publish(event, by="Rita", number=7)
    assert await Release.filter(event=event).count() == 1


async def test_what_nobody_looked_at_is_not_published() -> None:
    event = await make_event()
    session = await make_session(event)
    await move(event, session, later(session), by="Olga")
    looked = await preview(event)
    await move(event, session, later(session, 90), by="Rita")

    with pytest.raises(DraftChanged):
        await publish(event, by="Olga", number=looked.number, seen=looked.seen)

    assert await Release.filter(event=event).count() == 0
    assert await draft(event) == {session.id: later(session, 90)}


async def test_the_preview_says_what_publishing_then_does() -> None:
    event = await make_event()
    session, quiet = await make_session(event), await make_session(event, state=SessionState.DRAFT)
    await first(event)
    await move(event, session, later(session), by="Olga")
    await move(event, quiet, later(quiet), by="Olga")

    looked = await preview(event)
    release = await publish(event, by="Olga", number=looked.number, seen=looked.seen)

    assert looked.changes == release.changes
    assert [one.id for one in looked.unconfirmed] == [quiet.id]
    assert public_place(await Session.get(id=quiet.id)) == later(quiet)


async def test_direct_changes_are_in_the_next_versions_list() -> None:
    event = await make_event()
    session = await make_session(event)
    await first(event)
    await change_session(event, session, {"start": later(session).start, "end": later(session).end}, by="Olga")

    looked = await preview(event)
    release = await publish(event, by="Olga")

    assert (looked.changes, told(looked.direct)) == ([], [("moved", session.code)])
    assert told(release.changes) == [("moved", session.code)]


async def test_the_impact_counts_people() -> None:
    event = await make_event()
    room = await make_room(event, name="Box", capacity=2)
    speaker = await make_speaker(event)
    one, other = await make_session(event, at="10:00", title="One", speakers=[speaker]), await make_session(event, at="14:00")
    await Session.filter(id=one.id).update(signup_places=9, signed_up=3)
    await Availability.create(speaker=speaker, start=one.start, end=one.end)
    for holder in ("device:a", "device:b"):
        for session in (one, other):
            await Favourite.create(session=session, holder=holder)
    await Favourite.create(session=one, holder="device:c")

    before = (await preview(event)).impact
    await move(event, one, later(one, 240, room), by="Olga")
    looked = await preview(event)

    assert before == []
    assert looked.impact == [
        "2 pairs of favourites now clash, for 2 people.",
        "3 sign-ups are for 1 session that moves.",
        "“One”: 3 want to come; Box has 2 seats.",
        "1 speaker is not available at the new time.",
    ]


async def test_a_favourite_that_leaves_the_agenda_is_told() -> None:
    event = await make_event()
    session = await make_session(event)
    await Favourite.create(session=session, holder="device:a")
    await move(event, session, OFF, by="Olga")

    assert (await preview(event)).impact == ["1 person keeps a session that leaves the agenda."]


async def test_speakers_and_chairs_are_told_what_changed_for_them_once() -> None:
    event = await make_event(name="Summit")
    room = await make_room(event, name="Foundry")
    sam = await make_speaker(event, name="Sam\nBcc: x", email="sam@example.org")
    chair, other = await make_speaker(event, email="chair@example.org"), await make_speaker(event, email="other@example.org")
    await make_session(event, speakers=[other])
    session = await make_session(event, title="Troponin", speakers=[sam, await make_speaker(event, email="")], chair=chair)
    await move(event, session, later(session, 60, room), by="Olga")

    await publish(event, by="Olga", tell_speakers=True, number=1)
    await publish(event, by="Olga", tell_speakers=True, number=1)

    letters = await Letter.filter(event_id=event.id, kind="agenda/published").order_by("id")
    message = await published(letters[0])
    assert [letter.to for letter in letters] == ["sam@example.org", "chair@example.org"]
    assert message is not None
    assert message.subject == "Summit: your session has changed"
    assert "Dear Sam Bcc: x," in message.text
    assert "Troponin\n  was:" in message.text
    assert "11:00 to 11:30, Foundry" in message.text
    assert f"/speaker/{sam.secret}" in message.text
    assert "Foundry" in message.html


async def test_nobody_is_told_when_it_is_not_ticked() -> None:
    event = await make_event()
    session = await make_session(event, speakers=[await make_speaker(event, email="sam@example.org")])
    await move(event, session, later(session), by="Olga")

    await publish(event, by="Olga")

    assert await Letter.filter(event_id=event.id).count() == 0


async def test_another_events_draft_stays() -> None:
    event, other = await make_event(), await make_event()
    session, foreign = await make_session(event), await make_session(other)
    await move(event, session, later(session), by="Olga")
    await move(other, foreign, later(foreign), by="Olga")

    await publish(event, by="Olga")

    assert await draft(other) == {foreign.id: later(foreign)}
    assert public_place(await Session.get(id=foreign.id)) == public_place(foreign)


async def test_a_cancelled_session_that_comes_back_is_new() -> None:
    row = {"code": "A", "title": "A", "room": None, "room_code": None, "start": "1", "end": "2"}

    assert told(differences([{**row, "state": "cancelled"}], [{**row, "state": "confirmed"}])) == [("added", "A")]
    assert differences([{**row, "state": "confirmed"}], [{**row, "state": "confirmed", "title": "B"}]) == []
