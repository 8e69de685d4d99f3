"""Many buyers of tickets with vouchers and add-ons at once: every number stays exact, also while tickets are cancelled and changed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.races.conftest import Stage, make_type


async def available(stage: Stage, http: httpx.AsyncClient, what: str, code: str) -> int:
    items = (await http.get(f"{stage.api}/{what}", params={"limit": 500})).json()["items"]
    return int(next(one["available"] for one in items if one["code"] == code))


async def test_400_buyers_want_100_places_with_vouchers_and_dinners_mixed(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Mixed", places=100)
    other = await make_type(stage, http, name="Mixed other", places=5)
    dinner = (await http.post(f"{stage.api}/add-ons", json={"name": "Mixed dinner", "places": 20, "ticket_types": [code, other]})).json()
    voucher = {"kind": "percent", "value": 100, "uses": 12, "code": "MIXED12", "ticket_types": [code]}
    assert (await http.post(f"{stage.api}/vouchers", json=voucher)).status_code == 201

    async def one(number: int) -> httpx.Response:
        ticket = {"ticket_type": code, "name": "M", "add_ons": [dinner["code"]] if number % 3 == 0 else []}
        body = {"email": f"m{number}@example.org", "tickets": [ticket], "voucher": "MIXED12" if number % 2 == 0 else ""}
        return await http.post(f"{stage.api}/orders", json=body)

    answers = await asyncio.gather(*(one(number) for number in range(400)))
    sold = [answer.json() for answer in answers if answer.status_code == 201]
    with_dinner = sum(bool(order["tickets"][0]["add_ons"]) for order in sold)
    used = next(row["used"] for row in (await http.get(f"{stage.api}/vouchers")).json()["items"] if row["code"] == "MIXED12")

    assert {answer.status_code for answer in answers} <= {201, 409, 422}
    assert len(sold) == 100
    assert await available(stage, http, "ticket-types", code) == 0
    assert await available(stage, http, "add-ons", dinner["code"]) == 20 - with_dinner
    assert (with_dinner <= 20, used <= 12) == (True, True)
    assert stage.server.run("check").returncode == 0

    async def change(order: dict[str, Any], **wanted: Any) -> httpx.Response:
        return await http.patch(f"{stage.api}/tickets/{order['tickets'][0]['code']}", json=wanted)

    moves = [change(order, ticket_type=other) for order in sold[:12] for _ in range(2)]
    dinners = [change(order, add_ons=[dinner["code"]]) for order in sold[12:60]]
    cancels = [http.post(f"{stage.api}/orders/{order['code']}/cancel") for order in sold[60:80]]
    again = [one(number * 12 + 1) for number in range(400, 410)]
    changed = await asyncio.gather(*moves, *dinners, *cancels, *again)

    moved = {answer.json()["code"] for answer in changed[: len(moves)] if answer.status_code == 200}
    assert {answer.status_code for answer in changed} <= {200, 201, 409}
    assert len(moved) == 5
    assert await available(stage, http, "ticket-types", other) == 0
    assert stage.server.run("check").returncode == 0


async def test_sharing_places_while_people_buy_and_cancel_keeps_the_count(stage: Stage, http: httpx.AsyncClient) -> None:
    left, right = await make_type(stage, http, name="Shared left", places=60), await make_type(stage, http, name="Shared right", places=60)
    made = await http.post(f"{stage.api}/quotas", json={"name": "Shared hall", "places": 200, "ticket_types": [left]})
    hall = made.json()["id"]

    async def one(number: int) -> None:
        ticket = {"ticket_type": (left, right)[number % 2], "name": "S"}
        answer = await http.post(f"{stage.api}/orders", json={"email": f"s{number}@example.org", "tickets": [ticket]})
        if answer.status_code == 201 and number % 3 == 0:
            await http.post(f"{stage.api}/orders/{answer.json()['code']}/cancel")

    async def share(number: int) -> httpx.Response:
        types = [left, right] if number % 2 else [right]
        return await http.patch(f"{stage.api}/quotas/{hall}", json={"name": "Shared hall", "places": 200, "ticket_types": types})

    answers = await asyncio.gather(*(share(number) for number in range(6)), *(one(number) for number in range(60)))

    assert {answer.status_code for answer in answers[:6] if answer} == {200}
    assert stage.server.run("check").returncode == 0
