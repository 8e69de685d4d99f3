"""Two organisers bring in the same statement, and click the same choice, at once: the money counts once."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from typing import Any

import httpx

from tests.races.conftest import Stage, buy, make_type
from tests.races.test_stage import signed_in

TIMES = 4


async def books(olga: httpx.AsyncClient, address: str) -> dict[str, Any]:
    text = (await olga.get(f"{address}.csv")).text.removeprefix("\ufeff")
    return {row["order"]: (row["state"], row["paid_in"], row["owed_back"]) for row in csv.DictReader(io.StringIO(text))}


async def test_one_statement_brought_in_by_two_at_once_pays_each_order_once(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Paid", price={"amount": 12000, "currency": "GBP"})
    orders = [(await buy(stage, http, code, number)).json()["code"] for number in range(12)]
    address = f"{stage.server.base_url}/manage/{stage.event}/bank"
    rows = "\n".join(["date,description,amount", *(f"2027-02-01,trust {one},120.00" for one in orders)])
    async with signed_in(stage, stage.event, "olga") as olga, signed_in(stage, stage.event, "tara") as tara:
        send = [who.post(address, data={"do": "apply", "rows": rows}) for who in (olga, tara) * TIMES]
        by_hand = [olga.post(f"{address[:-5]}/orders/{one}", data={"do": "pay", "method": "bank"}) for one in orders[:3]]
        answers = await asyncio.gather(*send, *by_hand)
        found = await books(olga, address)

    assert {answer.status_code for answer in answers} == {303}
    assert Counter(found[one] for one in orders) == {("paid", "120.00", "0.00"): 12}
    assert stage.server.run("check").returncode == 0


async def test_one_line_given_to_orders_by_many_clicks_pays_one(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await make_type(stage, http, name="Odd", price={"amount": 12345, "currency": "GBP"})
    orders = [(await buy(stage, http, code, number)).json()["code"] for number in range(2)]
    address = f"{stage.server.base_url}/manage/{stage.event}/bank"
    async with signed_in(stage, stage.event, "olga") as olga, signed_in(stage, stage.event, "tara") as tara:
        await olga.post(address, data={"do": "apply", "rows": "date,description,amount\n2027-02-02,thank you,123.45"})
        line = (await olga.get(address)).text.split("£123.45</strong>")[1].split('name="line" value="')[1].split('"')[0]
        clicks = [
            *(who.post(address, data={"do": "assign", "line": line, "order": one}) for who in (olga, tara) * TIMES for one in orders),
            *(who.post(address, data={"do": "ignore", "line": line}) for who in (olga, tara)),
        ]
        answers = await asyncio.gather(*clicks)
        found = await books(olga, address)

    assert {answer.status_code for answer in answers} <= {303, 409}
    paid = sum(found[one] == ("paid", "123.45", "0.00") for one in orders)
    due = sum(found[one] == ("placed", "0.00", "0.00") for one in orders)
    assert (paid, due) in {(1, 1), (0, 2)}  # an `ignore` may have been the first
