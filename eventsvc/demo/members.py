"""Who belongs to the cluster: member companies, a partner, public bodies."""

from __future__ import annotations

from typing import Any

from eventsvc.accounts import rules as accounts
from eventsvc.events.models import Event
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.rules import allowances, organisations

ORGANISATIONS: list[dict[str, Any]] = [
    {"name": "Severn Assays", "domains": "severn-assays.example", "code": "SEVERN27", "email": "events@severn-assays.example", "free": 3},
    {"name": "Longbridge Imaging", "domains": "longbridge.example", "email": "office@longbridge.example", "free": 2},
    {"name": "Kite Point-of-Care", "domains": "kite-poc.example", "email": "hello@kite-poc.example", "free": 2},
    {"name": "Black Country Growth Fund", "kind": "partner", "domains": "growth.example", "email": "team@growth.example"},
    {"name": "Arden Hospitals NHS Trust", "kind": "public", "domains": "arden.nhs.example"},
    {"name": "Mercia University", "kind": "public", "domains": "mercia.ac.example"},
]


async def fill(event: Event) -> None:
    maker = await accounts.add_user("organiser@example.org", "Olivia Organiser", admin=True)
    for one in ORGANISATIONS:
        made = await organisations.save(maker, event.organiser, None, OrganisationForm.model_validate(one))
        if one.get("free"):
            await allowances.change(event, made, AllowanceForm(free=one["free"]), by="demo")
