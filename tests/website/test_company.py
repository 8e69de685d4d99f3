"""An organisation's own page: its link, places without names, who comes, who has arrived."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc import worker
from eventsvc.checkin.models import Scan
from eventsvc.core.clock import now, travel
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event, Organiser
from eventsvc.mail.models import Letter
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance, Organisation
from eventsvc.members.rules import allowances, links, organisations
from eventsvc.ticketing.forms.places import PlaceForm, PlacesForm
from eventsvc.ticketing.models import Invoice, Order, Rate, Ticket, TicketState
from eventsvc.ticketing.rules import catalogue, places, rates
from eventsvc.website.rules import company
from tests.make import make_event, make_list, make_scan, make_ticket, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
ADA = PlaceForm(name="Ada", email="ada@severn.example.org", job_title="Lead")


async def stage(**values: Any) -> tuple[Event, Allowance, str]:
    """Severn Assays with two free places, then £95 each, and the address of its page."""
    day = (now() + timedelta(days=20)).date()
    event = await make_event(organiser=await Organiser.create(name="Company Cluster"), start=day, end=day)
    kind = await make_ticket_type(event, code="full", name="Full day", price=14500, places=10, **values)
    await Rate.create(ticket_type=kind, name="Members", kinds=["member"], price=9500, free_places=True)
    wanted = OrganisationForm.model_validate({"name": "Severn Assays", "code": "SEVERN27", "email": "office@severn.example.org"})
    one = await organisations.write(event.organiser, None, wanted, by="test")
    await allowances.change(event, one, AllowanceForm(free=2), by="test")
    await links.send(event, one, by="test")
    here = await Allowance.get(event=event).select_related("organisation")
    return event, here, f"/{event.slug}/company/{here.secret}"


async def taken(event: Event, here: Allowance, count: int = 3) -> list[Ticket]:
    wanted = PlacesForm(ticket_type="full", count=count, invoice_to="Severn\nBristol", purchase_order="PO-7")
    await places.take(event, here, wanted, key=f"k{count}")
    return await places.of(event, await Allowance.get(id=here.id).select_related("organisation"))


async def sound() -> list[str]:
    return [*await catalogue.quota_errors(), *await rates.allowance_errors()]


async def test_places_are_taken_without_names_free_ones_first_and_the_rest_is_one_invoice(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    page = (await client.get(address)).text
    form = {**dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)), "ticket_type": "full", "count": "3", "do": "take"}

    refused = await client.post(address, data={**form, "purchase_order": "PO-7"})
    answers = [await client.post(address, data={**form, "purchase_order": "PO-7", "invoice_to": "Severn\nBristol"}) for _ in range(2)]
    await worker.once()
    after = (await client.get(address)).text

    order = await Order.get(event=event)
    invoice = await Invoice.get(order=order)
    assert (refused.status_code, 'id="invoice_to-e"' in refused.text, 'value="PO-7"' in refused.text) == (422, True, True)
    assert [one.status_code for one in answers] == [303, 303]  # a double click is one purchase
    assert [one.price for one in await Ticket.filter(order=order).order_by("id")] == [0, 0, 9500]
    assert (invoice.purchase_order, invoice.gross) == ("PO-7", 9500)
    assert ("0 of 2 free places left" in after, "3 without a name" in after, invoice.number in after) == (True, True, True)
    assert await Letter.filter(to=here.organisation.email, kind="ticketing/places").count() == 1
    assert await Letter.filter(event_id=event.id, kind="ticketing/confirmation").count() == 0
    assert await sound() == []


async def test_a_pasted_list_names_places_in_its_order_and_bad_lines_keep_nothing(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    await taken(event, here)
    bad = "Ada\tada@severn.example.org\tLead\nBob\tnot-an-address\n=cmd()\tc@severn.example.org\n"
    good = "Name;E-mail\nAda;ada@severn.example.org\nBob;bob@severn.example.org\n"

    refused = await client.post(address, data={"do": "name", "people": bad})
    many = await client.post(address, data={"do": "name", "people": "\n".join(f"P{n},p{n}@severn.example.org" for n in range(4))})
    done = await client.post(address, data={"do": "name", "people": good})

    rows = await places.of(event, here)
    assert (refused.status_code, "Line 2, email:" in refused.text, "Line 1," in refused.text) == (422, True, False)
    assert "not-an-address" in refused.text
    assert (many.status_code, "4 people, and 3 places without a name" in many.text) == (422, True)
    assert (done.status_code, [one.name for one in rows]) == (303, ["Ada", "Bob", "Guest of Severn Assays"])
    assert [one.claim_secret is None for one in rows] == [True, True, False]
    assert sorted(str(one.to) for one in await Letter.filter(kind="ticketing/passed_to_you")) == [
        "ada@severn.example.org",
        "bob@severn.example.org",
    ]


async def test_a_colleague_claims_a_place_with_the_link_once(client: httpx.AsyncClient) -> None:
    event, here, _ = await stage()
    place = (await taken(event, here, 1))[0]
    link = places.link(event, place).removeprefix("http://testserver")

    opened = await client.get(link)
    claimed = await client.post(link, data={"name": "Ada", "email": "ada@severn.example.org"})
    again = await client.post(link, data={"name": "Mallory", "email": "mallory@example.org"})

    ticket = await Ticket.get(id=place.id)
    assert ("Severn Assays has a place for you" in opened.text, opened.headers["cache-control"]) == (True, "no-store")
    assert (claimed.headers["location"], again.status_code) == (f"/{event.slug}/my/{ticket.secret}?new=1", 404)
    assert (ticket.name, ticket.email, ticket.state) == ("Ada", "ada@severn.example.org", TicketState.VALID)
    with pytest.raises(places.AlreadyClaimed):
        await places.name(place, ADA, by="test")


async def test_a_new_link_ends_the_old_one(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    place = (await taken(event, here, 1))[0]

    await client.post(f"{address}/places/{place.code}", data={"do": "link"})

    with pytest.raises(NotFound):
        await places.by_claim(event, str(place.claim_secret))
    assert (await Ticket.get(id=place.id)).claim_secret not in (None, place.claim_secret)


async def test_somebody_else_comes_with_a_ticket_of_their_own_until_the_deadline(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    place = await places.name((await taken(event, here, 1))[0], ADA, by="test")

    await client.post(f"{address}/places/{place.code}", data={"name": "Ada Lovelace", "email": ADA.email})
    same = await Ticket.get(id=place.id)
    await client.post(f"{address}/places/{place.code}", data={"name": "Bob", "email": "bob@severn.example.org"})
    (new,) = await places.of(event, here)
    with travel(event.starts_at + timedelta(hours=1)):
        late = await client.post(f"{address}/places/{new.code}", data={"name": "Eve", "email": "eve@severn.example.org"})

    assert (same.name, same.code) == ("Ada Lovelace", place.code)
    assert (new.name, new.code != place.code, new.allowance_id) == ("Bob", True, here.id)
    assert (await Ticket.get(id=place.id)).state == TicketState.CANCELLED
    assert (late.status_code, "Tickets could be passed on until" in late.text) == (422, True)
    assert await sound() == []


async def test_a_place_that_nobody_needs_is_given_back_and_is_free_again(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    place = (await taken(event, here, 2))[0]

    answer = await client.post(f"{address}/places/{place.code}", data={"do": "back"})

    assert (answer.status_code, len(await places.of(event, here)), (await Allowance.get(id=here.id)).left) == (303, 1, 1)
    assert await sound() == []


async def test_on_the_day_the_page_says_who_has_arrived(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    first, second = await taken(event, here, 2)
    await places.name(first, ADA, by="test")
    await make_scan(await make_list(event), first)

    with travel(event.starts_at + timedelta(hours=9)):
        page = (await client.get(address)).text

    assert ("1 arrived" in page, page.count("Arrived ")) == (True, 1)
    assert [one.arrived is not None for one in await company.places_of(event, here)] == [True, False]
    assert await Scan.filter(ticket=second).count() == 0


async def test_the_page_shows_its_own_places_and_nobody_else_s(client: httpx.AsyncClient) -> None:
    event, _, address = await stage()
    stranger = await make_ticket(event, name="Nobody Else", organisation="Severn Assays")

    page = await client.get(address)
    other = await client.get(f"{address}/places/{stranger.code}")

    assert ("Nobody Else" in page.text, other.status_code, page.headers["cache-control"]) == (False, 404, "no-store")


async def test_the_link_is_sent_taken_back_and_sent_anew(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    async with await signed_in("olga", event) as organiser:
        await organiser.post(f"/manage/{event.slug}/members/severn-assays", data={"do": "take-back"})
        gone = await client.get(address)
        await organiser.post(f"/manage/{event.slug}/members/severn-assays", data={"do": "send"})
    fresh = (await Allowance.get(id=here.id)).secret

    assert (gone.status_code, len(fresh or "")) == (404, 22)
    assert f"/{event.slug}/company/{fresh}" != address
    assert await Letter.filter(kind="members/company").count() == 2


async def test_a_lost_link_goes_to_the_contact_and_strangers_learn_nothing(client: httpx.AsyncClient) -> None:
    event, here, _ = await stage()
    await Letter.all().delete()

    answers = [
        (await client.post(f"/{event.slug}/company", data={"email": email})).text
        for email in (here.organisation.email, here.organisation.email, "mallory@example.org")
    ]

    assert len({text.partition("<form")[0] for text in answers}) == 1
    assert [one.to for one in await Letter.filter(kind="members/company")] == [here.organisation.email]


async def test_an_organisation_without_a_contact_is_sent_nothing_and_its_organiser_told() -> None:
    event, _, _ = await stage()
    one = await Organisation.get(slug="severn-assays", organiser=event.organiser)
    await one.change(email="")

    with pytest.raises(links.NobodyToWriteTo):
        await links.send(event, one, by="test")


async def test_a_contact_who_is_replaced_opens_the_page_no_more(client: httpx.AsyncClient) -> None:
    event, here, address = await stage()
    one = await Organisation.get(id=here.organisation_id).prefetch_related("domains")
    same = {"name": one.name, "code": one.code}

    for email, opens in (("office@severn.example.org", 200), ("new@severn.example.org", 404)):
        await organisations.write(event.organiser, one, OrganisationForm.model_validate({**same, "email": email}), by="test")
        assert (await client.get(address)).status_code == opens
    await links.send(event, one, by="test")
    renewed = (await Allowance.get(id=here.id)).secret

    assert (await client.get(f"/{event.slug}/company/{renewed}")).status_code == 200
    assert await Letter.filter(kind="members/company", to="new@severn.example.org").count() == 1
