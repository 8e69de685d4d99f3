"""The waiting list: who may join, in which order places are offered, how long they are kept, and that none is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from eventsvc import worker
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, VoucherForm, WaitingForm
from eventsvc.ticketing.models import Order, Quota, TicketType, Voucher, Waiting, WaitingState
from eventsvc.ticketing.rules import catalogue, orders, placing, vouchers, waiting
from tests.make import make_event, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def sold_out(places: int = 1) -> tuple[Event, TicketType, list[Order]]:
    event = await make_event(start=(now() + timedelta(days=30)).date())
    full = await make_ticket_type(event, code="full", name="Full", places=places)
    return event, full, [await placing.place_order(event, wanted()) for _ in range(places)]


def wanted(voucher: str = "") -> OrderForm:
    return OrderForm.model_validate(
        {"email": "buyer@example.org", "tickets": [{"ticket_type": "full", "name": "Buyer"}], "voucher": voucher}
    )


async def joined(event: Event, full: TicketType, *names: str) -> list[Waiting]:
    return [await waiting.join(event, full, WaitingForm(name=name, email=f"{name}@example.org")) for name in names]


async def states(full: TicketType) -> list[str]:
    return [str(one.state) for one in await Waiting.filter(ticket_type=full).order_by("id")]


async def sound() -> bool:
    return not (await catalogue.quota_errors() or await vouchers.voucher_errors())


async def test_while_there_are_places_nobody_waits() -> None:
    event = await make_event()
    full = await make_ticket_type(event, code="full", places=1)

    with pytest.raises(waiting.NotSoldOut):
        await joined(event, full, "ada")


async def test_a_free_place_is_offered_to_the_first_and_kept_for_a_day() -> None:
    event, full, (order,) = await sold_out()
    await joined(event, full, "ada", "bob")

    await orders.cancel_order(order, by="test")
    await waiting.sweep()
    await waiting.sweep()

    offer = await Voucher.get(event=event)
    assert await states(full) == ["offered", "waiting"]
    assert offer.expires_at is not None
    assert timedelta(hours=23) < offer.expires_at - now() <= timedelta(hours=24)
    assert (await Quota.get(id=full.quota_id)).claimed == 1
    assert await sound()


async def test_whoever_has_the_offer_buys_and_nobody_else_does_meanwhile() -> None:
    event, full, (order,) = await sold_out()
    await joined(event, full, "ada", "bob")
    await orders.cancel_order(order, by="test")
    with pytest.raises(placing.SoldOut) as early:
        await placing.place_order(event, wanted())
    await waiting.sweep()

    with pytest.raises(placing.SoldOut):
        await placing.place_order(event, wanted())
    bought = await placing.place_order(event, wanted((await Voucher.get(event=event)).code))
    await waiting.sweep()

    assert "people wait for it" in early.value.sentence
    assert bought.state == "paid"
    assert await states(full) == ["taken", "waiting"]
    assert await sound()


async def test_an_offer_that_is_not_taken_goes_to_the_next_and_the_first_can_join_again() -> None:
    event, full, (order,) = await sold_out()
    ada, _ = await joined(event, full, "ada", "bob")
    await orders.cancel_order(order, by="test")
    await waiting.sweep()

    with travel(now() + timedelta(hours=25)):
        await waiting.sweep()
        after = await states(full)
        await joined(event, full, "ada")
        await ada.refresh_from_db()
        place = await waiting.position(ada)

    assert after == ["missed", "offered"]
    assert (ada.state, place) == (WaitingState.WAITING, 1)
    assert await sound()


async def test_leaving_with_an_offer_gives_it_to_the_next() -> None:
    event, full, (order,) = await sold_out()
    ada, _ = await joined(event, full, "ada", "bob")
    await orders.cancel_order(order, by="test")
    await waiting.sweep()

    await waiting.leave(ada, by="ada")
    await waiting.leave(ada, by="ada")
    await waiting.sweep()

    assert await states(full) == ["left", "offered"]
    assert (await Quota.get(id=full.quota_id)).claimed == 1
    assert await sound()


async def test_more_places_are_offered_to_as_many() -> None:
    event, full, _ = await sold_out()
    await joined(event, full, "ada", "bob", "cleo")

    await catalogue.change_ticket_type(event, full, places=3)
    await waiting.sweep()

    assert await states(full) == ["offered", "offered", "waiting"]
    assert await sound()


async def test_the_offer_comes_by_mail_with_a_link_that_shows_the_ticket(client: httpx.AsyncClient, outbox: Path) -> None:
    event, _full, (order,) = await sold_out()
    await client.post(f"/{event.slug}/tickets/full/waiting", data={"name": "Ada", "email": "ada@example.org"})
    await orders.cancel_order(order, by="test")
    await waiting.sweep()
    await worker.drain()

    texts = [file.read_text().replace("=\n", "").replace("=3D", "=") for file in outbox.glob("*.eml")]
    offer = next(text for text in texts if "A place has become free" in text and "ada@example.org" in text)
    link = re.search(r"http://testserver(/\S+/tickets\?voucher=\w+)", offer)
    assert link is not None
    page = (await client.get(link[1])).text
    assert "Sold out" not in page
    assert 'value="full"' in page


async def test_joining_twice_is_one_place_and_tells_a_stranger_nothing(client: httpx.AsyncClient) -> None:
    event, full, _ = await sold_out()
    await joined(event, full, "ada")
    known = await client.post(f"/{event.slug}/tickets/full/waiting", data={"name": "Eve", "email": "ada@example.org"})
    fresh = await client.post(f"/{event.slug}/tickets/full/waiting", data={"name": "Bob", "email": "bob@example.org"})

    assert known.headers["location"] == fresh.headers["location"]
    assert [(one.name, one.email) for one in await Waiting.filter(ticket_type=full).order_by("id")] == [
        ("ada", "ada@example.org"),
        ("Bob", "bob@example.org"),
    ]


async def test_the_page_of_one_s_place_says_where_one_stands_and_lets_one_leave(client: httpx.AsyncClient) -> None:
    event, full, _ = await sold_out()
    _, bob = await joined(event, full, "ada", "bob")

    before = (await client.get(f"/{event.slug}/waiting/{bob.secret}")).text
    await client.post(f"/{event.slug}/waiting/{bob.secret}")
    after = (await client.get(f"/{event.slug}/waiting/{bob.secret}")).text
    wrong = await client.get(f"/{event.slug}/waiting/not-a-secret")

    assert ("number 2" in before, "You have left the list" in after, wrong.status_code) == (True, True, 404)


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("mallory", 404)])
async def test_who_sees_the_list(name: str, status: int) -> None:
    event, full, _ = await sold_out()
    await joined(event, full, "ada")
    async with await signed_in(name, event) as here:
        answer = await here.get(f"/manage/{event.slug}/waiting")

    assert (answer.status_code, "ada@example.org" in answer.text) == (status, status == 200)


async def test_a_voucher_can_keep_places_free_until_it_is_used_or_over() -> None:
    event = await make_event()
    full = await make_ticket_type(event, code="full", places=3)
    form = VoucherForm(
        code="HOLD", kind="none", opens_hidden=True, ticket_types=["full"], uses=2, reserves=True, expires_at=now() + timedelta(hours=1)
    )
    await vouchers.add(event, form, by="test")

    await placing.place_order(event, wanted())
    with pytest.raises(placing.SoldOut):
        await placing.place_order(event, wanted())
    order = await placing.place_order(event, wanted("HOLD"))
    await orders.cancel_order(order, by="test")
    still = (await Quota.get(id=full.quota_id)).claimed
    with travel(now() + timedelta(hours=2)):
        await waiting.sweep()
    after = (await Quota.get(id=full.quota_id)).claimed

    assert (still, after) == (3, 1)
    assert await sound()


async def test_a_voucher_cannot_keep_more_places_than_there_are() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", places=3)
    form = VoucherForm(count=2, kind="percent", percent=100, ticket_types=["full"], uses=2, reserves=True)

    with pytest.raises(vouchers.BadVoucher) as refused:
        await vouchers.add(event, form, by="test")

    assert refused.value.field == "reserves"
    assert await Voucher.filter(event=event).count() == 0


async def test_fewer_uses_and_removal_give_held_places_back() -> None:
    event = await make_event()
    full = await make_ticket_type(event, code="full", places=5)
    form = VoucherForm(code="HOLD", percent=100, ticket_types=["full"], uses=4, reserves=True)
    (one,) = await vouchers.add(event, form, by="test")

    await vouchers.change(event, one, form.model_copy(update={"uses": 2}), by="test")
    fewer = (await Quota.get(id=full.quota_id)).claimed
    await vouchers.remove(await Voucher.get(id=one.id), by="test")

    assert (fewer, (await Quota.get(id=full.quota_id)).claimed) == (2, 0)
