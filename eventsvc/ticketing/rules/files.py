"""Files as answers: what comes in is what it says, and a picture is drawn anew."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.text import one_line
from eventsvc.events.models import Event
from eventsvc.ticketing.models import AnswerFile, QuestionKind, Ticket, TicketQuestion

MOST = 5 * 1024 * 1024
"""Bytes of a file."""
MAX_PIXELS, SIDE = 25_000_000, 2400
KEPT_FOR = timedelta(days=14)
"""After the event."""


class BadFile(Refused):
    status = 422
    kind = "invalid"
    title = "That file cannot be taken"


async def put(event: Event, ticket: Ticket, code: str, name: str, raw: bytes, *, by: str) -> None:
    """Answer a question with a file; a second one takes the place of the first. Raises NotFound, BadFile."""
    question = await TicketQuestion.get_or_none(event=event, code=code, kind=QuestionKind.FILE, retired_at=None)
    if question is None or not question.is_for(ticket.ticket_type.code):
        raise NotFound("There is no such question for this ticket.")
    body, media_type, ending = await asyncio.to_thread(_judged, raw, f"q_{code}")
    stem = re.sub(r"[^\w .-]+", "_", one_line(name).rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rsplit(".", 1)[0]).strip(" ._") or "file"
    called = f"{stem[:100]}.{ending}"
    async with transaction():
        row = await Ticket.select_for_update().get(id=ticket.id)
        if not row.is_live:
            raise NotFound("This ticket was cancelled.")
        await AnswerFile.filter(ticket=row, question=question).delete()
        await AnswerFile.create(ticket=row, question=question, name=called, media_type=media_type, body=body)
        await row.change(answers={**row.answers, code: {"answer": called, "version": question.version}})
        await record("ticket.answered", row, by=by)


def _judged(raw: bytes, field: str) -> tuple[bytes, str, str]:
    """(bytes to keep, media type, ending): by what the file holds, whatever it is called."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # megabytes that most servers never need

    if not raw:
        raise BadFile("Choose a file first.", field=field)
    if len(raw) > MOST:
        raise BadFile("That file is larger than 5 MB. Choose a smaller one.", field=field)
    if raw.startswith(b"%PDF-") and b"%%EOF" in raw[-2048:]:
        return raw, "application/pdf", "pdf"
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile("That picture has too many pixels. Use one below 25 megapixels.", field=field)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=88)
            return out.getvalue(), "image/jpeg", "jpg"
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise BadFile("That file is not a PDF or a picture (JPEG, PNG, WebP). Choose another.", field=field) from None


async def of(ticket: Ticket, code: str) -> AnswerFile:
    """Raises NotFound."""
    found = await AnswerFile.get_or_none(ticket=ticket, question__code=code)
    if found is None:
        raise NotFound("There is no such file.")
    return found


async def sweep() -> None:
    """Delete them two weeks after the event."""
    day = (now() - KEPT_FOR).date()
    for event in await Event.filter(end__lte=day, ticket_questions__kind=QuestionKind.FILE).distinct():
        if event.ends_at + KEPT_FOR > now():
            continue
        async with transaction():
            numbers = await AnswerFile.filter(question__event_id=event.id).values_list("id", flat=True)
            if numbers:
                gone = await AnswerFile.filter(id__in=list(numbers)).delete()
                await record("answer_files.forgotten", event, by="", files=gone)
