"""The page for everything that goes in or out: who gets in, a preview first, files kept for two hours and for one event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.agenda.models import Session
from eventsvc.agenda.rules import stash
from eventsvc.audit.models import Entry
from eventsvc.core.clock import now, travel
from tests.make import make_event, make_session, make_speaker
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
TABLE = b"title,speakers,minutes\nBones,Ada Lovelace,45\nBad,,soon\n"


def page_of(event: Any) -> str:
    return f"/manage/{event.slug}/exchange"


def key_in(answer: httpx.Response) -> str:
    return answer.text.split('name="key" value="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("who", "looks", "brings"),
    [("olga", 200, 422), ("rita", 200, 422), ("victor", 200, 403), ("tara", 200, 403), ("dev", 403, 403), ("mallory", 404, 404)],
)
async def test_who_may_take_out_and_bring_in(who: str, looks: int, brings: int) -> None:
    event = await make_event()
    async with await signed_in(who, event) as browser:
        for path in ("", "/sessions.csv", "/speakers.xlsx"):
            assert (await browser.get(page_of(event) + path)).status_code == looks

        assert (await browser.post(page_of(event), data={"do": "paste", "rows": ""})).status_code == brings


async def test_a_stranger_is_sent_to_the_sign_in_page(client: httpx.AsyncClient) -> None:
    event = await make_event()

    answer = await client.get(page_of(event) + "/speakers.csv")

    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


async def test_addresses_only_for_those_who_manage_the_programme() -> None:
    event = await make_event()
    await make_speaker(event, name="Ada Lovelace", email="ada@example.org")
    async with await signed_in("victor", event) as victor, await signed_in("rita", event) as rita:
        answers = [await victor.get(page_of(event) + "/speakers.csv"), await rita.get(page_of(event) + "/speakers.csv")]

    assert ["ada@example.org" in answer.text for answer in answers] == [False, True]
    assert all("Ada Lovelace" in answer.text and answer.headers["cache-control"] == "no-store" for answer in answers)


async def test_a_file_is_looked_at_first_and_then_taken_in() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        look = await rita.post(page_of(event), data={"do": "look"}, files={"file": ("t.csv", TABLE)})
        before = await Session.filter(event=event).count()
        done = await rita.post(page_of(event), data={"do": "apply", "key": key_in(look)})
        again = await rita.post(page_of(event), data={"do": "apply", "key": key_in(look)})

    assert ("Nothing has been changed yet" in look.text, "line 3" in look.text, before) == (True, True, 0)
    assert "1 session, 1 speaker added." in done.text
    assert [one.title for one in await Session.filter(event=event)] == ["Bones"]
    assert (again.status_code, "Choose them again" in again.text) == (422, True)
    assert [one.action for one in await Entry.filter(event_id=event.id)] == ["programme.imported"]


async def test_the_old_address_takes_a_schedule_at_once() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/sessions/import", data={"do": "apply"}, files={"file": ("t.csv", TABLE)})

    assert (answer.status_code, await Session.filter(event=event).count()) == (200, 1)


async def test_pasted_rows_stay_in_the_box_when_they_are_wrong() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(page_of(event), data={"do": "paste", "rows": "one\ttwo\n1\t<b>2"})

    assert (answer.status_code, "No line names the columns" in answer.text) == (422, True)
    assert "1\t&lt;b&gt;2</textarea>" in answer.text


async def test_pasted_rows_are_taken_in() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        look = await rita.post(page_of(event), data={"do": "paste", "rows": "Title\tSpeaker\nBones\tAda"})
        await rita.post(page_of(event), data={"do": "apply", "key": key_in(look)})

    assert await Session.filter(event=event, title="Bones", speakers__speaker__name="Ada").count() == 1


async def test_a_key_opens_nothing_of_another_event() -> None:
    event, other = await make_event(), await make_event()
    key = await stash.keep(other, [("t.csv", TABLE)])
    async with await signed_in("rita", event) as rita:
        answers = [
            await rita.post(page_of(event), data={"do": "apply", "key": bad}) for bad in (key, "../" + key, f"../{other.id}-{key}", "x")
        ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert await Session.filter(event=event).count() == 0
    assert await stash.fetch(other, key) == [("t.csv", TABLE)]


async def test_files_nobody_came_back_for_are_dropped_after_two_hours() -> None:
    event = await make_event()
    await stash.keep(event, [("t.csv", TABLE)])
    await stash.sweep()

    with travel(now() + timedelta(hours=2, minutes=1)):
        dropped = await stash.sweep()

    assert dropped >= 1
    assert await stash.sweep() == 0


async def test_one_copies_only_from_events_one_manages_too() -> None:
    event, mine, theirs = await make_event(), await make_event(name="Mine"), await make_event(name="Theirs")
    for earlier in (mine, theirs):
        await make_session(earlier, title=f"Of {earlier.name}")
    await (await signed_in("victor", theirs)).aclose()
    async with await signed_in("rita", event) as rita, await signed_in("rita", mine):
        shown = (await rita.get(page_of(event))).text
        wanted = {"sessions": "true", "do": "copy-apply"}
        refused = await rita.post(page_of(event), data={**wanted, "earlier": theirs.slug})
        look = await rita.post(page_of(event), data={**wanted, "do": "copy", "earlier": mine.slug})
        kept = await Session.filter(event=event).count()
        done = await rita.post(page_of(event), data={**wanted, "earlier": mine.slug})

    assert ("Mine" in shown, "Theirs" in shown) == (True, False)
    assert (refused.status_code, "Choose one of your events." in refused.text) == (422, True)
    assert (look.status_code, kept, done.status_code) == (200, 0, 200)
    assert [one.title for one in await Session.filter(event=event)] == ["Of Mine"]


async def test_nothing_ticked_is_said_and_the_choice_stays() -> None:
    event, mine = await make_event(), await make_event()
    async with await signed_in("rita", event) as rita, await signed_in("rita", mine):
        answer = await rita.post(page_of(event), data={"do": "copy", "earlier": mine.slug})

    assert (answer.status_code, "Choose at least one thing to copy." in answer.text) == (422, True)


async def test_taking_out_asks_as_often_for_three_as_for_one() -> None:
    event, asked = await make_event(), []
    for _ in range(2):
        await make_session(event, speakers=[await make_speaker(event)])
        async with await signed_in("olga", event) as olga:
            with counted() as count:
                assert (await olga.get(page_of(event) + "/sessions.csv")).status_code == 200
                assert (await olga.get(page_of(event) + "/speakers.csv")).status_code == 200
        asked.append(int(count))
        await make_session(event, speakers=[await make_speaker(event), await make_speaker(event)])

    assert asked[0] == asked[1]
