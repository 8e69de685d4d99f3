"""What designs show beyond the ticket itself: pictures, personal agendas, how often a badge was printed before."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

from eventsvc.agenda.models import Favourite, Session, SessionState, Signup, SignupState
from eventsvc.audit.rules import record
from eventsvc.badges.models import DesignPicture
from eventsvc.badges.render.badges import LINES, Material, Section
from eventsvc.badges.render.layouts import Kind
from eventsvc.badges.render.lettering import tidy
from eventsvc.badges.rules.prints import print_counts
from eventsvc.core import device
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.signing import short_code
from eventsvc.core.text import one_line
from eventsvc.events.models import Event

SIDE = 900
"""Pixels of a picture's longer side: 300 dpi at 76 mm."""
MAX_PIXELS = 25_000_000
MOST = 30


class NotAPicture(Refused):
    status = 422
    kind = "not-a-picture"
    title = "That file is not a picture we can use"


class EnoughPictures(Refused):
    kind = "enough-pictures"
    title = "These are enough pictures"


async def material_for(event: Event, sections: Sequence[Section], *, marked: bool = False) -> Material:
    """What these sections need and nothing more."""
    layouts = [section.layout for section in sections]
    wanted = {part.text for layout in layouts for part in layout.parts if part.kind == Kind.PICTURE}
    pictures = {}
    if wanted:
        pictures = {one.code: (bytes(one.png), one.name) for one in await DesignPicture.filter(event=event, code__in=list(wanted))}
    numbers = [ticket.id for section in sections if section.layout.needs(Kind.AGENDA) for pile in section.piles for ticket in pile.tickets]
    return Material(pictures, await _agendas(event, numbers) if numbers else {}, await print_counts(event) if marked else {})


async def _agendas(event: Event, tickets: Sequence[int]) -> dict[int, list[list[str]]]:
    """Ticket number → what its holder keeps or has a place in, in order: a day where there are several, times and titles."""
    holders = {device.ticket(number): number for number in tickets}
    own: dict[int, set[int]] = {number: set() for number in tickets}
    for holder, session in await Favourite.filter(session__event=event, holder__startswith="ticket:").values_list("holder", "session_id"):
        if holder in holders:
            own[holders[holder]].add(session)
    for number, session in await Signup.filter(session__event=event, state=SignupState.GOING).values_list("ticket_id", "session_id"):
        if number in own:
            own[number].add(session)
    found = Session.filter(event=event, state=SessionState.CONFIRMED).exclude(start=None).order_by("start", "id")
    sessions = await found.select_related("room")
    return {number: _rows(event, [one for one in sessions if one.id in kept]) for number, kept in own.items()}


def _rows(event: Event, sessions: Sequence[Session]) -> list[list[str]]:
    rows: list[list[str]] = []
    day = None
    for one in sessions:
        assert one.start is not None
        local = event.local(one.start)
        if event.start != event.end and local.date() != day:
            day = local.date()
            rows.append([f"{local:%A}, {local.day} {local:%B}"])
        rows.append([f"{local:%H:%M}", tidy(one.title + (f", {one.room.name}" if one.room else ""))])
    return rows[:LINES]


_one_picture = asyncio.Semaphore(1)
"""A large picture takes a hundred megabytes while it is read: one at a time."""


async def add_picture(event: Event, raw: bytes, name: str, *, by: str) -> DesignPicture:
    """Keep a logo for designs, re-encoded. Raises NotAPicture, EnoughPictures."""
    async with _one_picture:
        png = await asyncio.to_thread(reencode, raw)
    async with transaction():
        await Event.filter(id=event.id).select_for_update().first()
        if await DesignPicture.filter(event=event).count() >= MOST:
            raise EnoughPictures(f"You have {MOST} pictures. Remove one that you do not need.", field="picture")
        kept = await DesignPicture.create(event=event, code=short_code(8), name=one_line(name)[:80] or "Logo", png=png)
        await record("badge_picture.added", kept, by=by)
    return kept


async def remove_picture(event: Event, code: str, *, by: str) -> None:
    """Designs that show it show nothing there. One that is gone already is fine."""
    async with transaction():
        if picture := await DesignPicture.get_or_none(event=event, code=code):
            await record("badge_picture.removed", picture, by=by)
            await picture.delete()


def reencode(raw: bytes) -> bytes:
    """JPEG, PNG or WebP → a PNG of at most SIDE pixels, transparency kept, nothing else in it. Raises NotAPicture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # megabytes that most servers never need

    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("That picture has too many pixels. Use one below 25 megapixels.", field="picture")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            opaque = min(upright.getchannel("A").tobytes()) == 255
            (upright.convert("RGB") if opaque else upright).save(out, "PNG", optimize=True)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise NotAPicture("That file is not a JPEG, PNG or WebP picture. Choose another.", field="picture") from None
