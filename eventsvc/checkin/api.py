"""Check-in as JSON: lists, roster, scans."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from eventsvc.accounts.models import ApiToken
from eventsvc.checkin.forms import ListForm, ScansIn
from eventsvc.checkin.models import CheckinList, Verdict
from eventsvc.checkin.rules import lists, roster, scans
from eventsvc.core.api import Moment, get, post
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


class RosterTicket(BaseModel):
    hash: str
    code_tail: str
    name: str
    organisation: str
    type: str
    state: str
    flags: list[str]
    version: int


class RosterOut(BaseModel):
    cursor: str
    salt: str
    tickets: list[RosterTicket]
    removed: list[str]


class ScannedTicket(BaseModel):
    code: str
    name: str
    organisation: str
    job_title: str
    type: str
    ticket_type: str
    state: str


class FirstScan(BaseModel):
    at: str
    device: str


class ScanResult(BaseModel):
    id: str
    verdict: Verdict
    ticket: ScannedTicket | None
    first_scan: FirstScan | None
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
    undone: bool


class OtherScans(BaseModel):
    scans: list[OtherScan]
    cursor: str


class Undone(BaseModel):
    id: str
    undone: bool


async def list_checkin_lists(event: Event) -> list[ListOut]:
    """Check-in lists with their counts."""
    found = await lists.lists_of(event)
    counts = await lists.counts(event)
    return [_list_out(one, counts) for one in found]


def _list_out(one: CheckinList, counts: dict[int, dict[str, int]]) -> ListOut:
    return ListOut(id=one.id, name=one.name, opens_at=one.opens_at, closes_at=one.closes_at, counts=Counts(**counts[one.id]))


async def add_checkin_list(event: Event, token: ApiToken, wanted: ListForm) -> ListOut:
    """Add a check-in list; no ticket types means all."""
    made = await lists.add_list(event, wanted.name, by=f"token {token.name}", **wanted.model_dump(exclude={"name"}))
    return _list_out(made, await lists.counts(event))


async def get_roster(event: Event, id: int, since: str | None = None) -> RosterOut:
    """Who is expected; with `since`, what changed after that cursor."""
    return RosterOut(**await roster.roster(await lists.list_of(event, id), since))


async def post_scans(event: Event, id: int, body: ScansIn) -> ScansOut:
    """Record scans; each gets a verdict, and a scan id sent again its first answer."""
    checkin_list = await lists.list_of(event, id)
    results: list[dict[str, Any]] = await scans.scan(checkin_list, body.scans, device_now=body.now) if body.scans else []
    return ScansOut(results=[ScanResult(**one) for one in results], cursor=await roster.cursor_of(checkin_list))


async def undo_scan(event: Event, token: ApiToken, id: int, scan: str) -> Undone:
    """Take a scan back; its ticket can come in again."""
    found = await scans.undo(await lists.list_of(event, id), scan, by=f"token {token.name}")
    return Undone(id=found.uuid, undone=True)


async def get_scans(event: Event, id: int, since: str | None = None) -> OtherScans:
    """Scans of all devices after the cursor. Near the cursor a scan may be told twice: know it by its id."""
    return OtherScans(**await roster.scans_since(await lists.list_of(event, id), since))


routes = [
    get("/events/{event}/checkin-lists", list_checkin_lists, "checkin"),
    post("/events/{event}/checkin-lists", add_checkin_list, "admin", 201),
    get("/events/{event}/checkin-lists/{id}/roster", get_roster, "checkin"),
    post("/events/{event}/checkin-lists/{id}/scans", post_scans, "checkin"),
    post("/events/{event}/checkin-lists/{id}/scans/{scan}/undo", undo_scan, "checkin"),
    get("/events/{event}/checkin-lists/{id}/scans", get_scans, "checkin"),
]
