"""Places that ticket types and add-ons share, before anything is sold and after."""

from __future__ import annotations

import httpx
import pytest

from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.forms.quotas import QuotaForm
from eventsvc.ticketing.models import AddOn, Quota, TicketType
from eventsvc.ticketing.rules import add_ons, catalogue, placing, quotas, vouchers
from tests.make import make_event
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def shop() -> Event:
    event = await make_event()
    await catalogue.add_ticket_type(event, "Day", places=10)
    await catalogue.add_ticket_type(event, "Full", places=10)
    await add_ons.add(event, "Seat", places=10)
    return event


async def buy(event: Event, code: str, *extras: str) -> None:
    row = {"ticket_type": code, "name": "Ada", "add_ons": list(extras)}
    await placing.place_order(event, OrderForm.model_validate({"email": "ada@example.org", "tickets": [row]}))


async def numbers(event: Event) -> list[tuple[str, int | None, int]]:
    return sorted((one.name, one.size, one.claimed) for one in await Quota.filter(event=event))


async def test_what_is_shared_brings_along_what_it_has_sold_and_is_sold_out_together() -> None:
    event = await shop()
    await buy(event, "day", "seat")
    await buy(event, "full")
    await vouchers.add(event, VoucherForm(code="KEEP", percent=100, ticket_types=["full"], uses=1, reserves=True), by="test")

    await quotas.save(event, None, QuotaForm(name="Hall", places=5, ticket_types=["day", "full"], add_ons=["seat"]), by="test")

    assert await numbers(event) == [("Hall", 5, 4)]
    assert await catalogue.quota_errors() == []
    await buy(event, "day")
    with pytest.raises(placing.SoldOut):
        await buy(event, "full")


async def test_what_leaves_gets_as_many_places_as_it_has_taken() -> None:
    event = await shop()
    hall = await quotas.save(event, None, QuotaForm(name="Hall", places=5, ticket_types=["day", "full"]), by="test")
    await buy(event, "full")

    await quotas.save(event, hall, QuotaForm(name="Hall", places=3, ticket_types=["day"]), by="test")

    assert await numbers(event) == [("Full", 1, 1), ("Hall", 3, 0), ("Seat", 10, 0)]
    assert await catalogue.quota_errors() == []


async def test_too_few_places_for_what_was_sold_are_refused_and_nothing_moves() -> None:
    event = await shop()
    await buy(event, "day")
    await buy(event, "full")
    before = await numbers(event)

    with pytest.raises(quotas.BadQuota, match="taken 2 places together") as refused:
        await quotas.save(event, None, QuotaForm(name="Hall", places=1, ticket_types=["day", "full"]), by="test")

    assert (refused.value.field, await numbers(event)) == ("places", before)


async def test_a_voucher_that_keeps_places_of_two_types_keeps_them_together() -> None:
    event = await shop()
    hall = await quotas.save(event, None, QuotaForm(name="Hall", places=5, ticket_types=["day", "full"]), by="test")
    await vouchers.add(event, VoucherForm(code="KEEP", percent=100, ticket_types=["day", "full"], uses=2, reserves=True), by="test")

    with pytest.raises(quotas.BadQuota, match="A voucher keeps places"):
        await quotas.save(event, hall, QuotaForm(name="Hall", places=5, ticket_types=["day"]), by="test")

    assert await catalogue.quota_errors() == []


async def test_the_page_shares_places(client: httpx.AsyncClient) -> None:
    event = await shop()
    base = f"/manage/{event.slug}/quotas"

    async with await signed_in("olga", event) as olga, await signed_in("tara", event) as tara:
        listed = await olga.get(base)
        wrong = await olga.post(f"{base}/new", data={"name": "", "places": "5", "ticket_types": ["day"]})
        made = await olga.post(f"{base}/new", data={"name": "Hall", "places": "5", "ticket_types": ["day", "full"], "add_ons": "seat"})
        hall = await Quota.get(event=event, name="Hall")
        shown = await olga.get(f"{base}/{hall.id}")
        refused = await tara.get(base)

    assert (listed.status_code, wrong.status_code, made.status_code, refused.status_code) == (200, 422, 303, 403)
    assert (wrong.text.count(" checked"), shown.text.count(" checked")) == (1, 3)
    assert {one.quota_id for one in await TicketType.filter(event=event)} | {(await AddOn.get(event=event)).quota_id} == {hall.id}


async def test_systems_share_places(client: httpx.AsyncClient) -> None:
    event = await shop()
    other = await shop()
    api = f"/api/v1/events/{event.slug}"

    async with await system(event, "orders", "admin") as http:
        made = await http.post(f"{api}/quotas", json={"name": "Hall", "places": 3, "ticket_types": ["day", "full"]})
        number = made.json()["id"]
        changed = await http.patch(f"{api}/quotas/{number}", json={"name": "Hall", "places": 4, "ticket_types": ["day", "full"]})
        foreign = await http.patch(f"{api}/quotas/{(await Quota.filter(event=other).first()).id}", json={"name": "X"})  # type: ignore[union-attr]
        listed = (await http.get(f"{api}/quotas")).json()["items"]
        types = (await http.get(f"{api}/ticket-types")).json()["items"]

    assert (made.status_code, changed.json()["available"], foreign.status_code) == (201, 4, 404)
    assert [(one["name"], one["ticket_types"], one["add_ons"]) for one in listed] == [("Seat", [], ["seat"]), ("Hall", ["day", "full"], [])]
    assert {(one["quota"], one["available"]) for one in types} == {(number, 4)}
