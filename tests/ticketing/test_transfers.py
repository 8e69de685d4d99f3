"""A ticket for a colleague: a new code and link, the old ones dead, and nothing else changed."""

from __future__ import annotations

import email
from datetime import timedelta
from email.policy import default as POLICY
from pathlib import Path

import httpx
import pytest

from eventsvc.checkin.forms import ScanIn
from eventsvc.checkin.rules import scan
from eventsvc.core.clock import now
from eventsvc.mail import jobs
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Quota, Ticket, TicketState
from eventsvc.ticketing.rules import catalogue, transfers
from eventsvc.ticketing.rules.orders import cancel_order, resend
from eventsvc.website import jobs as website
from tests.make import make_event, make_list, make_question, make_scan, make_ticket, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")
BEN = {"name": "Ben Colleague", "email": "ben@example.org", "organisation": "Arden Trust", "job_title": ""}


async def test_the_colleague_has_the_place_and_nothing_else_changes() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, places=5, price=9500)
    await make_question(event, "Diet")
    old = await make_ticket(event, ticket_type=kind, price=9500, answers={"diet": {"answer": "vegan", "version": 1}})

    new = await transfers.transfer(old, ColleagueForm(**BEN), by="Olga")

    await old.refresh_from_db()
    assert (new.name, new.email, new.price, new.ticket_type_id, new.order_id) == (
        "Ben Colleague",
        "ben@example.org",
        9500,
        kind.id,
        old.order_id,
    )
    assert (old.state, old.passed_to_id, old.answers, new.state, new.answers) == (TicketState.CANCELLED, new.id, {}, TicketState.VALID, {})
    assert len({old.code, new.code, old.secret, new.secret}) == 4
    assert (await Quota.get(id=kind.quota_id)).claimed == 1 == await Ticket.filter(event=event, state__in=HOLDING).count()
    assert await catalogue.quota_errors() == []


async def test_it_is_passed_on_once_and_a_cancelled_one_or_to_oneself_never() -> None:
    event = await make_event()
    ticket, gone = await make_ticket(event, name="Ada"), await make_ticket(event, state=TicketState.CANCELLED)
    new = await transfers.transfer(ticket, ColleagueForm(**BEN), by="")

    for one, refusal in ((ticket, transfers.PassedOn), (gone, transfers.NotLive), (new, transfers.SamePerson)):
        with pytest.raises(refusal):
            await transfers.transfer(one, ColleagueForm(**BEN), by="")
    assert (await transfers.transfer(new, ColleagueForm(name="Ada", email="ada@example.org"), by="")).passed_to_id is None


async def test_the_door_takes_the_new_code_and_refuses_the_old() -> None:
    event = await make_event()
    door = await make_list(event)
    await door.fetch_related("event", "types")
    old = await make_ticket(event)
    new = await transfers.transfer(old, ColleagueForm(**BEN), by="")

    def read(number: int, code: str) -> ScanIn:
        return ScanIn(id=f"00000000-0000-4000-8000-{number:012}", code=code, at=now(), direction="in", device="Door")

    answers = await scan(door, [read(1, old.code), read(2, new.code)])

    assert [one["verdict"] for one in answers] == ["cancelled", "welcome"]


async def test_both_hear_of_it_and_the_entry_moves_from_one_calendar_to_the_other(outbox: Path) -> None:
    event = await make_event(contact_email="team@example.org")
    old = await make_ticket(event, name="Ada", email="ada@example.org")
    order = await Order.get(id=old.order_id)
    new = await transfers.transfer(old, ColleagueForm(**BEN), by="")
    await resend(order, by="")
    await jobs.run(website.letters)

    letters = [email.message_from_bytes(file.read_bytes(), policy=POLICY) for file in sorted(outbox.iterdir())]
    to = {(one["To"], one["Subject"].split(":")[0].split(" for ")[0]): one for one in letters}
    told, got = to["ada@example.org", "Ticket passed on"], to["ben@example.org", "Your ticket"]
    texts = {one["To"]: one.get_body(("plain",)).get_content() for one in (told, got)}
    assert "Ben Colleague" in texts["ada@example.org"]
    assert new.secret not in texts["ada@example.org"]
    assert f"/my/{new.secret}" in texts["ben@example.org"]
    assert "METHOD:CANCEL" in _calendar(told)
    assert f"order-{order.id}-" in _calendar(told)
    assert "METHOD:REQUEST" in _calendar(got)
    assert f"ticket-{new.id}-" in _calendar(got)
    assert [one["To"] for one in letters if one["Subject"].startswith("Your ticket")] == ["ben@example.org"] * 2


def _calendar(message: email.message.EmailMessage) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content())


async def test_whoever_has_it_hears_when_the_order_is_cancelled(outbox: Path) -> None:
    event = await make_event()
    old = await make_ticket(event)
    await transfers.transfer(old, ColleagueForm(**BEN), by="")
    await cancel_order(await Order.get(id=old.order_id), by="Olga")
    await jobs.run(website.letters)

    said = [email.message_from_bytes(file.read_bytes(), policy=POLICY) for file in outbox.iterdir()]
    assert {(one["To"], one["Subject"].split(":")[0]) for one in said} >= {
        ("ada@example.org", "Your order is cancelled"),
        ("ben@example.org", "Ticket cancelled"),
    }


async def test_a_holder_passes_it_on_from_my_day_and_the_old_link_says_so(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada")
    my, order = f"/{event.slug}/my/{ticket.secret}", await Order.get(id=ticket.order_id)
    before = (await client.get(my)).text

    wrong = await client.post(f"{my}/pass-on", data={**BEN, "email": "ben@"})
    done = await client.post(f"{my}/pass-on", data=BEN)
    again = await client.post(f"{my}/pass-on", data={**BEN, "name": "Mallory"})

    new = await Ticket.get(event=event, state=TicketState.VALID)
    assert f"{my}/pass-on" in before
    assert "Check the email address." in wrong.text
    assert 'value="Ben Colleague"' in wrong.text
    assert done.status_code == 303
    assert "Ticket passed on" in again.text
    assert "This ticket was passed on." in (await client.get(my)).text
    assert (await client.get(f"{my}/badge.pdf")).status_code == 404
    assert new.name == "Ben Colleague"
    assert new.secret not in (await client.get(f"/{event.slug}/orders/{order.code}/{order.secret}")).text
    assert order.secret not in (await client.get(f"/{event.slug}/my/{new.secret}")).text


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)])
async def test_after_the_deadline_or_the_door_only_the_organiser_does_it(client: httpx.AsyncClient, late: timedelta) -> None:
    event = await make_event(changes_until=now() - late) if late else await make_event()
    ticket = await make_ticket(event)
    if not late:
        await make_scan(await make_list(event), ticket)

    own = await client.post(f"/{event.slug}/my/{ticket.secret}/pass-on", data=BEN)
    async with await signed_in("tara", event) as tara:
        page = (await tara.get(f"/manage/{event.slug}/attendees/{ticket.code}/pass-on")).text
        done = await tara.post(f"/manage/{event.slug}/attendees/{ticket.code}/pass-on", data=BEN)

    assert own.status_code == 409
    assert ("passed on until" if late else "used at the door") in own.text
    assert ("used at the door" in page) == (not late)
    assert done.status_code == 303
    assert "/pass-on" not in (await client.get(f"/{event.slug}/my/{ticket.secret}")).text


async def test_the_deadline_is_a_setting_in_the_events_zone(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Europe/Berlin")
    async with await signed_in("olga", event) as olga:
        form = {"name": event.name, "start": str(event.start), "end": str(event.end), "timezone": event.timezone, "state": "published"}
        await olga.post(f"/manage/{event.slug}/settings", data={**form, "changes_until": "2027-01-14T18:00"})
        shown = (await olga.get(f"/manage/{event.slug}/settings")).text

    await event.refresh_from_db()
    assert event.changes_end.isoformat() == "2027-01-14T17:00:00+00:00"
    assert 'value="2027-01-14T18:00"' in shown


async def test_a_system_passes_a_ticket_on_by_api_and_only_its_own_events(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket, foreign = await make_ticket(event), await make_ticket(other)
    async with await system(event, "orders") as api, await system(event, "read") as reader:
        base = f"/api/v1/events/{event.slug}/tickets"

        done = await api.post(f"{base}/{ticket.code}/transfer", json=BEN)
        twice = await api.post(f"{base}/{ticket.code}/transfer", json=BEN)

        assert (done.status_code, done.json()["instead_of"], done.json()["state"]) == (200, ticket.code, "valid")
        assert (twice.status_code, twice.json()["type"]) == (409, "urn:eventsvc:problem:passed-on")
        assert (await api.post(f"{base}/{foreign.code}/transfer", json=BEN)).status_code == 404
        assert (await reader.post(f"{base}/{ticket.code}/transfer", json=BEN)).status_code == 403


async def test_an_order_whose_tickets_were_passed_on_stays_what_it_was() -> None:
    event = await make_event()
    old = await make_ticket(event, price=9500)
    await Order.filter(id=old.order_id).update(total=9500)

    await transfers.transfer(old, ColleagueForm(**BEN), by="")

    order = await Order.get(id=old.order_id)
    assert (order.state, order.total) == (OrderState.PAID, 9500)
