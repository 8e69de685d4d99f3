"""What an organiser, a door volunteer or a stolen tablet must not get hold of."""

from __future__ import annotations

import httpx
import pytest

from eventsvc.accounts.models import User
from eventsvc.checkin.rules import door_link, doors
from eventsvc.core.forms import check
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import Ticket
from tests.make import make_event, make_ticket
from tests.people import browser, person, signed_in, system


async def test_a_colleague_who_has_an_account_is_added_without_a_link_to_it(client: httpx.AsyncClient) -> None:
    event, boss = await make_event(), await person("mallory")
    await boss.change(is_admin=True)
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/team", data={"do": "member", "email": boss.email, "name": "New", "role": "door"})
        team = (await olga.get(f"/manage/{event.slug}/team")).text

    assert answer.status_code == 303
    assert "/sign-in/" not in team
    assert boss.email in team
    assert (await User.get(id=boss.id)).name == "Mallory"


async def test_a_new_password_ends_the_other_sessions(client: httpx.AsyncClient) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as here, await signed_in("olga", event) as stolen:
        saved = await here.post("/manage/account", data={"password": "correct horse battery staple"})
        after = [(await one.get(f"/manage/{event.slug}/")).status_code for one in (here, stolen)]

    assert saved.status_code == 200
    assert after == [200, 303]


async def test_an_authorization_header_does_not_open_forms_to_other_sites(client: httpx.AsyncClient) -> None:
    async with await signed_in("olga", await make_event()) as olga:
        headers = {"sec-fetch-site": "cross-site", "authorization": "Basic eDp5"}
        answer = await olga.post("/manage/account", data={"password": "correct horse battery staple"}, headers=headers)

    assert answer.status_code == 403


async def test_only_who_manages_the_event_makes_doors_and_pairs_tablets(client: httpx.AsyncClient) -> None:
    event = await make_event()
    door = await doors.add_door(event, name="North", by="Olga")
    async with await signed_in("dev", event) as dev, await signed_in("olga", event) as olga:
        made = [await one.post(f"/manage/{event.slug}/checkin/doors/new", data={"name": "South"}) for one in (dev, olga)]
        paired = [await one.post(f"/manage/{event.slug}/checkin/doors/{door.code}/pairing") for one in (dev, olga)]

    assert [answer.status_code for answer in (*made, *paired)] == [403, 303, 403, 200]
    assert "/door/#" not in paired[0].text
    assert "/door/#" in paired[1].text


async def test_a_stolen_tablet_lists_nobody_and_prints_nothing() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace", email="ada@private.example.org")
    token = (await door_link(event, "North", "Olga")).rsplit("#", 1)[1].split(".")[1]
    api = f"/api/v1/events/{event.slug}/tickets"

    async with browser(authorization=f"Bearer {token}") as tablet:
        everybody = await tablet.get(f"{api}?limit=500")
        found = await tablet.get(f"{api}?search=ada&limit=500")
        printed = [(await tablet.get(f"{api}/{ticket.code}/{file}")).status_code for file in ("qr.png", "badge.pdf", "badge.png")]

    assert everybody.status_code == 403
    assert [one["name"] for one in found.json()["items"]] == ["Ada Lovelace"]
    assert ticket.email not in found.text
    assert printed == [403, 403, 403]


@pytest.mark.parametrize("scope", ["surveys", "programme"])
async def test_a_token_for_something_else_sees_no_ticket(scope: str) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    async with await system(event, scope) as other:
        answers = [await other.get(f"/api/v1/events/{event.slug}/tickets{path}") for path in ("", f"/{ticket.code}/qr.png")]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_own_data_does_not_tell_what_others_wrote_to_the_same_address(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket(event)
    type_code = "standard"
    for name in ("Ada", "Mallory"):
        form = {"do": "order", "once": name, "email": "ada@example.org", "tickets-0-name": name, "tickets-0-ticket_type": type_code}
        answer = await client.post(f"/{event.slug}/tickets", data=form)
        assert answer.status_code == 303, answer.text
    mallory = await Ticket.get(event=event, name="Mallory")

    data = (await client.get(f"/{event.slug}/my/{mallory.secret}/data.json")).json()

    assert len(data["letters"]) == 1


@pytest.mark.parametrize(
    "name", ["Pay now at evil.com/pay", "bit.ly/x", "http:evil.com", "https：//evil.com", "mailto:a@b", "www.evil.com", "a@evil.com"]
)
def test_a_name_carries_no_address(name: str) -> None:
    form = check(OrderForm, [("email", "a@example.org"), ("tickets-0-ticket_type", "x"), ("tickets-0-name", name)])

    assert "address" in " ".join(form.errors.values())
