"""Orders, tickets and ticket types through the API."""

from __future__ import annotations

import io

import httpx
import pytest

from eventsvc.ticketing.models import Order, Ticket, TicketType
from eventsvc.ticketing.rules import imports, reports
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import browser, system

pytestmark = pytest.mark.usefixtures("rolled_back")


def order_for(*types: TicketType) -> dict[str, object]:
    return {"email": "ada@example.org", "tickets": [{"ticket_type": one.code, "name": f"Person {n}"} for n, one in enumerate(types)]}


async def test_an_order_is_placed_and_answered_the_same_for_the_same_key() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    async with await system(event, "orders") as api:
        address = f"/api/v1/events/{event.slug}/orders"
        first, second = [await api.post(address, json=order_for(free), headers={"Idempotency-Key": "k"}) for _ in range(2)]
        other = await api.post(address, json=order_for(free, free), headers={"Idempotency-Key": "k"})

    body = first.json()
    ticket = await Ticket.get(event=event)
    assert (first.status_code, body["state"], body["total"]) == (201, "paid", {"amount": 0, "currency": "GBP"})
    assert body["tickets"][0]["my_url"] == f"http://testserver/{event.slug}/my/{ticket.secret}"
    assert first.json() == second.json()
    assert other.status_code == 422


async def test_a_retry_after_a_cancellation_still_gets_the_first_answer() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    async with await system(event, "orders") as api:
        address = f"/api/v1/events/{event.slug}/orders"
        first = await api.post(address, json=order_for(free), headers={"Idempotency-Key": "k"})
        await api.post(f"{address}/{first.json()['code']}/cancel")

        retried = await api.post(address, json=order_for(free), headers={"Idempotency-Key": "k"})

    assert (retried.status_code, retried.json()) == (201, first.json())


async def test_public_lists_carry_an_etag(client: httpx.AsyncClient) -> None:
    event = await make_event()

    for path in ("/", "/api/v1/events", f"/api/v1/events/{event.slug}", f"/api/v1/events/{event.slug}/ticket-types"):
        first = await client.get(path)
        again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_sold_out_is_409_and_says_so() -> None:
    event = await make_event()
    last = await make_ticket_type(event, places=1)
    async with await system(event, "orders") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/orders", json=order_for(last, last))

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("sold-out")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"tickets": []}, "tickets"),
        ({"tickets": [{"ticket_type": "nope", "name": "A"}]}, "tickets.0.ticket_type"),
        ({"tickets": [{"ticket_type": "standard", "name": ""}]}, "tickets.0.name"),
        ({"tickets": [{"ticket_type": "standard", "name": "x" * 201}]}, "tickets.0.name"),
        ({"voucher": "NOPE"}, "voucher"),
    ],
)
async def test_a_bad_order_names_its_field(change: dict[str, object], field: str) -> None:
    event = await make_event()
    await make_ticket_type(event, code="standard")
    async with await system(event, "orders") as api:
        answer = await api.post(
            f"/api/v1/events/{event.slug}/orders",
            json={"email": "a@example.org", "tickets": [{"ticket_type": "standard", "name": "A"}], **change},
        )

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await Order.filter(event=event).count() == 0


async def test_paying_and_cancelling() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)
    async with await system(event, "orders") as api:
        base = f"/api/v1/events/{event.slug}/orders"
        code = (await api.post(base, json=order_for(paid))).json()["code"]
        placed = (await api.get(f"{base}/{code}")).json()
        done = (await api.post(f"{base}/{code}/pay", json={"method": "bank"})).json()
        gone = (await api.post(f"{base}/{code}/cancel")).json()
        again = await api.post(f"{base}/{code}/pay", json={"method": "bank"})

    assert [body["state"] for body in (placed, done, gone)] == ["placed", "paid", "cancelled"]
    assert [body["tickets"][0]["state"] for body in (placed, done, gone)] == ["unpaid", "valid", "cancelled"]
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("scopes", "status"), [(("orders",), 200), (("read",), 200), (("checkin",), 200), (("surveys",), 403), (("programme",), 403)]
)
async def test_who_may_search_people(scopes: tuple[str, ...], status: int) -> None:
    event = await make_event()
    async with await system(event, *scopes) as api:
        assert (await api.get(f"/api/v1/events/{event.slug}/tickets?search=a")).status_code == status


async def test_a_token_of_one_event_knows_nothing_of_another() -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_ticket(other)
    order = await Order.get(id=foreign.order_id)
    async with await system(event, "admin") as api, browser() as nobody:
        inside = [
            await api.get(f"/api/v1/events/{other.slug}/{path}") for path in ("tickets", f"orders/{order.code}", "checkin-lists", "surveys")
        ]
        mixed = await api.get(f"/api/v1/events/{event.slug}/orders/{order.code}")
        without = await nobody.get(f"/api/v1/events/{other.slug}/tickets")

    assert {answer.status_code for answer in [*inside, mixed]} == {404}
    assert without.status_code == 401


async def test_ticket_types_are_made_changed_and_removed() -> None:
    event = await make_event()
    async with await system(event, "admin") as api:
        base = f"/api/v1/events/{event.slug}/ticket-types"
        made = await api.post(base, json={"name": "NHS & academic", "price": {"amount": 500, "currency": "GBP"}, "places": 7})
        code = made.json()["code"]
        changed = await api.patch(f"{base}/{code}", json={"places": 9})
        listed = (await api.get(base)).json()["items"][0]
        removed = await api.delete(f"{base}/{code}")

    assert (made.status_code, code) == (201, "nhs-academic")
    assert (changed.json()["available"], changed.json()["price"]["amount"]) == (9, 500)
    assert listed["on_sale"] is True
    assert removed.status_code == 204


async def test_a_sold_ticket_type_is_not_removed() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    kind = await TicketType.get(id=ticket.ticket_type_id)
    async with await system(event, "admin") as api:
        answer = await api.delete(f"/api/v1/events/{event.slug}/ticket-types/{kind.code}")

    assert answer.status_code == 409


async def test_the_public_sees_public_types_only(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket_type(event, name="Open")
    await make_ticket_type(event, name="Hidden", public=False)

    items = (await client.get(f"/api/v1/events/{event.slug}/ticket-types")).json()["items"]

    assert [one["name"] for one in items] == ["Open"]


CSV = "Name,Email,Organisation,Job title\nAda,ada@example.org,NHS,Nurse\nBen,not-an-address,,\n,c@example.org,,\nDee,dee@example.org,,\n"


async def test_a_file_with_bad_lines_is_kept_out_whole() -> None:
    event = await make_event()
    kind = await make_ticket_type(event)

    result = await imports.import_attendees(event, CSV.encode(), kind)

    assert result.added == 0
    assert [line for line, _ in result.wrong] == [3, 4]
    assert await Ticket.filter(event=event).count() == 0


async def test_the_good_lines_are_kept_when_asked_and_never_twice() -> None:
    event = await make_event()
    kind = await make_ticket_type(event)

    first = await imports.import_attendees(event, CSV.encode(), kind, partial=True)
    second = await imports.import_attendees(event, CSV.encode(), kind, partial=True)

    assert (first.added, second.added, second.known) == (2, 0, 2)
    assert await Ticket.filter(event=event).count() == 2


async def test_a_file_beyond_the_quota_is_kept_out_whole() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, places=1)
    raw = b"name;email\nA;a@example.org\nB;b@example.org\n"

    result = await imports.import_attendees(event, raw, kind)

    assert (result.added, len(result.wrong)) == (0, 1)
    assert await Ticket.filter(event=event).count() == 0


@pytest.mark.parametrize("raw", [b"", b"name\nAda\n", b"PK\x03\x04\x00\x00"])
async def test_a_file_that_is_no_list_is_refused(raw: bytes) -> None:
    event = await make_event()
    kind = await make_ticket_type(event)

    with pytest.raises(imports.BadFile):
        await imports.import_attendees(event, raw, kind)


async def test_exports_run_nothing_in_a_spreadsheet() -> None:
    event = await make_event()
    await make_ticket(event, name="=1+1", organisation="@SUM(A1)", job_title="-2")

    text = await reports.attendees_csv(event)

    assert all(f"'{bad}" in text for bad in ("=1+1", "@SUM(A1)", "-2"))
    assert io.StringIO(text).readline().startswith("name,email")
