"""One ticket passed on by several at once, and cancelled meanwhile: one place, one holder."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from tests.races.conftest import Stage, buy, make_type


async def test_a_ticket_passed_on_six_times_at_once_has_one_new_holder(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Passed on", places=5)
    order = (await buy(stage, http, code, 900)).json()
    address = f"{stage.api}/tickets/{order['tickets'][0]['code']}/transfer"

    answers = await asyncio.gather(
        *(http.post(address, json={"name": f"Colleague {n}", "email": f"colleague{n}@example.org"}) for n in range(6))
    )

    after = (await http.get(f"{stage.api}/orders/{order['code']}")).json()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert Counter(ticket["state"] for ticket in after["tickets"]) == {"valid": 1, "cancelled": 1}
    assert stage.server.run("check").returncode == 0


async def test_passing_on_and_cancelling_at_once_leaves_no_place_behind(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Passed or gone", places=10)
    orders = [(await buy(stage, http, code, 910 + number)).json() for number in range(8)]

    passed = [
        http.post(f"{stage.api}/tickets/{one['tickets'][0]['code']}/transfer", json={"name": "C", "email": "c@example.org"})
        for one in orders
    ]
    gone = [http.post(f"{stage.api}/orders/{one['code']}/cancel") for one in orders]
    answers = await asyncio.gather(*(call for pair in zip(passed, gone, strict=True) for call in pair))

    types = (await http.get(f"{stage.api}/ticket-types")).json()["items"]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert next(one["available"] for one in types if one["code"] == code) == 10
    assert stage.server.run("check").returncode == 0
