"""Money and time at once: paid while the places expire, told thrice, noted twice, a place that comes back while others buy."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from tests.races.conftest import Stage, buy, make_type
from tests.server import Server
from tests.stripe_server import Stripe

PRICE = {"amount": 9500, "currency": "GBP"}


@dataclass
class Till:
    """A server that takes cards, and the Stripe that it asks."""

    stage: Stage
    stripe: Stripe
    http: httpx.AsyncClient

    async def reserve(self, code: str, count: int) -> list[dict[str, Any]]:
        """Orders that are to be paid by card, each with the name of its page."""
        found = []
        for number in range(count):
            body = {"email": f"till{number}@example.org", "tickets": [{"ticket_type": code, "name": "T"}], "pay": "card"}
            order = (await self.http.post(f"{self.stage.api}/orders", json=body)).json()
            to = (await self.http.post(f"{self.stage.api}/orders/{order['code']}/pay", json={"method": "card"})).json()["pay_url"]
            found.append({**order, "session": to.rsplit("/", 1)[1]})
        return found

    async def told(self, order: dict[str, Any]) -> httpx.Response:
        return await self.http.post(f"{self.stage.server.base_url}/stripe/webhook", **self.stripe.told(order["session"]))

    async def now(self, order: dict[str, Any]) -> tuple[str, int, int]:
        found = (await self.http.get(f"{self.stage.api}/orders/{order['code']}")).json()
        return found["state"], found["paid"]["amount"], found["owed"]["amount"]

    async def time_is_over(self, code: str) -> None:
        sql = f"""UPDATE ticket_order SET held_until = '2020-01-01 00:00:00+00:00' WHERE state = 'reserved' AND id IN
            (SELECT t.order_id FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id WHERE tt.code = '{code}')"""
        url = self.stage.server.database_url
        if url.startswith("sqlite"):
            with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10) as file:
                file.execute(sql)
            file.close()
        else:
            connection = await asyncpg.connect(url)
            await connection.execute(sql)
            await connection.close()


@pytest.fixture(scope="module")
def shop(card_shop: tuple[Server, Stripe]) -> tuple[Stage, Stripe]:
    server, stripe = card_shop
    return Stage(server, server.token("race", "orders", "admin")), stripe


@pytest.fixture
async def till(shop: tuple[Stage, Stripe]) -> AsyncIterator[Till]:
    stage, stripe = shop
    async with httpx.AsyncClient(headers=stage.headers, limits=httpx.Limits(max_connections=64), timeout=60) as http:
        yield Till(stage, stripe, http)


async def test_told_three_times_and_come_back_at_once_is_one_payment(till: Till) -> None:
    orders = await till.reserve(await make_type(till.stage, till.http, name="Thrice", price=PRICE, places=50), 8)
    for order in orders:
        till.stripe.pay(order["session"])

    told = [till.told(order) for order in orders for _ in range(3)]
    back = [till.http.get(f"{order['url']}/card") for order in orders for _ in range(2)]
    answers = await asyncio.gather(*told, *back)

    assert {answer.status_code for answer in answers} <= {200, 303}
    assert Counter([await till.now(order) for order in orders]) == {("paid", 9500, 0): 8}
    assert till.stage.server.run("check").returncode == 0


async def test_paid_while_the_places_expire_and_others_buy_gives_each_place_once(till: Till) -> None:
    code = await make_type(till.stage, till.http, name="Late", price=PRICE, places=12)
    orders = await till.reserve(code, 12)
    for order in orders:
        till.stripe.pay(order["session"])
    await till.time_is_over(code)

    looks = [till.http.get(order["url"]) for order in orders]
    buyers = [buy(till.stage, till.http, code, number) for number in range(12)]
    answers = await asyncio.gather(*looks, *buyers, *(till.told(order) for order in orders for _ in range(2)))

    bought = sum(answer.status_code == 201 for answer in answers[12:24])
    states = Counter([await till.now(order) for order in orders])
    assert {answer.status_code for answer in [*answers[:12], *answers[24:]]} == {200}
    assert set(states) <= {("paid", 9500, 0), ("expired", 0, 0)}  # what came too late goes back to the card
    assert states["paid", 9500, 0] + bought <= 12
    assert till.stage.server.run("check").returncode == 0


async def test_one_key_sent_by_many_is_one_part_payment_and_two_keys_are_two(till: Till) -> None:
    code = await make_type(till.stage, till.http, name="Parts", price=PRICE)
    order = (await buy(till.stage, till.http, code)).json()
    body = {"method": "bank", "amount": {"amount": 5000, "currency": "GBP"}}
    address = f"{till.stage.api}/orders/{order['code']}/pay"

    answers = await asyncio.gather(*(till.http.post(address, json=body, headers={"idempotency-key": f"k{n % 2}"}) for n in range(12)))

    assert {answer.status_code for answer in answers} == {200}
    assert await till.now(order) == ("paid", 10000, 500)
    assert till.stage.server.run("check").returncode == 0


async def test_a_place_that_comes_back_goes_to_who_waits_and_to_no_new_buyer(till: Till) -> None:
    code = await make_type(till.stage, till.http, name="Queue", places=1)
    first = (await buy(till.stage, till.http, code)).json()
    base = f"{till.stage.server.base_url}/race/tickets"
    async with httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, timeout=60) as browser:
        joined = await browser.post(f"{base}/{code}/waiting", data={"name": "Wanda", "email": "wanda@example.org"})

        def order(number: int) -> dict[str, str]:
            person = {"tickets-0-name": "New", "tickets-0-ticket_type": code}
            return {"do": "order", "once": f"queue-{number}", "email": f"new{number}@example.org", **person}

        cancel = [till.http.post(f"{till.stage.api}/orders/{first['code']}/cancel")]
        answers = await asyncio.gather(*cancel, *(browser.post(base, data=order(number)) for number in range(12)))

    assert joined.status_code in (200, 303)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: 12}
    assert till.stage.server.run("check").returncode == 0
