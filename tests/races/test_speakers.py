"""Speakers, organisers and the audience at once: one change is decided once, one person's rating is one."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx

from tests.races.conftest import Stage

SAME_SITE = {"sec-fetch-site": "same-origin"}


def schedule() -> str:
    """A talk of Sam's that has just begun."""
    start = datetime.now(UTC) - timedelta(minutes=5)
    talk = {"id": 1, "guid": "31111111-1111-4111-8111-111111111111", "title": "Talk", "date": start.isoformat(), "duration": "01:00"}
    days = [{"date": f"{start:%Y-%m-%d}", "rooms": {"Hall": [{**talk, "persons": [{"id": 7, "public_name": "Sam"}]}]}}]
    conference = {"acronym": "begun", "title": "Begun", "start": f"{start:%Y-%m-%d}", "end": f"{start:%Y-%m-%d}", "time_zone_name": "UTC"}
    return json.dumps({"schedule": {"conference": {**conference, "days": days}}})


@asynccontextmanager
async def organiser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in at the event, which is made where it is missing."""
    file = stage.server.data_dir / "begun.json"
    file.write_text(schedule())
    stage.server.run("import", "schedule", str(file), "--create")
    link = stage.server.run("user", "add", "begun@example.org", "--event", "begun", "--role", "organiser").stdout.strip()
    async with httpx.AsyncClient(headers=SAME_SITE, base_url=stage.server.base_url, timeout=60) as here:
        await here.post(link)
        yield here


async def test_eight_who_approve_a_change_at_once_approve_it_once(stage: Stage) -> None:
    async with organiser(stage) as olga:
        listed = (await olga.get("/manage/begun/speakers")).text
        page = (await olga.get(re.findall(r'href="(/manage/begun/speakers/(?!new)\w+)"', listed)[0])).text
        home = re.findall(r"(/begun/speaker/[\w-]+)", page)[0]
        asked = await olga.post(f"{home}/about", data={"name": "Sam", "biography": "New words"})
        number = re.findall(r'value="approve:(\d+)"', (await olga.get("/manage/begun/changes")).text)[0]

        answers = await asyncio.gather(*(olga.post("/manage/begun/changes", data={"do": f"approve:{number}"}) for _ in range(8)))

    assert asked.headers["location"].endswith("done=asked")
    assert Counter(answer.headers["location"].split("=")[-1] for answer in answers) == {"1": 1, "0": 7}


async def test_eight_ratings_of_one_browser_at_once_are_one(stage: Stage) -> None:
    async with organiser(stage) as olga:
        code = re.findall(r"/manage/begun/sessions/(?!new|import)(\w+)", (await olga.get("/manage/begun/sessions")).text)[0]
        address = f"/begun/sessions/{code}/feedback"
        await olga.post(address, data={"stars": "1"})

        answers = await asyncio.gather(*(olga.post(address, data={"stars": str(1 + n % 5)}) for n in range(8)))
        csv = (await olga.get("/manage/begun/feedback.csv")).text

    assert {answer.status_code for answer in answers} == {303}
    assert len(csv.strip().splitlines()) == 2
