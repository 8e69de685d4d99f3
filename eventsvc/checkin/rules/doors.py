"""Doors and their tablets: pairing, what a tablet may see and do, what it says of itself, taking it back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import ApiToken, Scope
from eventsvc.audit.rules import record
from eventsvc.checkin.forms import HelloIn, PairIn
from eventsvc.checkin.models import USUAL, CheckinList, Device, Door, DoorList, DoorPairing, DoorRight
from eventsvc.core import briefly, signing
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event, EventState

PIN_ROUNDS = 100_000
AFTERWARDS = timedelta(days=1)
"""How long after the event a door still works: scans that waited can be sent."""
QUARTER = timedelta(minutes=15)


class PairingOver(Refused):
    """Never there, used up by time, or taken back."""

    status = 410
    kind = "pairing-over"
    title = "This pairing code is over"


class PinNeeded(Refused):
    status = 403
    kind = "pin-needed"
    title = "This door has a PIN"


class WrongPin(Refused):
    status = 403
    kind = "wrong-pin"
    title = "That is not the PIN of this door"


class NameTaken(Refused):
    kind = "name-taken"
    title = "There is a door of that name"


@dataclass(frozen=True)
class Access:
    """What whoever scans may see and do. A token that belongs to no tablet may do all that its scope says."""

    rights: Collection[str] = frozenset(DoorRight)
    lists: frozenset[int] | None = None
    device: Device | None = None
    door: Door | None = None

    def may(self, right: DoorRight) -> bool:
        return right in self.rights

    def sees(self, list_id: int) -> bool:
        return self.lists is None or list_id in self.lists


async def access(token: ApiToken) -> Access:
    """What this token may; kept for a moment, for the sake of busy doors."""
    return await briefly.keep(("access", token.id), lambda: _access(token))


async def _access(token: ApiToken) -> Access:
    device = await Device.get_or_none(token_id=token.id).select_related("door")
    if device is None:
        return Access()
    named = frozenset([one.checkin_list_id for one in await DoorList.filter(door_id=device.door_id)])
    return Access(frozenset(device.door.rights), named or None, device, device.door)


async def add_door(event: Event, name: str, *, by: str, pin: str = "", lists: Collection[int] = (), **values: Any) -> Door:
    """A door of this event. Raises NameTaken."""
    async with transaction():
        if await Door.exists(event=event, name=name):
            raise NameTaken(f"There is a door called “{name}” already. Choose another name.", field="name")
        made = await Door.create(event=event, name=name, code=signing.short_code(6), **{"rights": list(USUAL), **_pin(pin), **values})
        await _set_lists(event, made, lists)
        await record("door.added", made, by=by, name=name)
    return made


async def change_door(event: Event, door: Door, *, by: str, lists: Collection[int], pin: str | None = None, **values: Any) -> None:
    """Change a door's name, lists and rights; `pin` "" takes the PIN away, None leaves it. Its tablets hear of it with their next call."""
    briefly.forget()
    async with transaction():
        if await Door.filter(event=event, name=values.get("name", door.name)).exclude(id=door.id).exists():
            raise NameTaken(f"There is a door called “{values['name']}” already. Choose another name.", field="name")
        await door.change(changed_at=now(), **values, **({} if pin is None else _pin(pin)))
        await DoorList.filter(door=door).delete()
        await _set_lists(event, door, lists)
        await record("door.changed", door, by=by, name=door.name)


async def _set_lists(event: Event, door: Door, lists: Collection[int]) -> None:
    for one in await CheckinList.filter(event=event, id__in=list(lists)) if lists else []:
        await DoorList.create(door=door, checkin_list=one)


def _pin(pin: str) -> dict[str, str]:
    salt = secrets.token_hex(16) if pin else ""
    return {"pin_salt": salt, "pin_hash": hashed_pin(pin, salt) if pin else ""}


def hashed_pin(pin: str, salt: str) -> str:
    """PBKDF2-HMAC-SHA256, 32 bytes, hex: what a browser's Web Crypto makes as well."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex(salt), PIN_ROUNDS).hex()


async def end_door(door: Door, *, by: str) -> None:
    """No tablet scans here any more: their tokens and every pairing code end now."""
    async with transaction():
        await door.change(ended_at=now())
        await DoorPairing.filter(door=door).delete()
        for device in await Device.filter(door=door, token__revoked_at=None).select_related("token"):
            await accounts.revoke_token(device.token, by)
        await record("door.ended", door, by=by, name=door.name)


async def pairing_link(event: Event, door: Door, *, by: str, valid: timedelta | None = None) -> str:
    """A link that makes any tablet this door's, as long as it is `valid`; by default as long as the door. Shown once.

    Before an event is published nobody without a token can reach it: then the link holds one tablet's own token.
    """
    if event.state == EventState.DRAFT:
        return await device_link(event, door, door.name, by=by)
    secret = f"pair_{signing.secret()}"
    async with transaction():
        await DoorPairing.create(door=door, secret_hash=signing.hashed(secret), expires_at=now() + min(valid or _left(event), _left(event)))
        await record("door.pairing_shown", door, by=by, name=door.name)
    return _link(event, secret, door.name)


async def door_link(event: Event, name: str, by: str) -> str:
    """A link that makes one tablet a door: it holds a token that may only check people in and ends a day after the event."""
    door = await Door.get_or_none(event=event, name=name, ended_at=None) or await add_door(event, name, by=by)
    return await device_link(event, door, name, by=by)


async def device_link(event: Event, door: Door, name: str, *, by: str) -> str:
    """A link for one tablet, with its token in it."""
    async with transaction():
        _, text = await _add_device(event, door, name, by=by)
    return _link(event, text, name)


def _link(event: Event, secret: str, name: str) -> str:
    return f"{settings().base_url}/door/#{event.slug}.{secret}.{quote(name, safe='')}"


def _left(event: Event) -> timedelta:
    return max(event.ends_at - now(), timedelta(0)) + AFTERWARDS


async def pair(event: Event, wanted: PairIn, address: str) -> tuple[Device, str]:
    """Make a tablet a door's: the tablet, and its token. Raises PairingOver, PinNeeded, WrongPin, TooMany."""
    await count("pairing", address, limit=60, per=QUARTER)
    hashed = signing.hashed(wanted.pairing)
    found = await DoorPairing.get_or_none(secret_hash=hashed, door__event=event, door__ended_at=None, expires_at__gt=now()).select_related(
        "door"
    )
    if found is None:
        raise PairingOver("This pairing code is not known, or it is over. Ask the organiser to show a new one.", field="pairing")
    door = found.door
    if door.pin_hash:
        if not wanted.pin:
            raise PinNeeded("Enter the PIN of this door. The organiser knows it.", field="pin")
        await count("pairing-pin", hashed, limit=10, per=QUARTER)
        if not secrets.compare_digest(hashed_pin(wanted.pin, door.pin_salt), door.pin_hash):
            raise WrongPin("That is not the PIN of this door. Ask the organiser.", field="pin")
    async with transaction():
        return await _add_device(event, door, wanted.name, by="pairing code")


async def _add_device(event: Event, door: Door, name: str, *, by: str) -> tuple[Device, str]:
    name = await _free_name(event, name)
    token, text = await accounts.add_token(name, [Scope.CHECKIN], event.id, by=by, expires_in=_left(event))
    device = await Device.create(door=door, token=token, name=name, code=signing.short_code(6))
    await record("device.paired", door, by=by, device=device.code, name=name)
    return device, text


async def _free_name(event: Event, name: str) -> str:
    """Two tablets of one name could not be told apart in “scanned at …”."""
    taken = {device.name for device in await Device.filter(door__event=event, token__revoked_at=None)}
    names = [name, *(f"{name[:75]} {number}" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)


async def hello(access_: Access, said: HelloIn) -> None:
    """A tablet says that it is there, and how it is."""
    if access_.device:
        values: dict[str, Any] = {"seen_at": now(), "waiting": said.waiting, "version": said.version}
        await Device.filter(id=access_.device.id).update(**values, battery=said.battery)


async def changed_at(event: Event, access_: Access) -> datetime:
    """When something that `me` tells last changed."""
    lists = await CheckinList.filter(event=event).order_by("-changed_at").first()
    moments = [event.updated_at, *([lists.changed_at] if lists else []), *([access_.door.changed_at] if access_.door else [])]
    return max(moments)


async def doors_of(event: Event) -> list[Door]:
    """Doors that are not over, with their lists."""
    return await Door.filter(event=event, ended_at=None).prefetch_related("lists__checkin_list")


async def tablets(event: Event) -> list[Device]:
    """Tablets that still may scan, with their doors."""
    return await Device.filter(door__event=event, token__revoked_at=None).select_related("door").order_by("id")


async def device_of(event: Event, code: str) -> Device:
    """A tablet of this event. Raises NotFound."""
    found = await Device.get_or_none(door__event=event, code=code).select_related("door", "token")
    if found is None:
        raise NotFound("There is no such tablet at this event.")
    return found


async def door_of(event: Event, code: str) -> Door:
    """A door of this event. Raises NotFound."""
    found = await Door.get_or_none(event=event, code=code).prefetch_related("lists")
    if found is None:
        raise NotFound("There is no such door at this event.")
    return found


async def revoke(device: Device, *, by: str) -> None:
    """Take a tablet back: its token opens nothing from now on. Scans it has not sent stay on it and go out with the next pairing."""
    async with transaction():
        await accounts.revoke_token(device.token, by)
        await record("device.revoked", device.door, by=by, device=device.code, name=device.name)
