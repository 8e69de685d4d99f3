"""Print, PrintStation, PrintJob: what was printed, and the printers at the desk."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from eventsvc.accounts.models import ApiToken
from eventsvc.core.clock import now
from eventsvc.core.db import Row, fetch, on_sqlite
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket

LEASE = timedelta(seconds=90)


class Print(Row):
    """A badge that was printed. `fingerprint` is of what it said, so that one sees whose badge is out of date."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="badge_prints", on_delete=fields.CASCADE)
    event_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField("ticketing.Ticket", related_name="prints", on_delete=fields.CASCADE)
    ticket_id: int
    fingerprint = fields.CharField(max_length=22)
    how = fields.CharField(max_length=10)

    class Meta:
        table = "badge_print"
        indexes = (Index(fields=("event_id", "ticket_id"), name="ix_badge_print_ticket"),)


class PrintStation(Row):
    """A computer with a badge printer. Its token may do nothing else; it is taken back by itself."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "events.Event", related_name="print_stations", on_delete=fields.CASCADE
    )
    event_id: int
    token: fields.OneToOneRelation[ApiToken] = fields.OneToOneField(
        "accounts.ApiToken", related_name="print_station", on_delete=fields.CASCADE
    )
    token_id: int
    code = fields.CharField(max_length=8)
    name = fields.CharField(max_length=80)
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "print_station"
        unique_together = (("event", "code"),)
        ordering = ("id",)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "print_station", self.name


class PrintState(enum.StrEnum):
    WAITING = "waiting"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"


PRINT_MOVES: dict[PrintState, set[PrintState]] = {
    PrintState.WAITING: {PrintState.PRINTING},
    PrintState.PRINTING: {PrintState.WAITING, PrintState.DONE, PrintState.FAILED},
    PrintState.DONE: set(),
    PrintState.FAILED: set(),
}


class PrintJob(Row):
    """One badge for one station. A station that claimed it has LEASE to say how it went; then it is offered again, to that station,
    which knows whether it had begun.
    """

    station: fields.ForeignKeyRelation[PrintStation] = fields.ForeignKeyField(
        "badges.PrintStation", related_name="jobs", on_delete=fields.CASCADE
    )
    station_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="print_jobs", on_delete=fields.CASCADE
    )
    ticket_id: int
    code = fields.CharField(max_length=12, unique=True)
    design = fields.CharField(max_length=40, default="")
    state = fields.CharEnumField(PrintState, max_length=10, default=PrintState.WAITING)
    leased_until = fields.DatetimeField(null=True)
    error = fields.CharField(max_length=200, default="")
    by = fields.CharField(max_length=120, default="")

    class Meta:
        table = "print_job"
        indexes = (Index(fields=("station_id", "state"), name="ix_print_job_state"),)

    @staticmethod
    async def claim(station_id: int, many: int) -> list[dict[str, Any]]:
        """Up to `many` jobs of a station, oldest first, for LEASE; nobody else gets them meanwhile."""
        moment = now()
        skip = "" if on_sqlite() else "FOR UPDATE SKIP LOCKED"
        return await fetch(
            f"""UPDATE print_job SET state = 'printing', leased_until = $3 WHERE id IN (
                  SELECT id FROM print_job WHERE station_id = $1 AND (state = 'waiting' OR (state = 'printing' AND leased_until < $2))
                  ORDER BY id LIMIT $4 {skip}) RETURNING id""",  # noqa: S608
            station_id,
            moment,
            moment + LEASE,
            many,
        )

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "print_job", self.code
