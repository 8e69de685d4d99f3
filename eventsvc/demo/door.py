"""Two doors with tablets that are in touch, and one ticket that both let in while the Wi-Fi was away."""

from __future__ import annotations

import uuid
from datetime import timedelta

from eventsvc.checkin import rules as checkin
from eventsvc.checkin.forms import HelloIn
from eventsvc.checkin.models import Device, Door, Verdict
from eventsvc.checkin.rules import doors
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState

TABLETS = (("North door", "Tablet 1", 82, 0), ("North door", "Tablet 2", 17, 3), ("Kiosk in the foyer", "Foyer", 64, 0))


async def fill(event: Event) -> None:
    entrance = await checkin.list_of(event, (await checkin.lists_of(event))[0].id)
    await doors.add_door(event, "North door", by="demo", lists=[entrance.id])
    await doors.add_door(event, "Kiosk in the foyer", by="demo", lists=[entrance.id], rights=["scan", "kiosk"])
    for at, name, battery, waiting in TABLETS:
        door = await Door.get(event=event, name=at)
        await doors.device_link(event, door, name, by="demo")
        device = await Device.get(door=door, name=name)
        await doors.hello(doors.Access(device=device, door=door), HelloIn(battery=battery, waiting=waiting, version="demo"))
    ticket = await Ticket.filter(event=event, state=TicketState.VALID, scans=None, ticket_type__public=True).order_by("-id").first()
    assert ticket is not None
    for name, ago in (("Tablet 1", 9), ("Foyer", 7)):
        moment = now() - timedelta(minutes=ago)
        one = checkin.ScanIn(id=uuid.uuid4(), code=ticket.code, at=moment, device=name, decided=Verdict.WELCOME)
        await checkin.scan(entrance, [one], device_now=now())
