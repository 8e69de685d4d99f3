"""Bad input on the registration page: each a clear sentence, nothing that was typed is lost, and nothing is sold."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.core.clock import now, travel
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.models import Order, Quota, Ticket, TicketType
from eventsvc.ticketing.rules import vouchers
from tests.make import make_event, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
LONG = "N" * 201
CYRILLIC = "\u0430da@ex\u0430mple.org"
CASES: list[tuple[str, dict[str, str], str]] = [
    ("an expired voucher", {"voucher": "SPRING"}, "expired"),
    ("a voucher there is not", {"voucher": "NOTHING"}, "do not know this voucher"),
    ("a voucher used up", {"voucher": "GONE"}, "used"),
    ("a type of another event", {"tickets-0-ticket_type": "foreign"}, "Choose one of the tickets on offer."),
    ("a hidden type", {"tickets-0-ticket_type": "hidden"}, "Choose one of the tickets on offer."),
    ("no type", {"tickets-0-ticket_type": ""}, "Choose a ticket."),
    ("more than one order takes", {"tickets-1-name": "Ben", "tickets-1-ticket_type": "single"}, "At most 1 of"),
    ("a name of 201 characters", {"tickets-0-name": LONG}, "Use at most 200 characters."),
    ("a name with an address in it", {"tickets-0-name": "Win at www.evil.example"}, "A name cannot hold a web or e-mail address"),
    ("an e-mail without a domain", {"email": "ada@"}, "Check the email address."),
    ("two e-mails", {"email": "a@example.org, b@example.org"}, "Check the email address."),
    ("a negative amount", {"tickets-0-ticket_type": "open", "tickets-0-amount": "-5"}, "amount"),
    ("an amount like 1e9", {"tickets-0-ticket_type": "open", "tickets-0-amount": "1e9"}, "amount"),
    ("less than the least", {"tickets-0-ticket_type": "open", "tickets-0-amount": "1"}, "least"),
]


async def _types(places: int = 5) -> tuple[str, TicketType]:
    """An event with a type of one an order, a hidden one, one of any amount, and a type at another event."""
    event, other = await make_event(), await make_event()
    single = await make_ticket_type(event, code="single", places=places, price=9500, max_per_order=1)
    await make_ticket_type(event, code="hidden", public=False)
    await make_ticket_type(event, code="open", price=500, open_amount=True)
    await make_ticket_type(other, code="foreign")
    with travel(now() - timedelta(days=9)):
        await vouchers.add(event, VoucherForm(code="SPRING", percent=50, expires_at=now() + timedelta(days=1)), by="")
    await vouchers.add(event, VoucherForm(code="GONE", percent=50, uses=1), by="")
    await vouchers.use(await vouchers.usable(event, "GONE"), [single])
    return event.slug, single


GOOD = {
    "once": "1",
    "do": "order",
    "email": "ada@example.org",
    "tickets-0-name": "Ada Kept",
    "tickets-0-organisation": "Kept Trust",
    "tickets-0-ticket_type": "single",
    "invoice_to": "Kept Street 1",
    "purchase_order": "PO-KEPT",
}


@pytest.mark.parametrize(("bad", "sentence"), [(bad, sentence) for _, bad, sentence in CASES], ids=[why for why, _, _ in CASES])
async def test_it_is_said_beside_the_field_and_all_that_was_typed_stays(
    client: httpx.AsyncClient, bad: dict[str, str], sentence: str
) -> None:
    slug, single = await _types()

    answer = await client.post(f"/{slug}/tickets", data={**GOOD, **bad})

    said = [line for line in answer.text.splitlines() if 'class="error"' in line]
    assert (answer.status_code, any(sentence in line for line in said)) == (422, True), said
    for name, value in {**GOOD, **bad}.items():
        shown = f'name="{name}"' in answer.text and name not in ("once", "do") and not name.endswith("ticket_type")
        assert not shown or value in answer.text, name
    assert (await Order.filter(event__slug=slug).count(), (await Quota.get(id=single.quota_id)).claimed) == (0, 0)


async def test_a_price_that_was_sent_counts_for_nothing(client: httpx.AsyncClient) -> None:
    slug, single = await _types()
    tampered = {"tickets-0-price": "0", "price": "0", "total": "1", "tickets-0-amount": "1", "state": "paid", "paid": "9500"}

    await client.post(f"/{slug}/tickets", data={**GOOD, **tampered})

    order = await Order.get(event__slug=slug)
    assert (order.total, order.state, order.paid, (await Ticket.get(order=order)).price) == (9500, "placed", 0, single.price)


@pytest.mark.parametrize("email", ["Ada+Congress@Example.org", CYRILLIC])
async def test_an_address_is_taken_as_it_is_and_never_for_another(client: httpx.AsyncClient, email: str) -> None:
    slug, _ = await _types()

    await client.post(f"/{slug}/tickets", data={**GOOD, "email": email})

    order = await Order.get(event__slug=slug)
    assert order.email == email.lower()
    assert order.email != "ada@example.org"


async def test_a_name_of_200_characters_in_any_script_is_kept_whole(client: httpx.AsyncClient) -> None:
    slug, _ = await _types()
    name = ("Łéa 李 محمد " * 20)[:200].strip()

    await client.post(f"/{slug}/tickets", data={**GOOD, "tickets-0-name": name})

    assert (await Ticket.get(event__slug=slug)).name == name


async def test_21_people_are_too_many_for_one_order(client: httpx.AsyncClient) -> None:
    slug, _ = await _types()
    people = {f"tickets-{n}-{what}": value for n in range(21) for what, value in (("name", f"P{n}"), ("ticket_type", "single"))}

    answer = await client.post(f"/{slug}/tickets", data={**GOOD, **people})

    assert answer.status_code == 422
    assert "at most 20" in answer.text
    assert await Order.filter(event__slug=slug).count() == 0


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, b"PK\x03\x04 no zip", b"%PDF-1.7\n\x00\x00", b""])
async def test_a_file_that_is_not_what_it_says_is_refused_in_words(client: httpx.AsyncClient, raw: bytes) -> None:
    event = await make_event()
    async with await signed_in("tara", event) as tara:
        answer = await tara.post(f"/manage/{event.slug}/bank", data={"do": "look"}, files={"file": ("statement.csv", raw, "text/csv")})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text or 'class="error"' in answer.text
    assert "Traceback" not in answer.text
