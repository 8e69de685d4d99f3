"""Speakers: found by their link, changed by themselves, pictured."""

from __future__ import annotations

import asyncio
import hashlib
import io

from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Portrait, Speaker

SIDE = 480
MAX_PIXELS = 25_000_000


class NotAPicture(Refused):
    status = 422
    kind = "not-a-picture"
    title = "That file is not a picture we can use"


async def by_secret(event: Event, secret: str) -> Speaker:
    """The speaker whose link this is. Raises NotFound."""
    speaker = await Speaker.get_or_none(event=event, secret=secret)
    if speaker is None:
        raise NotFound("This link does not open a speaker's page. Ask the organiser for a new one.")
    return speaker


async def change_speaker(event: Event, speaker: Speaker, wanted: SpeakerForm, *, by: str) -> None:
    async with transaction():
        changed = [name for name, value in wanted.model_dump().items() if getattr(speaker, name) != value]
        if not changed:
            return
        await speaker.change(**wanted.model_dump())
        await touch(event)
        await record("speaker.changed", speaker, by=by, fields=changed)


_one_picture = asyncio.Semaphore(1)
"""A large picture takes a hundred megabytes while it is read: one at a time."""


async def set_portrait(event: Event, speaker: Speaker, raw: bytes, *, by: str) -> None:
    """Re-encode a picture from anyone and keep it. Raises NotAPicture."""
    async with _one_picture:
        webp = await asyncio.to_thread(reencode, raw)
    version = hashlib.sha256(webp).hexdigest()[:12]
    async with transaction():
        await Portrait.update_or_create(speaker=speaker, defaults={"webp": webp})
        await speaker.change(portrait_version=version)
        await touch(event)
        await record("speaker.portrait", speaker, by=by)


def reencode(raw: bytes) -> bytes:
    """JPEG, PNG or WebP of any size → a square WebP of SIDE pixels without metadata. Raises NotAPicture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # megabytes that most servers never need

    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("That picture has too many pixels. Use one below 25 megapixels.", field="portrait")
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            picture.thumbnail((SIDE * 4, SIDE * 4), Image.Resampling.BOX)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
            out = io.BytesIO()
            square.save(out, "WEBP", quality=82)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise NotAPicture("That file is not a JPEG, PNG or WebP picture. Choose another.", field="portrait") from None


async def add_speaker(event: Event, wanted: SpeakerForm, *, by: str) -> Speaker:
    async with transaction():
        speaker = await Speaker.create(event=event, code=short_code(6), **wanted.model_dump())
        await touch(event)
        await record("speaker.added", speaker, by=by)
    return speaker
