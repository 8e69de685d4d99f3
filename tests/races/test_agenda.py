"""Organisers at the same moment: a version is published once, and of several moves of one session one wins."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx

from tests.races.conftest import Stage


async def organiser(stage: Stage, name: str) -> httpx.AsyncClient:
    """A signed-in browser of somebody who may do everything."""
    link = stage.server.run("user", "add", f"{name}@example.org", "--name", name, "--admin").stdout.strip()
    browser = httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, timeout=60)
    answer = await browser.post(link)
    assert answer.status_code == 303, answer.text
    return browser


def spot(start: int) -> dict[str, Any]:
    return {"room": "hall", "start": start, "end": start + 30}


async def test_of_moves_from_the_same_place_one_wins_and_the_others_are_told(stage: Stage) -> None:
    browsers = [await organiser(stage, name) for name in ("Olga", "Rita")]
    address = f"{stage.server.base_url}/manage/race/agenda"
    seen = (await browsers[0].get(f"{address}/sheet")).json()["sessions"][0]
    code, start = seen[0], seen[11]

    async def push(number: int) -> httpx.Response:
        body = {"moves": [{"session": code, "to": spot(start + 5 * number), "seen": spot(start)}]}
        return await browsers[number % 2].post(f"{address}/moves", json=body)

    answers = await asyncio.gather(*(push(number) for number in range(1, 13)))

    won = [answer for answer in answers if answer.status_code == 200]
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 11}
    assert all("has moved “Talk”" in answer.json()["says"] for answer in answers if answer.status_code == 409)
    place = (await browsers[0].get(f"{address}/sheet")).json()["sessions"][0][11]
    assert place == won[0].json()["sessions"][0][11]
    assert all(answer.json()["sessions"][0][11] == place for answer in answers)
    for browser in browsers:
        await browser.aclose()


async def test_two_organisers_who_both_click_twice_publish_once(stage: Stage, http: httpx.AsyncClient) -> None:
    browsers = [await organiser(stage, name) for name in ("Olga", "Rita")]
    address = f"{stage.server.base_url}/manage/race/agenda"
    row = (await browsers[0].get(f"{address}/sheet")).json()["sessions"][0]
    sequence = await _sequence(stage)
    at = {"room": "hall", "start": row[11], "end": row[12]}
    moved = await browsers[0].post(f"{address}/moves", json={"moves": [{"session": row[0], "to": spot(row[11] + 90), "seen": at}]})
    assert moved.status_code == 200
    number = len((await http.get(f"{stage.api}/releases")).json()["items"]) + 1

    clicks = [browsers[n % 2].post(f"{address}/publish", data={"number": str(number), "name": f"V{n % 2}"}) for n in range(12)]
    answers = await asyncio.gather(*clicks)

    assert Counter(answer.status_code for answer in answers) == {303: 6, 409: 6}
    assert len({answer.headers["location"] for answer in answers if answer.status_code == 303}) == 1
    assert [one["number"] for one in (await http.get(f"{stage.api}/releases")).json()["items"]] == list(range(number, 0, -1))
    assert await _sequence(stage) == sequence + 1
    for browser in browsers:
        await browser.aclose()


async def test_publishing_and_moving_at_once_loses_no_move(stage: Stage) -> None:
    olga = await organiser(stage, "Olga")
    address = f"{stage.server.base_url}/manage/race/agenda"

    async def push(number: int) -> int:
        row = (await olga.get(f"{address}/sheet")).json()["sessions"][0]
        at = {"room": "hall", "start": row[11], "end": row[12]}
        return (await olga.post(f"{address}/moves", json={"moves": [{"session": row[0], "to": spot(row[11] + 5), "seen": at}]})).status_code

    async def moves() -> list[int]:
        return [await push(number) for number in range(8)]

    start = (await olga.get(f"{address}/sheet")).json()["sessions"][0][11]
    said, *_ = await asyncio.gather(moves(), *(olga.post(f"{address}/publish", data={}) for _ in range(8)))

    assert said == [200] * 8
    assert (await olga.get(f"{address}/sheet")).json()["sessions"][0][11] == start + 40
    await olga.aclose()


async def _sequence(stage: Stage) -> int:
    """The SEQUENCE that calendars see of the only session."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{stage.server.base_url}/race/calendar.ics")).text
    return int(next(line for line in text.splitlines() if line.startswith("SEQUENCE")).partition(":")[2])
