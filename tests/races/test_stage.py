"""A full room asks and votes at once, and organisers see each other on whichever process: exact on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest

from tests.races.conftest import SCHEDULE, Stage
from tests.stream import listening

HERE = {"sec-fetch-site": "same-origin"}


async def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return connection.execute(sql).fetchall()
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row.values()) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def today(stage: Stage) -> str:
    """An event whose one talk lasts all of today; its slug."""
    day = datetime.now(UTC).date().isoformat()
    text = SCHEDULE.replace('"race"', '"today"').replace("2099-01-01T10:00", f"{day}T00:00").replace("2099-01-01", day)
    text = text.replace('"00:30"', '"23:59", "persons": [{"id": 1, "public_name": "Sam"}]').replace("Europe/London", "UTC")
    file = stage.server.data_dir / "today.json"
    file.write_text(text)
    stage.server.run("import", "schedule", str(file), "--create")
    return "today"


async def shown_question(stage: Stage, today: str, text: str) -> tuple[str, str]:
    """(the address of the session's questions, the code of a question that is shown)"""
    base = stage.server.base_url
    code = (
        await query(
            stage.server.database_url, f"SELECT code FROM agenda_session WHERE event_id = (SELECT id FROM event WHERE slug = '{today}')"
        )
    )[0][0]
    secret = (
        await query(stage.server.database_url, f"SELECT secret FROM speaker WHERE event_id = (SELECT id FROM event WHERE slug = '{today}')")
    )[0][0]
    asking = f"{base}/{today}/sessions/{code}/questions"
    async with httpx.AsyncClient(headers=HERE, timeout=60) as asker:
        assert (await asker.post(asking, data={"do": "ask", "text": text})).status_code == 303
        found = await query(stage.server.database_url, f"SELECT code FROM stage_question WHERE text = '{text}'")
        moderating = f"{base}/{today}/speaker/{secret}/sessions/{code}/questions"
        shown = await asker.post(moderating, data={"do": "state", "question": found[0][0], "state": "shown"})
        assert shown.status_code == 303
    return asking, str(found[0][0])


async def count(stage: Stage, code: str) -> tuple[int, int]:
    """(the number shown, the votes that are there)"""
    url = stage.server.database_url
    shown = await query(url, f"SELECT votes FROM stage_question WHERE code = '{code}'")
    cast = await query(url, f"SELECT count(*) FROM stage_vote v JOIN stage_question q ON q.id = v.question_id WHERE q.code = '{code}'")
    return int(shown[0][0]), int(cast[0][0])


async def test_a_room_votes_at_once_and_every_vote_counts_once(stage: Stage, today: str) -> None:
    asking, code = await shown_question(stage, today, "Is every vote counted?")

    async def vote(number: int, do: str) -> int:
        cookies = {"device": f"{number:022d}"}
        async with httpx.AsyncClient(headers=HERE, timeout=60, cookies=cookies) as browser:
            answers = await asyncio.gather(*(browser.post(asking, data={"do": do, "question": code}) for _ in range(2)))
        return len([answer for answer in answers if answer.status_code == 303])

    done = await asyncio.gather(*(vote(number, "vote") for number in range(60)))
    after_voting = await count(stage, code)
    await asyncio.gather(*(vote(number, "unvote" if number % 3 else "vote") for number in range(60)))

    assert sum(done) == 120
    assert after_voting == (60, 60)
    assert await count(stage, code) == (20, 20)


async def test_the_same_question_sent_eight_times_at_once_is_one(stage: Stage, today: str) -> None:
    asking, _ = await shown_question(stage, today, "First things first?")
    async with httpx.AsyncClient(headers=HERE, timeout=60, cookies={"device": "x" * 22}) as browser:
        answers = await asyncio.gather(*(browser.post(asking, data={"do": "ask", "text": "Again?"}) for _ in range(6)))

    assert {answer.status_code for answer in answers} == {303}
    assert await query(stage.server.database_url, "SELECT count(*) FROM stage_question WHERE text = 'Again?'") == [(1,)]


async def test_organisers_on_any_process_see_who_else_is_here(stage: Stage, today: str) -> None:
    live = f"{stage.server.base_url}/manage/{today}/live"
    async with signed_in(stage, today, "ottilie") as ottilie, signed_in(stage, today, "rupert") as rupert, listening(ottilie, live) as here:
        async with listening(rupert, live) as there:
            await here.first("presence", people=["rupert@example.org"])
            await there.first("presence", people=["ottilie@example.org"])
        async with asyncio.timeout(30):
            while here.messages[-1] != ("presence", {"people": []}):
                await asyncio.sleep(0.05)

    said = [data["people"] for name, data in here.messages if name == "presence"]
    assert said[-2:] == [["rupert@example.org"], []]


@contextlib.asynccontextmanager
async def signed_in(stage: Stage, event: str, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """An organiser's browser."""
    link = stage.server.run("user", "add", f"{name}@example.org", "--event", event, "--role", "organiser").stdout
    async with httpx.AsyncClient(headers=HERE, timeout=60) as client:
        answer = await client.post(re.findall(r"http\S+", link)[0])
        assert answer.status_code == 303, answer.text
        yield client
