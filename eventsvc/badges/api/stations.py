"""One badge now: asked for by a tablet at the door, printed by a station or in a browser."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.responses import Response

from eventsvc.accounts.models import ApiToken
from eventsvc.badges import rules
from eventsvc.badges.forms import PrintForm, SettleForm
from eventsvc.badges.models import PrintJob, PrintState
from eventsvc.checkin.models import DoorRight
from eventsvc.checkin.rules import doors
from eventsvc.core.api import Moment, get, post
from eventsvc.core.clock import now
from eventsvc.core.errors import Forbidden
from eventsvc.core.web import PRIVATE
from eventsvc.events.models import Event

Dots = Annotated[int, Field(ge=150, le=600, description="dots an inch of the printer")]


class StationOut(BaseModel):
    code: str
    name: str
    seen_at: Moment | None
    online: bool


class PrintOut(BaseModel):
    """`page` opens in a browser and prints itself; otherwise `id` waits at the station."""

    id: str | None
    state: PrintState | None
    station: str | None
    page: str | None
    printed_before: int


class JobOut(BaseModel):
    id: str
    design: str
    width: float
    height: float


class JobsOut(BaseModel):
    jobs: list[JobOut]


class SettledOut(BaseModel):
    id: str
    state: PrintState


async def _may_print(token: ApiToken) -> str:
    """Who asks, as the journal says it. Raises Forbidden for a door without the right to print."""
    access = await doors.access(token)
    if not access.may(DoorRight.PRINT):
        raise Forbidden("This door may not print badges. The organiser can allow it on the Door page.")
    return access.device.name if access.device else f"token {token.name}"


async def list_print_stations(event: Event, token: ApiToken) -> list[StationOut]:
    """Printers of the event, and whether they were heard of within a minute."""
    await _may_print(token)
    return [
        StationOut(code=one.code, name=one.name, seen_at=one.seen_at, online=one.seen_at is not None and now() - one.seen_at < rules.AWAY)
        for one in await rules.stations_of(event)
    ]


async def print_badge(event: Event, token: ApiToken, code: str, wanted: PrintForm) -> PrintOut:
    """Print one badge: at a station, or as a page that opens in the browser within ten minutes. 409 `already-printed` unless `again`."""
    by = await _may_print(token)
    ticket = await rules.live_ticket(event, code)
    before = await rules.printed(ticket)
    if wanted.where == "page":
        rules.need_again(before, wanted.again)
        return PrintOut(id=None, state=None, station=None, page=rules.page_link(event, ticket, wanted.design), printed_before=before)
    job = await rules.send_to_station(event, ticket, station=wanted.station, design=wanted.design, again=wanted.again, by=by)
    station = await job.station
    return PrintOut(id=job.code, state=PrintState(job.state), station=station.code, page=None, printed_before=before)


async def claim_prints(event: Event, token: ApiToken) -> JobsOut:
    """For a print station: the next badge. It has 90 seconds to say how it went."""
    station = await rules.station_with(token)
    jobs = await rules.claim_jobs(station)
    return JobsOut(jobs=[await _job_out(event, job) for job in jobs])


async def _job_out(event: Event, job: PrintJob) -> JobOut:
    layout = await rules.layout_for(event, job.ticket, job.design)
    return JobOut(id=job.code, design=layout.name, width=layout.page[0], height=layout.page[1])


async def print_job_png(event: Event, token: ApiToken, id: str, ppi: Dots = 300) -> Response:
    """For a print station: the badge as a picture."""
    job = await rules.job_of(await rules.station_with(token), id)
    return Response(await rules.sheet_png(event, [job.ticket], job.design, ppi=ppi), media_type="image/png", headers=PRIVATE)


async def print_job_pdf(event: Event, token: ApiToken, id: str) -> Response:
    """For a print station: the badge as PDF."""
    job = await rules.job_of(await rules.station_with(token), id)
    body = await rules.badges_pdf(event, [job.ticket], job.design, marked=True)
    return Response(body, media_type="application/pdf", headers=PRIVATE)


async def settle_print(event: Event, token: ApiToken, id: str, said: SettleForm) -> SettledOut:
    """For a print station: how it went. Saying it again changes nothing."""
    station = await rules.station_with(token)
    job = await rules.settle(station, await rules.job_of(station, id), said.error)
    return SettledOut(id=job.code, state=PrintState(job.state))


routes = [
    get("/events/{event}/print-stations", list_print_stations, "checkin"),
    post("/events/{event}/tickets/{code}/print", print_badge, "checkin", 202),
    post("/events/{event}/print-jobs/claim", claim_prints, "print"),
    get("/events/{event}/print-jobs/{id}/badge.png", print_job_png, "print", media_type="image/png"),
    get("/events/{event}/print-jobs/{id}/badge.pdf", print_job_pdf, "print", media_type="application/pdf"),
    post("/events/{event}/print-jobs/{id}/settle", settle_print, "print"),
]
