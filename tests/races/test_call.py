"""Many propose at once: a code's last use goes to one, a button pressed often is one proposal, an acceptance is one session."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.databases import Maker
from tests.races.conftest import SCHEDULE
from tests.server import Server, serving


@dataclass
class Open:
    """A server with the call of `seed_call`, and a token for the programme."""

    server: Server
    accept: str
    given: list[tuple[str, str]]
    token: str

    async def proposals(self) -> list[dict[str, str]]:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {self.token}"}, timeout=60) as api:
            answer = await api.get(f"{self.server.base_url}/api/v1/events/race/proposals?limit=500")
        items: list[dict[str, str]] = answer.json()["items"]
        return items

    def visitor(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server.base_url, headers={"sec-fetch-site": "same-origin"}, timeout=60)


@pytest.fixture(scope="module")
def called(empty_database: Maker, kind: str) -> Iterator[Open]:
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with serving(empty_database.migrated(), *workers) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        command = [sys.executable, "-m", "tests.races.seed_call", "race"]
        said = subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=120)
        assert said.returncode == 0, said.stderr
        facts = json.loads(said.stdout)
        yield Open(server, facts["accept"], facts["given"], server.token("race", "programme"))


def form(number: int, code: str, title: str = "") -> dict[str, str]:
    who = {"name": f"Racer {number}", "email": f"racer{number}@example.org", "code": code}
    return {"do": "submit", "title": title or f"Idea {number}", "type": "talk", "abstract": "Words.", **who}


async def test_the_last_use_of_a_code_goes_to_one(called: Open) -> None:
    async with called.visitor() as visitor:
        answers = await asyncio.gather(*(visitor.post("/race/cfp/submit", data=form(n, "LASTUSE000")) for n in range(12)))

    made = [one for one in await called.proposals() if one["title"].startswith("Idea")]
    assert Counter(answer.status_code for answer in answers) == {303: 1, 422: 11}
    assert [one["state"] for one in made] == ["submitted"]


async def test_a_button_pressed_often_is_one_proposal_of_one_speaker(called: Open) -> None:
    async with called.visitor() as visitor:
        answers = await asyncio.gather(*(visitor.post("/race/cfp/submit", data=form(99, "PLENTY0000", "Pressed")) for _ in range(6)))

    made = [one for one in await called.proposals() if one["title"] == "Pressed"]
    assert {answer.status_code for answer in answers} == {303}
    assert [one["state"] for one in made] == ["submitted"]


async def test_an_address_that_six_speakers_bring_in_at_once_is_one_speaker(called: Open) -> None:
    shared = {"name": "Grace Hopper", "email": "grace@example.org"}
    async with called.visitor() as visitor:
        at = [f"/race/speaker/{secret}/sessions/{code}/people" for secret, code in called.given]
        answers = await asyncio.gather(*(visitor.post(address, data=shared) for address in at))
    link = called.server.run("user", "add", "rosa@example.org", "--event", "race", "--role", "organiser").stdout.strip()
    async with called.visitor() as rosa:
        await rosa.post(link)
        found = (await rosa.get("/manage/race/speakers?search=grace")).text

    assert {answer.status_code for answer in answers} == {303}
    assert found.count(">Grace Hopper</a>") == 1


async def test_accepting_from_two_windows_makes_one_session(called: Open) -> None:
    link = called.server.run("user", "add", "olga@example.org", "--event", "race", "--role", "organiser").stdout.strip()
    async with called.visitor() as olga:
        await olga.post(link)
        at = f"/manage/race/proposals/{called.accept}"
        answers = await asyncio.gather(*(olga.post(at, data={"do": "move", "state": "accepted"}) for _ in range(6)))
        sessions = (await olga.get("/manage/race/sessions?state=draft")).text

    assert {answer.status_code for answer in answers} == {303}
    assert sessions.count('data-label="Title"') == 1
