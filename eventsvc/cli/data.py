"""import schedule, import sessions, import attendees, export, badges."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from eventsvc.cli import Failed, progress, with_database
from eventsvc.cli.people import event_of

TABLES = ["sessions.csv", "sessions.xlsx", "speakers.csv", "speakers.xlsx"]
KINDS = ["schedule.xml", "schedule.json", "agenda.ics", *TABLES, "attendees.csv", "orders.csv", "scans.csv", "replies.csv"]


def add_commands(commands: Any) -> None:
    bring = commands.add_parser("import", help="bring data in").add_subparsers(dest="what", required=True, metavar="WHAT")
    one = bring.add_parser("schedule", help="frab/pentabarf XML or frab JSON; running it again updates, never doubles")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--event", metavar="SLUG", help="the event; without it, the schedule's acronym")
    one.add_argument("--create", action="store_true", help="make the event when there is none")
    one.set_defaults(run=import_schedule)
    one = bring.add_parser("attendees", help="CSV with the columns name, email, organisation, job_title")
    one.add_argument("file", type=Path, metavar="FILE.csv")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--ticket-type", required=True, metavar="NAME")
    one.add_argument("--partial", action="store_true", help="keep the good lines although others are wrong")
    one.add_argument("--letters", action="store_true", help="send everybody their ticket")
    one.set_defaults(run=import_attendees)
    one = bring.add_parser(
        "sessions", help="sessions and speakers: CSV, XLSX, Sessionize or pretalx JSON; running it again updates, never doubles"
    )
    one.add_argument("file", type=Path, nargs="+", metavar="FILE")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--partial", action="store_true", help="keep the good rows although others are wrong")
    one.add_argument("--dry-run", action="store_true", help="only say what would change")
    one.set_defaults(run=import_sessions)
    one = commands.add_parser("export", help="take data out")
    one.add_argument("kind", choices=KINDS, metavar="{" + ",".join(KINDS) + "}")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--out", type=Path, metavar="FILE", help="without it, standard output")
    one.set_defaults(run=export)
    one = commands.add_parser("badges", help="print-ready PDF")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    one.add_argument("--design", default="", metavar="NAME", help="without it, the one chosen for each ticket type")
    one.add_argument("--ticket", nargs="+", metavar="CODE", help="only these")
    one.set_defaults(run=badges)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as exc:
        raise Failed(f"Cannot read {file}: {exc.strerror}.") from None


def _write(out: Path | None, body: bytes) -> None:
    """The whole file or none of it."""
    if out is None:
        sys.stdout.buffer.write(body)
        return
    partial = out.with_name(out.name + ".part")
    try:
        partial.write_bytes(body)
        partial.replace(out)
    except OSError as exc:
        raise Failed(f"Cannot write {out}: {exc.strerror}.") from None


def import_schedule(arguments: argparse.Namespace) -> None:
    from eventsvc.agenda.rules import imports

    raw = _read(arguments.file)

    async def run() -> Any:
        return await imports.import_schedule(
            raw, slug=arguments.event, create=arguments.create, by="command line", progress=progress("Sessions")
        )

    print(with_database(run))


def import_attendees(arguments: argparse.Namespace) -> None:
    from eventsvc.ticketing.models import TicketType
    from eventsvc.ticketing.rules import imports

    raw = _read(arguments.file)

    async def run() -> Any:
        event = await event_of(arguments.event)
        types = await TicketType.filter(event=event)
        wanted = arguments.ticket_type.casefold()
        found = next((one for one in types if wanted in (one.name.casefold(), one.code)), None)
        if found is None:
            raise Failed(
                f"There is no ticket type '{arguments.ticket_type}'. Choose from: {', '.join(one.name for one in types) or 'none yet'}."
            )
        return await imports.import_attendees(
            event, raw, found, partial=arguments.partial, letters=arguments.letters, by="command line", progress=progress("Attendees")
        )

    result = with_database(run)
    for line, said in result.wrong:
        print(f"line {line}: {said}", file=sys.stderr)
    if result.wrong and not arguments.partial:
        raise Failed(
            f"Nothing was imported: {len(result.wrong)} entries need another look. Mend them, or add --partial to keep the good lines."
        )
    print(f"{result.added} added, {result.known} were there already, {len(result.wrong)} left out.")


def import_sessions(arguments: argparse.Namespace) -> None:
    from eventsvc.agenda.rules import bringing

    files = [(file.name, _read(file)) for file in arguments.file]

    async def run(*, dry: bool) -> Any:
        return await bringing.bring_files(await event_of(arguments.event), files, by="command line", dry=dry)

    strict = not arguments.partial
    result = with_database(lambda: run(dry=arguments.dry_run or strict))
    for where, said in result.wrong:
        print(f"{where}: {said}", file=sys.stderr)
    for note in result.notes:
        print(note, file=sys.stderr)
    if result.wrong and strict:
        raise Failed(
            f"Nothing was imported: {len(result.wrong)} rows need another look. Mend them, or add --partial to keep the good ones."
        )
    if strict and not arguments.dry_run:
        result = with_database(lambda: run(dry=False))
    print(f"{'This would happen: ' if arguments.dry_run else ''}{result.said}")


def export(arguments: argparse.Namespace) -> None:
    async def run() -> bytes:
        event = await event_of(arguments.event)
        match arguments.kind:
            case "schedule.xml" | "schedule.json" | "agenda.ics":
                from eventsvc.calendars.rules import schedules as calendars

                return await calendars.export(arguments.kind, event)
            case kind if kind in TABLES:
                from eventsvc.agenda.rules import tables

                return await tables.export(kind, event, contacts=True)
            case "scans.csv":
                from eventsvc.checkin import rules as checkin

                return (await checkin.scans_csv(event)).encode()
            case "replies.csv":
                return (await _replies(event)).encode()
            case kind:
                from eventsvc.ticketing.rules import reports

                return (await (reports.attendees_csv(event) if kind == "attendees.csv" else reports.orders_csv(event))).encode()

    _write(arguments.out, with_database(run))


async def _replies(event: Any) -> str:
    from eventsvc.surveys import rules as surveys
    from eventsvc.surveys.models import Survey

    survey = await Survey.filter(event=event).order_by("-id").first().prefetch_related("questions")
    if survey is None:
        raise Failed(f"{event.name} has no survey.")
    return await surveys.replies_csv(survey)


def badges(arguments: argparse.Namespace) -> None:
    from eventsvc.badges import rules as badges

    async def run() -> tuple[bytes, int]:
        event = await event_of(arguments.event)
        tickets = await badges.tickets_for(event, arguments.ticket)
        try:
            return await badges.badges_pdf(event, tickets, arguments.design), len(tickets)
        finally:
            await badges.stop_press()

    body, count = with_database(run)
    _write(arguments.out, body)
    print(f"{count} badges in {arguments.out}.")
