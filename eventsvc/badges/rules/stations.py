"""Print stations: added and taken back, given badges to print, and told how it went. Each job is printed once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import ApiToken, Scope
from eventsvc.audit.rules import record
from eventsvc.badges.models import PRINT_MOVES, Print, PrintJob, PrintState, PrintStation
from eventsvc.badges.rules.designs import layout_of
from eventsvc.badges.rules.prints import fingerprint, note_prints
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.signing import short_code, signed, unsigned
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, Ticket

AWAY = timedelta(minutes=1)
"""A station that has not asked for so long is off or has no network."""
KEEP = timedelta(days=30)
PAGE_FOR = timedelta(minutes=10)


class AlreadyPrinted(Refused):
    kind = "already-printed"
    title = "This badge was printed before"


class NoStation(Refused):
    status = 422
    kind = "no-station"
    title = "There is no print station"


class Settled(Refused):
    kind = "settled"
    title = "This print is settled already"


async def add_station(event: Event, name: str, *, by: str) -> tuple[PrintStation, str]:
    """A new station, and the address that `eventsvc print-station` is started with. It is shown once."""
    async with transaction():
        left = event.ends_at + timedelta(days=2) - now()
        token, text = await accounts.add_token(
            f"Print station {name}", [Scope.PRINT], event.id, by=by, expires_in=max(left, timedelta(days=2))
        )
        station = await PrintStation.create(event=event, token=token, code=short_code(6), name=name)
        await record("print_station.added", station, by=by)
    return station, f"{settings().base_url}/#{event.slug}.{text}"


async def stations_of(event: Event) -> list[PrintStation]:
    """Those whose token was not taken back."""
    return await PrintStation.filter(event=event, token__revoked_at=None)


async def station_of(event: Event, code: str) -> PrintStation:
    """Raises NotFound."""
    found = await PrintStation.get_or_none(event=event, code=code, token__revoked_at=None).select_related("token")
    if found is None:
        raise NotFound("There is no such print station at this event (any more).")
    return found


async def remove_station(event: Event, code: str, *, by: str) -> None:
    """Take its token back; what waited for it is given up."""
    station = await station_of(event, code)
    async with transaction():
        await accounts.revoke_token(station.token, by)
        unsettled = PrintJob.filter(station=station, state__in=(PrintState.WAITING, PrintState.PRINTING))
        await unsettled.update(state=PrintState.FAILED, error="The station was removed.")
        await record("print_station.removed", station, by=by)


async def station_with(token: ApiToken) -> PrintStation:
    """The station that holds this token, noted as seen. Raises Forbidden."""
    station = await PrintStation.get_or_none(token_id=token.id)
    if station is None:
        raise Forbidden("This token belongs to no print station. Add one on the event's Badges page.")
    await station.change(seen_at=now())
    return station


async def send_to_station(event: Event, ticket: Ticket, *, station: str = "", design: str = "", again: bool = False, by: str) -> PrintJob:
    """Have one badge printed: at the named station, or the one that was last heard of. A second time only when that is asked for.

    Raises NoStation, AlreadyPrinted, NoSuchDesign.
    """
    if design:
        design = (await layout_of(event, design)).name
    async with transaction():
        await Ticket.filter(id=ticket.id).select_for_update().first()
        stations = await stations_of(event)
        chosen = next((one for one in sorted(stations, key=_heard, reverse=True) if not station or one.code == station), None)
        if chosen is None:
            raise NoStation("There is no print station (any more). Add one on the Badges page, or print in the browser.", field="station")
        waiting = await PrintJob.exists(ticket=ticket, state__in=(PrintState.WAITING, PrintState.PRINTING))
        if waiting or (not again and await Print.exists(ticket=ticket)):
            said = "It is waiting at a printer already." if waiting else "Ask for a re-print if it is really needed again."
            raise AlreadyPrinted(f"The badge of this ticket was printed. {said}" if not waiting else said, field="again")
        job = await PrintJob.create(station=chosen, ticket=ticket, code=short_code(10), design=design, by=by[:120])
        await record("badge.sent_to_station", ticket, by=by, station=chosen.name, again=again)
    return job


def _heard(station: PrintStation) -> tuple[bool, str, int]:
    return station.seen_at is not None, str(station.seen_at or ""), -station.id


async def claim_jobs(station: PrintStation, many: int = 1) -> list[PrintJob]:
    """The next badges for a station. What it does not settle in time it is offered again."""
    async with transaction():
        claimed = [int(row["id"]) for row in await PrintJob.claim(station.id, many)]
    return await PrintJob.filter(id__in=claimed).order_by("id").select_related("ticket__ticket_type")


async def job_of(station: PrintStation, code: str) -> PrintJob:
    """Raises NotFound."""
    job = await PrintJob.get_or_none(station=station, code=code).select_related("ticket__ticket_type")
    if job is None:
        raise NotFound("There is no such print at this station.")
    return job


async def settle(station: PrintStation, job: PrintJob, error: str) -> PrintJob:
    """A station says how it went: printed (no error), or why not. Saying the same again changes nothing. Raises Settled."""
    state = PrintState.FAILED if error else PrintState.DONE
    async with transaction():
        held = await PrintJob.filter(id=job.id).select_for_update().first()
        assert held is not None
        if held.state == state:
            return held
        if state not in PRINT_MOVES[PrintState(held.state)]:
            raise Settled(f"This print is {held.state} already.")
        await held.change(state=state, error=error[:200], leased_until=None)
        if not error:
            await note_prints(station.event_id, [(job.ticket_id, fingerprint(job.ticket))], "station")
        await record("badge.station_settled", job.ticket, by=f"station {station.name}", state=state)
    return held


async def sweep_jobs() -> int:
    return await PrintJob.filter(created_at__lt=now() - KEEP, state__in=(PrintState.DONE, PrintState.FAILED)).delete()


async def printed(ticket: Ticket) -> int:
    """How often its badge was printed."""
    return await Print.filter(ticket=ticket).count()


def need_again(before: int, again: bool) -> None:
    """Raises AlreadyPrinted unless a re-print is asked for."""
    if before and not again:
        raise AlreadyPrinted("The badge of this ticket was printed. Ask for a re-print if it is really needed again.", field="again")


def page_link(event: Event, ticket: Ticket, design: str) -> str:
    """The address of a page that prints one badge in a browser. It is good for ten minutes: who photographs it gets nothing later."""
    until = int((now() + PAGE_FOR).timestamp())
    token = signed("print-page", event.id, ticket.id, until)
    return f"/{event.slug}/print/{token}" + (f"?{urlencode({'design': design})}" if design else "")


async def ticket_of_page(event: Event, token: str) -> Ticket:
    """The ticket behind such an address. Raises NotFound once it is over."""
    parts = unsigned("print-page", token)
    if not parts or len(parts) != 3 or parts[0] != str(event.id) or int(parts[2]) < now().timestamp():
        raise NotFound("This address was for ten minutes. Ask for the badge again.")
    ticket = await Ticket.get_or_none(id=int(parts[1]), event=event, state__in=HOLDING).select_related("ticket_type", "order")
    if ticket is None:
        raise NotFound("There is no such live ticket at this event.")
    return ticket
