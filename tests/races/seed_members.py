"""Run beside a server: `member CODE TYPE` makes an organisation with two free places at `race`; `place CODE TYPE` takes a place for it; `late ORDER` lets an order's time run out."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from eventsvc.core import db
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.events.models import Event
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance
from eventsvc.members.rules import allowances, organisations
from eventsvc.ticketing.forms.places import PlacesForm
from eventsvc.ticketing.models import Order, Rate, TicketType
from eventsvc.ticketing.rules import places


async def main(what: str, code: str, ticket_type: str = "") -> None:
    await db.connect(settings().database_url, pool=2)
    try:
        await _do(what, code, ticket_type)
    finally:
        await db.close()


async def _do(what: str, code: str, ticket_type: str) -> None:
    event = await Event.get(slug="race").select_related("organiser")
    if what == "late":
        await Order.filter(event=event, code=code).update(held_until=now() - timedelta(seconds=1))
    elif what == "place":
        here = await Allowance.get(event=event, organisation__code=code).select_related("organisation")
        await places.take(event, here, PlacesForm(ticket_type=ticket_type, count=1), key=code)
        print(places.link(event, (await places.of(event, here))[0]))
    else:
        kind = await TicketType.get(event=event, code=ticket_type)
        await Rate.create(ticket_type=kind, name="Members", kinds=["member"], price=9500, free_places=True)
        wanted = OrganisationForm.model_validate({"name": f"Race {code}", "code": code, "email": "contact@example.org"})
        one = await organisations.write(event.organiser, None, wanted, by="race")
        await allowances.change(event, one, AllowanceForm(free=2), by="race")


asyncio.run(main(*sys.argv[1:]))
