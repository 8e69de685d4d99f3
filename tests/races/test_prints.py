"""Tablets send the same badge at once, and a station asks several times at once: it comes out once."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import httpx

from tests.races.conftest import Stage, buy, make_type
from tests.races.test_stage import signed_in

TIMES = 8


async def test_a_badge_sent_and_claimed_by_many_at_once_is_printed_once(stage: Stage, http: httpx.AsyncClient) -> None:
    kind = await make_type(stage, http, name="Badged")
    tickets = [(await buy(stage, http, kind, number)).json()["tickets"][0]["code"] for number in range(4)]
    async with signed_in(stage, stage.event, "olga") as olga:
        added = await olga.post(f"{stage.server.base_url}/manage/{stage.event}/badges/stations", data={"do": "add", "name": "Race printer"})
    found = re.search(r"#race\.(evs_[\w-]+)", added.text)
    assert found is not None
    printer = {"Authorization": f"Bearer {found[1]}"}

    sends = [http.post(f"{stage.api}/tickets/{code}/print", json={}, headers=stage.headers) for code in tickets for _ in range(TIMES)]
    sent = await asyncio.gather(*sends)
    claims = [http.post(f"{stage.api}/print-jobs/claim", headers=printer) for _ in range(TIMES)]
    claimed = [job["id"] for answer in await asyncio.gather(*claims) for job in answer.json()["jobs"]]
    settles = [http.post(f"{stage.api}/print-jobs/{job}/settle", json={}, headers=printer) for job in claimed for _ in range(2)]
    settled = await asyncio.gather(*settles)
    again = [await http.post(f"{stage.api}/tickets/{code}/print", json={}, headers=stage.headers) for code in tickets]

    assert Counter(answer.status_code for answer in sent) == {202: 4, 409: 4 * (TIMES - 1)}
    assert sorted(claimed) == sorted(answer.json()["id"] for answer in sent if answer.status_code == 202)
    assert {answer.json()["state"] for answer in settled} == {"done"}
    assert [answer.json()["type"].rpartition(":")[2] for answer in again] == ["already-printed"] * 4
