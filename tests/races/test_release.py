"""Two organisers release at once, a reviewer taps twice, work is shared out twice: each letter, session, review and request is there once."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest

from tests.databases import Maker
from tests.races.conftest import SCHEDULE
from tests.server import Server, serving

COUNT = 16


@dataclass
class Round:
    """A server with decisions that wait, and what `seed_reviews` said of them."""

    server: Server
    facts: dict[str, Any]

    async def signed_in(self, address: str, *args: str) -> httpx.AsyncClient:
        link = self.server.run("user", "add", address, *args).stdout.strip()
        here = httpx.AsyncClient(base_url=self.server.base_url, headers={"sec-fetch-site": "same-origin"}, timeout=60)
        await here.post(link)
        return here


@pytest.fixture(scope="module")
def rounds(empty_database: Maker, kind: str) -> Iterator[Round]:
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with serving(empty_database.migrated(), *workers) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        command = [sys.executable, "-m", "tests.races.seed_reviews", "race", str(COUNT)]
        said = subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=120)
        assert said.returncode == 0, said.stderr
        yield Round(server, json.loads(said.stdout.splitlines()[-1]))


async def test_two_organisers_who_release_at_once_send_each_letter_once(rounds: Round) -> None:
    role = ("--event", "race", "--role", "organiser")
    organisers = [await rounds.signed_in(f"o{n}@example.org", *role) for n in range(2)]

    answers = await asyncio.gather(
        *(one.post("/manage/race/review/release", data={"send": rounds.facts["send"]}) for one in organisers * 3)
    )

    assert {answer.status_code for answer in answers} == {200}
    told = [tuple(map(int, re.findall(r"(\d+) (?:accepted|rejected)", answer.text))) for answer in answers if "Released:" in answer.text]
    assert sum(map(sum, told)) == COUNT
    letters = [message_from_bytes(file.read_bytes(), policy=default) for file in rounds.server.wait_for_letters(COUNT)]
    await asyncio.sleep(1)
    assert len(rounds.server.letters()) == COUNT
    assert set(Counter(letter["To"] for letter in letters).values()) == {1}
    api = httpx.AsyncClient(headers={"Authorization": f"Bearer {rounds.server.token('race', 'programme')}"})
    sessions = (await api.get(f"{rounds.server.base_url}/api/v1/events/race/sessions?limit=500")).json()["items"]
    assert Counter(one["state"] for one in sessions)["draft"] == COUNT // 2
    for one in (*organisers, api):
        await one.aclose()


async def test_a_review_sent_many_times_at_once_is_one(rounds: Round) -> None:
    reviewer = await rounds.signed_in(rounds.facts["reviewer"])
    form = {"do": "save", f"score_{rounds.facts['scale']}": "4", "text": "Once"}

    answers = await asyncio.gather(
        *(reviewer.post(f"/manage/race/review/proposals/{rounds.facts['open']}", data=form) for _ in range(8)),
    )

    assert {answer.status_code for answer in answers} == {303}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {rounds.server.token('race', 'programme')}"}) as api:
        address = f"{rounds.server.base_url}/api/v1/events/race/proposals/{rounds.facts['open']}/reviews"
        assert [one["text"] for one in (await api.get(address)).json()["reviews"]] == ["Once"]
    await reviewer.aclose()


async def test_work_shared_out_by_several_at_once_is_asked_for_once(rounds: Round) -> None:
    organiser = await rounds.signed_in("o3@example.org", "--event", "race", "--role", "organiser")
    answer = await organiser.post("/manage/race/review/reviewers", data={"email": "second@example.org"})
    assert answer.status_code == 303

    answers = await asyncio.gather(*(organiser.post("/manage/race/review/assignment", data={"each": "2"}) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {200}
    assert sum("newly asked" in answer.text for answer in answers) == 1
    await organiser.aclose()
