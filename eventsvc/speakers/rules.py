"""Speakers: found by their link, changed by themselves or an assistant, pictured, prepared."""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.core import attempts
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.mail import rules as mail
from eventsvc.speakers.forms import AssistantForm, Crop, PreparationForm, SpeakerForm
from eventsvc.speakers.models import Assistant, Portrait, Preparation, Speaker

SIDE = 480
MAX_PIXELS = 25_000_000
MAX_ASSISTANTS = 5
INVITES_AN_HOUR = 20


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


@dataclass(frozen=True)
class Visitor:
    """Who opened a speaker's area, and with which link: the speaker, or an assistant for them."""

    speaker: Speaker
    secret: str
    assistant: Assistant | None = None

    @property
    def by(self) -> str:
        """As the journal says it."""
        return f"{self.assistant.name} for {self.speaker.name}" if self.assistant else self.speaker.name

    def must_be_speaker(self) -> None:
        """Raises Forbidden for an assistant: only the speaker gives links to others."""
        if self.assistant:
            raise Forbidden("Only the speaker can invite people or take a link back. Ask them to do it on their own page.")


async def visitor(event: Event, secret: str) -> Visitor:
    """Whose link this is: a speaker's, or an assistant's that was not taken back. Raises NotFound."""
    assistant = await Assistant.get_or_none(secret=secret, speaker__event=event, revoked_at=None).select_related("speaker")
    if assistant:
        return Visitor(assistant.speaker, secret, assistant)
    return Visitor(await by_secret(event, secret), secret)


def link(event: Event, secret: str, path: str = "") -> str:
    """The address that a speaker's or an assistant's link opens."""
    return f"{settings().base_url}/{event.slug}/speaker/{secret}{path}"


async def change_speaker(event: Event, speaker: Speaker, wanted: SpeakerForm, *, by: str) -> None:
    """Change what is said of a speaker; the journal keeps which fields."""
    async with transaction():
        changed = [name for name, value in wanted.model_dump().items() if getattr(speaker, name) != value]
        if not changed:
            return
        await speaker.change(**wanted.model_dump())
        await touch(event)
        await record("speaker.changed", speaker, by=by, fields=changed)


_one_picture = asyncio.Semaphore(1)
"""A large picture takes a hundred megabytes while it is read: one at a time."""


async def set_portrait(event: Event, speaker: Speaker, raw: bytes, *, by: str, crop: Crop | None = None) -> None:
    """Re-encode a picture from anyone and keep the square that `crop` cuts out, or its middle. Raises NotAPicture."""
    async with _one_picture:
        webp = await asyncio.to_thread(reencode, raw, crop)
    version = hashlib.sha256(webp).hexdigest()[:12]
    async with transaction():
        await Portrait.update_or_create(speaker=speaker, defaults={"webp": webp})
        await speaker.change(portrait_version=version)
        await touch(event)
        await record("speaker.portrait", speaker, by=by)


def reencode(raw: bytes, crop: Crop | None = None) -> bytes:
    """JPEG, PNG or WebP of any size → a square WebP of SIDE pixels without metadata. Raises NotAPicture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # megabytes that most servers never need

    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture("That picture has too many pixels. Use one below 25 megapixels.", field="portrait")
            wanted = SIDE * 4 if crop else SIDE * 2
            picture.draft("RGB", (wanted, wanted))
            picture.thumbnail((SIDE * 4, SIDE * 4), Image.Resampling.BOX)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            if crop:
                upright = upright.crop(crop.box(upright.width, upright.height))
            square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
            out = io.BytesIO()
            square.save(out, "WEBP", quality=82)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise NotAPicture("That file is not a JPEG, PNG or WebP picture. Choose another.", field="portrait") from None


async def add_speaker(event: Event, wanted: SpeakerForm, *, by: str) -> Speaker:
    """A new speaker, whom the public sees at once."""
    async with transaction():
        speaker = await Speaker.create(event=event, code=short_code(6), **wanted.model_dump())
        await touch(event)
        await record("speaker.added", speaker, by=by)
    return speaker


async def by_email(event: Event, email: str) -> Speaker | None:
    """The event's speaker of this address; the oldest, should an import have brought two."""
    return await Speaker.filter(event=event, email__iexact=email).order_by("id").first()


async def add_unlisted(event: Event, wanted: SpeakerForm, email: str, *, by: str) -> Speaker:
    """Inside a transaction: somebody who proposes or was brought in; on no public page before a session of theirs is.

    Two who bring in the same address at once take turns at the event's row, and the second finds the speaker whom the first made.
    """
    await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608
    if found := await by_email(event, email):
        return found
    values = wanted.model_dump(include=set(SpeakerForm.model_fields))
    speaker = await Speaker.create(event=event, code=short_code(6), email=email, listed=False, **values)
    await record("speaker.added", speaker, by=by)
    return speaker


async def preparation_of(speaker: Speaker) -> Preparation:
    """What they told the organisers; an empty one, not yet kept, where they have not."""
    return await Preparation.get_or_none(speaker=speaker) or Preparation(speaker=speaker)


async def prepare(speaker: Speaker, wanted: PreparationForm, *, by: str) -> None:
    """Keep what a speaker tells the organisers: needs on stage, travel, recording. The public sees none of it."""
    async with transaction():
        await Preparation.update_or_create(speaker=speaker, defaults=wanted.model_dump())
        await record("speaker.prepared", speaker, by=by)


async def say_all_is_right(speaker: Speaker, right: bool, *, by: str) -> None:
    """The speaker has looked at everything and it is right; or it is not any more."""
    async with transaction():
        await Preparation.update_or_create(speaker=speaker, defaults={"confirmed_details_at": now() if right else None})
        await record("speaker.checked", speaker, by=by, right=right)


class TooManyAssistants(Refused):
    kind = "too-many-assistants"
    title = "That is enough assistants"


async def add_assistant(event: Event, speaker: Speaker, wanted: AssistantForm, *, by: str) -> Assistant:
    """Give somebody a link of their own to the speaker's area, by mail. Raises TooManyAssistants, TooMany."""
    await attempts.count("invite", str(speaker.id), limit=INVITES_AN_HOUR, per=timedelta(hours=1))
    async with transaction():
        await Speaker.filter(id=speaker.id).select_for_update().first()
        if await Assistant.filter(speaker=speaker, revoked_at=None).count() >= MAX_ASSISTANTS:
            raise TooManyAssistants(f"You have {MAX_ASSISTANTS} assistants already. Take one link back first.", field="email")
        assistant = await Assistant.create(speaker=speaker, name=wanted.name, email=wanted.email)
        await mail.queue("speakers/assistant", wanted.email, event_id=event.id, assistant=assistant.id)
        await record("assistant.added", speaker, by=by)
    return assistant


async def revoke_assistant(speaker: Speaker, number: int, *, by: str) -> None:
    """Take an assistant's link back: it opens nothing from now on. Raises NotFound."""
    async with transaction():
        if not await Assistant.filter(speaker=speaker, id=number, revoked_at=None).update(revoked_at=now()):
            raise NotFound("There is no such assistant.")
        await record("assistant.revoked", speaker, by=by)
