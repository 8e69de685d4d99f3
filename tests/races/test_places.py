"""Forty people want ten places while others give theirs back: never one place too many, nobody twice, nobody forgotten in the queue."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter

import httpx

from tests.races.conftest import Stage, buy, make_type


async def workshop(stage: Stage, http: httpx.AsyncClient, places: int) -> str:
    """A session with so many places; returns its code."""
    code = uuid.uuid4().hex[:10].upper()
    body = {
        "title": f"Workshop {code}",
        "start": "2099-01-01T10:00:00Z",
        "end": "2099-01-01T11:00:00Z",
        "state": "confirmed",
        "signup_places": places,
    }
    answer = await http.put(f"{stage.api}/sessions/{code}", json=body)
    assert answer.status_code == 200, answer.text
    return code


async def plans(stage: Stage, http: httpx.AsyncClient, many: int) -> list[str]:
    """The addresses of so many new attendees' plans."""
    ticket_type = await make_type(stage, http, name=f"Type {uuid.uuid4().hex[:6]}")
    orders = await asyncio.gather(*(buy(stage, http, ticket_type, number) for number in range(many)))
    return [f"{order.json()['tickets'][0]['my_url']}/plan" for order in orders]


async def press(plan: str, do: str, code: str) -> str:
    """Press one button of a plan; returns what became of it."""
    async with httpx.AsyncClient(timeout=60, headers={"sec-fetch-site": "same-origin"}) as browser:
        answer = await browser.post(plan, data={"do": do, "session": code})
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["location"].partition("done=")[2].partition("#")[0]


async def states(stage: Stage, code: str, addresses: list[str]) -> Counter[str]:
    """How many have a place, wait, or neither, as their own pages say."""
    async with httpx.AsyncClient(timeout=60) as browser:
        pages = [(await browser.get(plan)).text.partition(f'id="s-{code}"')[2].partition("</li>")[0] for plan in addresses]
    return Counter("going" if "You have a place" in page else "waiting" if "Waiting list" in page else "" for page in pages)


async def test_40_people_want_10_places(stage: Stage, http: httpx.AsyncClient) -> None:
    code, people = await workshop(stage, http, 10), await plans(stage, http, 40)

    said = await asyncio.gather(*(press(plan, "sign_up", code) for plan in people))

    assert Counter(said) == {"going": 10, "waiting": 30}
    assert await states(stage, code, people) == {"going": 10, "waiting": 30}
    assert stage.server.run("check").returncode == 0


async def test_giving_back_while_others_come_leaves_no_place_free_and_none_too_many(stage: Stage, http: httpx.AsyncClient) -> None:
    code, people = await workshop(stage, http, 10), await plans(stage, http, 40)
    early, late = people[:20], people[20:]
    await asyncio.gather(*(press(plan, "sign_up", code) for plan in early))

    back = [press(plan, "give_back", code) for plan in early[:12] for _ in range(2)]
    more = http.put(f"{stage.api}/sessions/{code}", json={"signup_places": 14})
    await asyncio.gather(*back, more, *(press(plan, "sign_up", code) for plan in late))

    assert await states(stage, code, people) == {"going": 14, "waiting": 14, "": 12}
    assert stage.server.run("check").returncode == 0


async def test_a_double_click_is_one_place(stage: Stage, http: httpx.AsyncClient) -> None:
    code, people = await workshop(stage, http, 3), await plans(stage, http, 2)

    said = await asyncio.gather(*(press(plan, "sign_up", code) for plan in people for _ in range(6)))

    assert set(said) == {"going"}
    assert (await http.put(f"{stage.api}/sessions/{code}", json={"signup_places": 2})).status_code == 200
    assert (await http.put(f"{stage.api}/sessions/{code}", json={"signup_places": 1})).status_code == 422


async def test_keeping_at_once_is_kept_once(stage: Stage, http: httpx.AsyncClient) -> None:
    code = await workshop(stage, http, 1)
    async with httpx.AsyncClient(timeout=60, headers={"sec-fetch-site": "same-origin", "accept": "application/json"}) as browser:
        address = f"{stage.server.base_url}/race/favourites"
        await browser.post(address, data={"session": code, "on": "false"})

        answers = await asyncio.gather(*(browser.post(address, data={"session": code}) for _ in range(12)))

        assert {answer.status_code for answer in answers} == {200}
        assert (await browser.get(f"{address}.json")).json()["sessions"] == [code]
