"""The organiser's page of the bank: what is due, bringing in a statement, and the lines that wait for somebody to decide."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form
from eventsvc.core.tables import XLSX
from eventsvc.core.text import is_number
from eventsvc.core.web import PRIVATE, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms import statement
from eventsvc.ticketing.rules import bank, books

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass
class _Asked:
    """What was posted, and what came of it: `seen` is a preview, `rows` what it was made of, `to` where to go when it is done."""

    rows: str = ""
    wrong: list[tuple[int, str]] = field(default_factory=list)
    seen: list[bank.Seen] | None = None
    to: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200


async def bank_page(request: Request) -> Response:
    """GET shows the books; POST looks at a statement, brings it in, or decides on one line."""
    event, asked = await event_for(request, Right.MANAGE_ORDERS), _Asked()
    if request.method == "POST":
        async with request.form(max_files=1, max_fields=10, max_part_size=statement.MAX_BYTES) as posted:
            try:
                await _do(event, posted, asked, by=request.state.user.label)
            except Refused as refusal:
                asked.errors[refusal.field or ""], asked.status = refusal.sentence, refusal.status
    if asked.to:
        return redirect(f"{request.url.path}?{asked.to}")
    waiting = await books.accounts(event, due=True)
    return page(
        request,
        "ticketing/bank.html",
        asked.status,
        event=event,
        asked=asked,
        form=Form({}, errors=asked.errors.items()),
        sums=books.total(await books.accounts(event)),
        waiting=waiting,
        open=await bank.undecided(event),
        said={key: int(value) for key, value in request.query_params.items() if is_number(value)},
        done=request.query_params.get("done", ""),
        most=bank.PER_PAGE,
    )


async def _do(event: Event, posted: FormData, asked: _Asked, *, by: str) -> None:
    do, line = _said(posted, "do"), _said(posted, "line")
    if do in ("assign", "ignore") and not is_number(line):
        raise NotFound("There is no such line at this event.")
    match do:
        case "assign":
            order = await bank.assign(event, int(line), _said(posted, "order"), by=by)
            asked.to = f"done=assigned&order={order.code}#open"
        case "ignore":
            await bank.ignore(event, int(line), by=by)
            asked.to = "done=ignored#open"
        case "apply":
            found = await asyncio.to_thread(statement.read_text, _said(posted, "rows"), event.currency)
            outcome = await bank.bring_in(event, found, by=by)
            asked.to = f"done=brought&paid={outcome.paid}&open={outcome.open}&old={outcome.old}"
        case _:
            asked.rows = _said(posted, "rows")
            one = posted.get("file")
            if do == "look":
                raw = await one.read() if isinstance(one, UploadFile) else b""
                found = await asyncio.to_thread(statement.read_file, raw, event.currency)
            else:
                found = await asyncio.to_thread(statement.read_text, asked.rows, event.currency)
            asked.rows, asked.wrong = statement.as_rows(found.lines), found.wrong
            asked.seen = await bank.look(event, found)


def _said(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


async def export(request: Request) -> Response:
    """All orders with what was invoiced, paid and is due, as CSV or XLSX."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    kind = request.url.path.rsplit(".", 1)[1]
    body = await books.export(event, kind)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{event.slug}-books.{kind}"'}
    return Response((b"\xef\xbb\xbf" if kind == "csv" else b"") + body, media_type=TYPES[kind], headers=headers)


routes = [
    Route("/manage/{event}/bank", bank_page, methods=["GET", "POST"], name="bank"),
    Route("/manage/{event}/bank.csv", export),
    Route("/manage/{event}/bank.xlsx", export),
]
