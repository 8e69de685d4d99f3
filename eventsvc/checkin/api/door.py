"""What a tablet asks of its door: pairing, its rules, saying that it is there."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel
from starlette.requests import Request

from eventsvc.accounts.models import ApiToken
from eventsvc.checkin.api.lists import ScanResult, seen
from eventsvc.checkin.forms import AskIn, DoorPayIn, HelloIn, PairIn, WalkIn
from eventsvc.checkin.models import CheckinList, Door, DoorList, DoorRight, Reentry
from eventsvc.checkin.rules import doors, lists, walk_ins
from eventsvc.checkin.rules.doors import AFTERWARDS, PIN_ROUNDS, Access
from eventsvc.core.api import Moment, get, post
from eventsvc.core.clock import now
from eventsvc.core.money import Money
from eventsvc.core.web import client
from eventsvc.events.models import Event
from eventsvc.ticketing.models import OrderState


class EventFacts(BaseModel):
    slug: str
    name: str
    place: str
    start: date
    end: date
    timezone: str
    hue: int


class Pin(BaseModel):
    """PBKDF2-HMAC-SHA256 of the PIN's UTF-8, 32 bytes; salt and hash in hex."""

    salt: str
    hash: str
    rounds: int = PIN_ROUNDS


class DoorFacts(BaseModel):
    code: str
    name: str
    rights: list[str]
    pin: Pin | None


class DeviceFacts(BaseModel):
    code: str
    name: str


class Ask(AskIn):
    key: str


class ListRule(BaseModel):
    """A list as `admit.js` judges by it: ticket types by code, null for all."""

    id: int
    name: str
    types: list[str] | None
    opens: Moment | None
    closes: Moment | None
    admit_unpaid: bool
    pay_at_door: bool
    add_ons: list[str] | None
    booked_only: bool
    reentry: Reentry
    capacity: int | None
    asks: list[Ask]
    zone: str
    session: str | None
    expected: int
    inside: int
    checked_in: int


class TypeAtDoor(BaseModel):
    code: str
    name: str
    price: Money
    available: int | None


class DoorOut(BaseModel):
    event: EventFacts
    door: DoorFacts
    device: DeviceFacts | None
    lists: list[ListRule]
    sells: list[TypeAtDoor]
    """Ticket types for people who come without one; only with the right `walk_in`."""
    now: Moment
    ends_at: Moment


class Paired(DoorOut):
    token: str


class HelloOut(BaseModel):
    now: Moment
    ends_at: Moment
    changed: Moment
    """When the door's lists or rights last changed: later than what the tablet knows, then ask `me` again."""


async def pair_tablet(request: Request, event: Event, wanted: PairIn) -> Paired:
    """Make a tablet a door's: the answer holds its own token. 410 when the code is over; 403 when the door's PIN is needed or wrong."""
    device, token = await doors.pair(event, wanted, client(request))
    door = await Door.get(id=device.door_id)
    named = frozenset([one.checkin_list_id for one in await DoorList.filter(door=door)])
    known = await _out(event, Access(frozenset(door.rights), named or None, device, door), device.name)
    return Paired(token=token, **dict(known))


async def get_door(event: Event, token: ApiToken) -> DoorOut:
    """What this tablet is: its event, its door with rights and PIN, its lists with their rules, and the time."""
    return await _out(event, await doors.access(token), token.name)


async def say_hello(event: Event, token: ApiToken, said: HelloIn) -> HelloOut:
    """A tablet says that it is there, and how it is. 401 when it was revoked."""
    access = await doors.access(token)
    await doors.hello(access, said)
    return HelloOut(now=now(), ends_at=event.ends_at + AFTERWARDS, changed=await doors.changed_at(event, access))


class DoorOrder(BaseModel):
    code: str
    state: OrderState
    total: Money
    due: Money


class WalkInTicket(BaseModel):
    code: str
    hash: str


class WalkInOut(BaseModel):
    order: DoorOrder
    ticket: WalkInTicket
    scan: ScanResult


async def register_walk_in(event: Event, token: ApiToken, wanted: WalkIn) -> WalkInOut:
    """Register somebody who comes without a ticket, and let them in. Sent again with its `id`, it gets its first ticket."""
    found, access = await seen(event, token, wanted.list)
    return WalkInOut.model_validate(await walk_ins.walk_in(event, found, wanted, access))


async def pay_at_door(event: Event, token: ApiToken, id: int, wanted: DoorPayIn) -> DoorOrder:
    """The money for the whole order of a ticket was taken at the door. Sent again, it changes nothing."""
    found, access = await seen(event, token, id)
    return DoorOrder.model_validate(await walk_ins.pay_at_door(event, found, wanted, access))


async def _out(event: Event, access: Access, name: str) -> DoorOut:
    shown = [one for one in await lists.lists_of(event) if access.sees(one.id)]
    counts = await lists.counts(event)
    return DoorOut(
        event=EventFacts.model_validate(event, from_attributes=True),
        door=_door(access, name),
        device=DeviceFacts(code=access.device.code, name=access.device.name) if access.device else None,
        lists=[_rule(event, one, counts[one.id]) for one in shown],
        sells=[
            TypeAtDoor(
                code=one.code,
                name=one.name,
                price=Money(amount=one.price_at(now()), currency=event.currency),
                available=one.quota.available,
            )
            for one in await walk_ins.types_at_door(event, access)
        ],
        now=now(),
        ends_at=event.ends_at + AFTERWARDS,
    )


def _door(access: Access, name: str) -> DoorFacts:
    door = access.door
    if door is None:
        return DoorFacts(code="", name=name, rights=sorted(DoorRight), pin=None)
    pin = Pin(salt=door.pin_salt, hash=door.pin_hash) if door.pin_hash else None
    return DoorFacts(code=door.code, name=door.name, rights=sorted(access.rights), pin=pin)


def _rule(event: Event, one: CheckinList, counts: dict[str, int]) -> ListRule:
    return ListRule(
        id=one.id,
        name=one.name,
        types=None if one.all_types else sorted(kind.ticket_type.code for kind in one.types),
        opens=one.opens_at,
        closes=one.closes_at,
        admit_unpaid=one.admit_unpaid,
        pay_at_door=one.pay_at_door,
        add_ons=one.add_ons or None,
        booked_only=one.booked_only,
        reentry=one.reentry,
        capacity=one.capacity,
        asks=[Ask(**ask) for ask in one.asks],
        zone=event.timezone,
        session=one.session.code if one.session else None,
        **counts,
    )


routes = [
    post("/events/{event}/door/pair", pair_tablet, None, 201, errors={403: "pin-needed, wrong-pin", 410: "pairing-over", 429: "Too many"}),
    get("/events/{event}/door/me", get_door, "checkin"),
    post("/events/{event}/door/hello", say_hello, "checkin"),
    post("/events/{event}/door/walk-ins", register_walk_in, "checkin", 201, errors={409: "sold-out, not-on-sale"}),
    post("/events/{event}/checkin-lists/{id}/pay", pay_at_door, "checkin", errors={409: "Not possible in its state"}),
]
