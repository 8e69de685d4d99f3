"""Free places of a member and approval: never one too many, and one answer to an order whoever is first."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter

import httpx

from tests.races.conftest import Stage, buy, make_type


def seed(stage: Stage, *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.races.seed_members", *arguments]
    done = subprocess.run(command, env=stage.server.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def test_20_buyers_want_the_2_free_places_of_their_organisation(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="For members", places=50, price={"amount": 14500, "currency": "GBP"})
    seed(stage, "member", "RACE2020", code)

    async def one(number: int) -> httpx.Response:
        body = {"email": f"m{number}@example.org", "tickets": [{"ticket_type": code, "name": "M"}], "member": "RACE2020"}
        for _ in range(20):  # whose free place went at the same moment is told so, and orders again at the price there is then
            answer = await http.post(f"{stage.api}/orders", json=body)
            if answer.status_code != 409:
                return answer
            assert answer.json()["type"] == "urn:eventsvc:problem:free-places-gone"
        return answer

    answers = await asyncio.gather(*(one(number) for number in range(20)))

    assert Counter(answer.json()["total"]["amount"] for answer in answers) == {0: 2, 9500: 18}
    assert stage.server.run("check").returncode == 0


async def test_an_order_is_approved_or_its_place_goes_to_somebody_else_never_both(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Approved", places=1, needs_approval=True)
    order = (await buy(stage, http, code)).json()["code"]
    seed(stage, "late", order)

    approving = [http.post(f"{stage.api}/orders/{order}/approve") for _ in range(4)]
    answers = await asyncio.gather(*approving, *(buy(stage, http, code, number) for number in range(1, 7)))

    approved, bought = ({answer.status_code for answer in answers[:4]}, [one.status_code for one in answers[4:]].count(201))
    state = (await http.get(f"{stage.api}/orders/{order}")).json()["state"]
    assert (approved, bought, state) in [({200}, 0, "paid"), ({409}, 1, "expired")]
    assert stage.server.run("check").returncode == 0


async def test_a_link_that_two_colleagues_click_at_once_is_one_s_place(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Claimed", places=5)
    seed(stage, "member", "RACECLAIM", code)
    link = seed(stage, "place", "RACECLAIM", code)
    async with httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, timeout=30) as browser:
        people = [{"name": f"Claimer {number}", "email": f"claimer{number}@example.org"} for number in range(8)]
        answers = await asyncio.gather(*(browser.post(link, data=person) for person in people))

    found = (await http.get(f"{stage.api}/tickets", params={"search": "Claimer"})).json()["items"]
    assert [answer.status_code for answer in answers].count(303) == 1
    assert {answer.status_code for answer in answers} <= {303, 404, 422}
    assert len(found) == 1
    assert stage.server.run("check").returncode == 0
