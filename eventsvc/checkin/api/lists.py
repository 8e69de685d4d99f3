"""Lists, rosters, scans."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from eventsvc.accounts.models import ApiToken
from eventsvc.checkin.forms import ListForm, ScansIn
from eventsvc.checkin.models import CheckinList, Verdict
from eventsvc.checkin.rules import doors, lists, news, roster, scans
from eventsvc.core.api import Moment, get, post
from eventsvc.core.errors import NotFound
from eventsvc.core.money import Money
from eventsvc.core.web import PRIVATE, compressed
from eventsvc.events.models import Event


class Counts(BaseModel):
    expected: int
    inside: int
    checked_in: int


class ListOut(BaseModel):
    id: int
    name: str
    opens_at: Moment | None
    closes_at: Moment | None
    counts: Counts


class First(BaseModel):
    at: str
    device: str


class Presence(BaseModel):
    """Where somebody is, on this list: never, in or out; `at` by the device's clock, `entered` by ours; `day` is the event's."""

    state: str
    at: str | None
    entered: str | None
    device: str
    day: str | None
    today: bool
    first: First | None


class RosterTicket(BaseModel):
    hash: str
    code_tail: str
    name: str
    organisation: str
    job_title: str
    type: str
    ticket_type: str
    state: str
    flags: list[str]
    version: int
    days: list[str] | None
    add_ons: list[str]
    hand_out: list[str]
    due: Money | None = None
    """To be paid for the whole order of an unpaid ticket; only for a door that takes money."""
    party: str
    hint: str
    email: str | None = None
    presence: Presence


class RosterOut(BaseModel):
    cursor: str
    salt: str
    whole: bool
    tickets: list[RosterTicket]
    removed: list[str]
    others: list[str]
    booked: list[str] | None


class ScannedTicket(BaseModel):
    code: str
    hash: str = ""
    name: str
    organisation: str
    job_title: str
    type: str
    ticket_type: str
    state: str
    due: Money | None = None
    """To be paid for the whole order, of an unpaid ticket."""


class ScanResult(BaseModel):
    id: str
    verdict: Verdict
    because: str = ""
    ticket: ScannedTicket | None
    first_scan: First | None
    message: str


class ScansOut(BaseModel):
    results: list[ScanResult]
    cursor: str


class OtherScan(BaseModel):
    id: str
    hash: str | None
    name: str | None
    verdict: Verdict
    direction: str
    device: str
    at: str
    happened_at: str
    undone: bool
    resolved: bool


class OtherScans(BaseModel):
    scans: list[OtherScan]
    cursor: str


class Undone(BaseModel):
    id: str
    undone: bool


async def seen(event: Event, token: ApiToken, list_id: int) -> tuple[CheckinList, doors.Access]:
    """A list of this event that this token's door may use, and what else it may. Raises NotFound."""
    found, access = await lists.list_of(event, list_id), await doors.access(token)
    if not access.sees(found.id):
        raise NotFound("There is no such check-in list at this door.")
    return found, access


async def list_checkin_lists(event: Event, token: ApiToken) -> list[ListOut]:
    """Check-in lists with their counts. A door's token sees its own."""
    access = await doors.access(token)
    found = await lists.lists_of(event)
    counts = await lists.counts(event)
    return [_list_out(one, counts) for one in found if access.sees(one.id)]


def _list_out(one: CheckinList, counts: dict[int, dict[str, int]]) -> ListOut:
    return ListOut(id=one.id, name=one.name, opens_at=one.opens_at, closes_at=one.closes_at, counts=Counts(**counts[one.id]))


async def add_checkin_list(event: Event, token: ApiToken, wanted: ListForm) -> ListOut:
    """Add a check-in list; no ticket types means all."""
    made = await lists.add_list(event, wanted.name, by=f"token {token.name}", **wanted.model_dump(exclude={"name"}))
    return _list_out(made, await lists.counts(event))


async def get_roster(request: Request, event: Event, token: ApiToken, id: int, since: str | None = None) -> Response:
    """Who is expected, and where they are; with `since`, what changed after that cursor. `whole`: it replaces what was there."""
    found, access = await seen(event, token, id)
    body = orjson.dumps(await roster.roster(found, since, access))
    return compressed(request, Response(body, headers=PRIVATE, media_type="application/json"))


async def post_scans(event: Event, token: ApiToken, id: int, body: ScansIn) -> ScansOut:
    """Record scans; each gets a verdict, and a scan id sent again its first answer."""
    found, access = await seen(event, token, id)
    results: list[dict[str, Any]] = await scans.scan(found, body.scans, device_now=body.now, by=access) if body.scans else []
    return ScansOut(results=[ScanResult(**one) for one in results], cursor=await roster.cursor_of(found))


async def undo_scan(event: Event, token: ApiToken, id: int, scan: str) -> Undone:
    """Take a scan back; its ticket can come in again."""
    found, access = await seen(event, token, id)
    by = access.device.name if access.device else f"token {token.name}"
    return Undone(id=(await scans.undo(found, scan, by=by)).uuid, undone=True)


async def get_scans(
    event: Event,
    token: ApiToken,
    id: int,
    since: str | None = None,
    wait: Annotated[float, Field(ge=0, le=news.LONGEST, description="seconds to wait for something new")] = 0,
) -> OtherScans:
    """Scans of all devices after the cursor; with `wait`, as soon as there is one. One may be told twice: know it by its id."""
    found, _ = await seen(event, token, id)
    return OtherScans(**(await news.wait(found, since, wait) if wait else await roster.scans_since(found, since)))


routes = [
    get("/events/{event}/checkin-lists", list_checkin_lists, "checkin"),
    post("/events/{event}/checkin-lists", add_checkin_list, "admin", 201),
    get("/events/{event}/checkin-lists/{id}/roster", get_roster, "checkin", answers=RosterOut),
    post("/events/{event}/checkin-lists/{id}/scans", post_scans, "checkin"),
    post("/events/{event}/checkin-lists/{id}/scans/{scan}/undo", undo_scan, "checkin"),
    get("/events/{event}/checkin-lists/{id}/scans", get_scans, "checkin"),
]
