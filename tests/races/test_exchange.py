"""The same table twice at the same moment: nothing is doubled, and neither answer is an error."""

from __future__ import annotations

import asyncio
import re

import httpx

from tests.races.conftest import Stage

TABLE = b"title,speakers,room,track\n" + b"".join(b"Raced %d,Runner %d,Arena,Sprint\n" % (n, n) for n in range(20))


async def _signed_in(stage: Stage, number: int) -> httpx.AsyncClient:
    link = stage.server.run("user", "add", f"racer{number}@example.org", "--event", "race", "--role", "programme").stdout.strip()
    client = httpx.AsyncClient(base_url=stage.server.base_url, headers={"sec-fetch-site": "same-origin"}, timeout=60)
    await client.post(link)
    return client


async def test_two_organisers_bring_in_the_same_table_at_once(stage: Stage) -> None:
    clients = [await _signed_in(stage, number) for number in range(2)]
    page = "/manage/race/exchange"
    looks = [await one.post(page, data={"do": "look"}, files={"file": ("t.csv", TABLE)}) for one in clients]
    keys = [re.findall(r'name="key" value="([^"]+)"', look.text)[0] for look in looks]

    answers = await asyncio.gather(*(one.post(page, data={"do": "apply", "key": key}) for one, key in zip(clients, keys, strict=True)))

    listed = (await clients[0].get(f"{page}/sessions.csv")).text
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted("Nothing changed." in answer.text for answer in answers) == [False, True]
    assert [listed.count(f"Raced {n},") for n in range(20)] == [1] * 20
    for client in clients:
        await client.aclose()
