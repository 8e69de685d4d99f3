"""Who belongs to the cluster: member companies, a partner, public bodies; what they pay; and a ticket that is approved by hand."""

from __future__ import annotations

from typing import Any

from eventsvc.accounts import rules as accounts
from eventsvc.core.forms import check
from eventsvc.events.models import Event
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance
from eventsvc.members.rules import allowances, links, organisations
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.forms.places import PlacesForm
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.forms.rates import RateForm
from eventsvc.ticketing.rules import catalogue, places, placing, questions, rates

ORGANISATIONS: list[dict[str, Any]] = [
    {"name": "Severn Assays", "domains": "severn-assays.example", "code": "SEVERN27", "email": "events@severn-assays.example", "free": 3},
    {"name": "Longbridge Imaging", "domains": "longbridge.example", "email": "office@longbridge.example", "free": 2},
    {"name": "Kite Point-of-Care", "domains": "kite-poc.example", "email": "hello@kite-poc.example", "free": 2},
    {"name": "Black Country Growth Fund", "kind": "partner", "domains": "growth.example", "email": "team@growth.example"},
    {"name": "Arden Hospitals NHS Trust", "kind": "public", "domains": "arden.nhs.example"},
    {"name": "Mercia University", "kind": "public", "domains": "mercia.ac.example"},
]


RATES: dict[str, list[dict[str, Any]]] = {
    "member-organisation": [{"name": "Members", "kinds": ["member"], "price": "95", "free_places": "true"}],
    "non-member": [
        {"name": "Partners", "kinds": ["partner"], "price": "120"},
        {"name": "NHS and universities", "kinds": ["public"], "suffixes": "nhs.uk nhs.net ac.uk", "price": "0"},
    ],
}
ASKING = {
    "Ines Okafor": "I study biomedical science at Mercia and look for a year in industry.",
    "Tomasz Wrona": "Laid off in September, fifteen years in point-of-care. I would like to meet the founders.",
}


async def fill(event: Event) -> None:
    maker = await accounts.add_user("organiser@example.org", "Olivia Organiser", admin=True)
    for one in ORGANISATIONS:
        made = await organisations.save(maker, event.organiser, None, OrganisationForm.model_validate(one))
        if one.get("free"):
            await allowances.change(event, made, AllowanceForm(free=one["free"]), by="demo")
    await _prices(event)
    await _company(event)
    await _approval(event)


async def _prices(event: Event) -> None:
    for code, rows in RATES.items():
        ticket_type = await catalogue.ticket_type_of(event, code)
        for one in rows:
            await rates.save(ticket_type, None, check(RateForm, _pairs(one)).data, by="demo")


def _pairs(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(each)) for name, value in one.items() for each in (value if isinstance(value, list) else [value])]


async def _approval(event: Event) -> None:
    """A ticket that somebody looks at first, two who wait for it, and one whose address has not answered yet."""
    wanted = {"description": "For students and for people between jobs. Tell us in a line why you come.", "needs_approval": True}
    made = await catalogue.add_ticket_type(event, "Student or between jobs", places=40, by="demo", hue=330, **wanted)
    question = QuestionForm.model_validate({"label": "Why do you come?", "kind": "line", "ticket_types": [made.code]})
    asked = await questions.save(event, None, question, by="demo")
    people = [(f"asking{number}@example.org", made.code, name, {asked.code: why}) for number, (name, why) in enumerate(ASKING.items(), 1)]
    for email, code, name, said in [*people, ("nadia@arden.nhs.uk", "non-member", "Nadia Haddad", {})]:
        form = OrderForm(email=email, tickets=[TicketWanted(ticket_type=code, name=name, answers=said)])
        await placing.place_order(event, form, letter=False, by="demo")


async def _company(event: Event) -> None:
    """One organisation has its page, four places on it, and the names of two."""
    one = await organisations.of(event, "kite-point-of-care")
    await links.send(event, one, by="demo")
    here = await Allowance.get(event=event, organisation=one).select_related("organisation")
    wanted = PlacesForm(
        ticket_type="member-organisation", count=4, invoice_to="Kite Point-of-Care\nWolverhampton", purchase_order="PO-2291"
    )
    await places.take(event, here, wanted, key="demo")
    people = "Grace Mbeki, grace@kite-poc.example, Quality Lead\nPiotr Adamski, piotr@kite-poc.example, Field Scientist"
    await places.name_all(event, here, people, by="demo")


async def way_in(event: Event) -> str:
    """The page of the organisation that has one; empty when its link was taken back."""
    one = await Allowance.get_or_none(event=event, organisation__slug="kite-point-of-care")
    return links.address(event, one.secret) if one and one.secret else ""
