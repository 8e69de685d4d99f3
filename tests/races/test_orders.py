"""Many buyers at once: never one place too many, never one order twice, nothing lost when the server is killed."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from typing import Any

import httpx

from tests.databases import Maker
from tests.races.conftest import SCHEDULE, Stage, buy, make_type
from tests.server import serving


async def left(stage: Stage, http: httpx.AsyncClient, code: str) -> int:
    items = (await http.get(f"{stage.api}/ticket-types")).json()["items"]
    return int(next(one["available"] for one in items if one["code"] == code))


async def test_400_buyers_want_100_places(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Hot", places=100)

    answers = await asyncio.gather(*(buy(stage, http, code, number) for number in range(400)))

    assert Counter(answer.status_code for answer in answers) == {201: 100, 409: 300}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"urn:eventsvc:problem:sold-out"}
    assert await left(stage, http, code) == 0
    assert stage.server.run("check").returncode == 0


async def test_orders_of_several_tickets_and_types_never_oversell_or_lock_up(stage: Stage, http: httpx.AsyncClient) -> None:
    first, second = await make_type(stage, http, name="Left", places=40), await make_type(stage, http, name="Right", places=40)

    async def both(number: int) -> httpx.Response:
        types = [first, second] if number % 2 else [second, first]
        body = {"email": f"b{number}@example.org", "tickets": [{"ticket_type": one, "name": "B"} for one in types]}
        return await http.post(f"{stage.api}/orders", json=body)

    answers = await asyncio.gather(*(both(number) for number in range(120)))

    assert Counter(answer.status_code for answer in answers) == {201: 40, 409: 80}
    assert stage.server.run("check").returncode == 0


async def test_100_buyers_share_a_voucher_of_30_uses_and_a_quota_of_50(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Shared", places=50)
    made = await http.post(
        f"{stage.api}/vouchers", json={"kind": "percent", "value": 100, "uses": 30, "code": "SHARED", "ticket_types": [code]}
    )
    assert made.status_code == 201, made.text

    async def one(number: int) -> httpx.Response:
        body = {
            "email": f"v{number}@example.org",
            "tickets": [{"ticket_type": code, "name": "V"}],
            "voucher": "SHARED" if number % 2 else "",
        }
        return await http.post(f"{stage.api}/orders", json=body)

    answers = await asyncio.gather(*(one(number) for number in range(100)))
    taken = [answer.json()["code"] for answer in answers if answer.status_code == 201]
    await asyncio.gather(*(http.post(f"{stage.api}/orders/{order}/cancel") for order in taken[:10] for _ in range(2)))

    used = next(row["used"] for row in (await http.get(f"{stage.api}/vouchers")).json()["items"] if row["code"] == "SHARED")
    assert len(taken) == 50
    assert await left(stage, http, code) == 10
    assert used <= 30
    assert stage.server.run("check").returncode == 0  # counts places and uses against live tickets


async def test_invoice_numbers_have_no_gap_when_a_third_of_the_buyers_is_turned_away(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Billed", price={"amount": 9500, "currency": "GBP"}, places=40)

    answers = await asyncio.gather(*(buy(stage, http, code, number) for number in range(60)))
    orders = [answer.json()["code"] for answer in answers if answer.status_code == 201]
    await asyncio.gather(*(http.post(f"{stage.api}/orders/{order}/cancel") for order in orders[:10] for _ in range(2)))

    rows = (await http.get(f"{stage.api}/invoices", params={"limit": 500})).json()["items"]
    serials = sorted(int(row["number"].rsplit("-", 1)[1]) for row in rows)
    mine = [row["gross"] for row in rows if row["order"] in orders]
    assert serials == list(range(1, len(rows) + 1))
    assert Counter(mine) == {9500: 40, -9500: 10}
    assert stage.server.run("check").returncode == 0


async def test_the_same_key_sent_ten_times_at_once_is_one_order(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Once", places=50)
    key = str(uuid.uuid4())

    answers = await asyncio.gather(*(buy(stage, http, code, 1, key) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await left(stage, http, code) == 49


async def test_a_double_click_on_the_page_is_one_order(stage: Stage) -> None:
    async with (
        httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, timeout=30) as browser,
        httpx.AsyncClient(headers=stage.headers) as api,
    ):
        code = await make_type(stage, api, name="Clicked", places=50)
        form = {"do": "order", "once": str(uuid.uuid4()), "email": "a@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": code}

        answers = await asyncio.gather(*(browser.post(f"{stage.server.base_url}/race/tickets", data=form) for _ in range(6)))

        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.headers["location"] for answer in answers}) == 1
        assert await left(stage, api, code) == 49


async def test_asking_for_a_ticket_s_link_ten_times_at_once_is_one_letter(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Lost", places=5)
    await buy(stage, http, code, 777)
    async with httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, timeout=30) as browser:
        address = f"{stage.server.base_url}/race/tickets/find"

        answers = await asyncio.gather(*(browser.post(address, data={"email": "buyer777@example.org"}) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}


async def test_cancelling_and_buying_at_once_keeps_the_count(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Churn", places=20)
    orders = [(await buy(stage, http, code, number)).json()["code"] for number in range(20)]

    cancels = [http.post(f"{stage.api}/orders/{order}/cancel") for order in orders for _ in range(2)]
    answers = await asyncio.gather(*cancels, *(buy(stage, http, code, number) for number in range(100, 140)))

    bought = sum(answer.status_code == 201 for answer in answers[40:])
    assert {answer.status_code for answer in answers[:40]} == {200}
    assert await left(stage, http, code) == 20 - bought
    assert stage.server.run("check").returncode == 0


async def test_paying_twice_at_once_is_one_payment(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Paid", price={"amount": 5000, "currency": "GBP"}, places=5)
    order = (await buy(stage, http, code)).json()["code"]

    answers = await asyncio.gather(*(http.post(f"{stage.api}/orders/{order}/pay", json={"method": "bank"}) for _ in range(6)))

    assert {(answer.status_code, answer.json()["state"]) for answer in answers} == {(200, "paid")}
    csv = stage.server.run("export", "orders.csv", "--event", "race").stdout
    assert csv.count(order) == 1


async def test_an_answered_order_survives_kill_9_and_a_retry_doubles_nothing(empty_database: Maker, kind: str) -> None:
    """Buyers buy while the server is killed; every order that was answered is there, and all retries lead to one order a buyer."""
    url, answered = empty_database.migrated(), dict[int, str]()
    with serving(url) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        stage = Stage(server, server.token("race", "orders", "admin"))
        async with httpx.AsyncClient(headers=stage.headers, timeout=10) as http:
            code = await make_type(stage, http, name="Killed", places=500)
            await _buy_until_killed(stage, http, code, answered)

    with serving(url, data_dir=server.data_dir) as again:
        stage = Stage(again, stage.token)
        async with httpx.AsyncClient(headers=stage.headers, timeout=30) as http:
            retried = [await buy(stage, http, code, number, f"k{number}") for number in range(60)]
            taken = 500 - await left(stage, http, code)

        codes = {number: answer.json()["code"] for number, answer in enumerate(retried)}
        assert len(answered) > 0
        assert {answer.status_code for answer in retried} == {201}
        assert {number: codes[number] for number in answered} == answered
        assert taken == 60 == len(set(codes.values()))
        assert again.run("check").returncode == 0


async def _buy_until_killed(stage: Stage, http: httpx.AsyncClient, code: str, answered: dict[int, str]) -> None:
    async def one(number: int) -> Any:
        await asyncio.sleep(random.random() * 0.6)
        try:
            answer = await buy(stage, http, code, number, f"k{number}")
        except httpx.HTTPError:
            return
        if answer.status_code == 201:
            answered[number] = answer.json()["code"]

    async def kill() -> None:
        while len(answered) < 10:  # some answered, others under way, however slow the machine
            await asyncio.sleep(0.01)
        stage.server.kill()

    await asyncio.gather(kill(), *(one(number) for number in range(60)))
