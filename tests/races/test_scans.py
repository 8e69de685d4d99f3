"""Several doors, one ticket: exactly one welcome, whoever races."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.races.conftest import SCHEDULE, Stage, buy, make_type


def scan(code: str, device: int = 0, number: str | None = None) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"id": number or str(uuid.uuid4()), "code": code, "at": at, "direction": "in", "device": f"Door {device}"}


async def a_ticket(stage: Stage, http: httpx.AsyncClient) -> str:
    code = await make_type(stage, http, name=f"T {uuid.uuid4().hex[:8]}")
    return str((await buy(stage, http, code)).json()["tickets"][0]["code"])


async def send(stage: Stage, http: httpx.AsyncClient, *scans: dict[str, Any]) -> list[dict[str, Any]]:
    lists = await http.get(f"{stage.api}/checkin-lists")
    assert lists.status_code == 200, lists.text
    door = lists.json()[0]["id"]
    answer = await http.post(f"{stage.api}/checkin-lists/{door}/scans", json={"scans": list(scans)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def test_one_ticket_and_8_scanners_is_one_welcome(stage: Stage, http: httpx.AsyncClient) -> None:
    for _ in range(5):
        code = await a_ticket(stage, http)

        results = await asyncio.gather(*(send(stage, http, scan(code, device)) for device in range(8)))

        assert Counter(result[0]["verdict"] for result in results) == {"welcome": 1, "already_in": 7}


async def test_batches_of_several_tablets_race_for_the_same_tickets(stage: Stage, http: httpx.AsyncClient) -> None:
    """In opposite order, so that tablets would wait for each other if they could; single scans in between."""
    for _ in range(4):
        codes = [await a_ticket(stage, http) for _ in range(8)]

        batches = [[scan(code, device) for code in (codes if device % 2 else reversed(codes))] for device in range(6)]
        singles = [[scan(code, 9)] for code in codes]
        results = await asyncio.gather(*(send(stage, http, *batch) for batch in [*batches, *singles]))

        said = Counter(one["verdict"] for result in results for one in result)
        assert said == {"welcome": 8, "already_in": 48}


async def test_the_same_scan_sent_six_times_at_once_gets_one_answer(stage: Stage, http: httpx.AsyncClient) -> None:
    one = scan(await a_ticket(stage, http))

    results = await asyncio.gather(*(send(stage, http, one) for _ in range(6)))

    assert all(result == results[0] for result in results)
    assert results[0][0]["verdict"] == "welcome"


async def test_eight_first_looks_at_the_lists_make_one_list(stage: Stage, http: httpx.AsyncClient) -> None:
    file = stage.server.data_dir / "fresh.json"
    file.write_text(SCHEDULE.replace('"race"', '"fresh"'))
    stage.server.run("import", "schedule", str(file), "--create")
    headers = {"Authorization": f"Bearer {stage.server.token('fresh', 'checkin')}"}
    address = f"{stage.server.base_url}/api/v1/events/fresh/checkin-lists"

    answers = await asyncio.gather(*(http.get(address, headers=headers) for _ in range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert {len(answer.json()) for answer in answers} == {1}
    assert len({answer.json()[0]["id"] for answer in answers}) == 1


async def test_eight_doors_of_a_room_with_three_seats_let_three_in(stage: Stage, http: httpx.AsyncClient) -> None:
    room = await http.post(f"{stage.api}/checkin-lists", json={"name": f"Room {uuid.uuid4().hex[:8]}", "capacity": 3})
    assert room.status_code == 201, room.text
    codes = [await a_ticket(stage, http) for _ in range(8)]

    answers = await asyncio.gather(
        *(http.post(f"{stage.api}/checkin-lists/{room.json()['id']}/scans", json={"scans": [scan(code)]}) for code in codes)
    )

    assert Counter(answer.json()["results"][0]["verdict"] for answer in answers) == {"welcome": 3, "not_yet": 5}


async def test_six_tablets_that_let_the_same_ticket_in_offline_are_one_welcome_and_five_conflicts(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    code = await a_ticket(stage, http)

    results = await asyncio.gather(*(send(stage, http, {**scan(code, device), "decided": "welcome"}) for device in range(6)))

    assert Counter(result[0]["verdict"] for result in results) == {"welcome": 1, "conflict": 5}
