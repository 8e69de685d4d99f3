"""Slides: files of up to 200 MB sent in pieces, checked by what they hold, kept under DATA_DIR/slides by a key, never by a name.

`received` in the row is the truth: bytes beyond it in the file are from a piece that never counted, and are written over.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from eventsvc.agenda.models import Session, SessionState, SlideFile
from eventsvc.agenda.render import contents
from eventsvc.audit.rules import record
from eventsvc.core import attempts
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import Invalid, NotFound, Refused, TooLarge
from eventsvc.core.text import one_line
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.speakers.models import Speaker

MEGABYTE = 1024 * 1024
LARGEST, PIECE, AT_ONCE = 200 * MEGABYTE, 8 * MEGABYTE, 25 * MEGABYTE
MOST = 5
ABANDONED = timedelta(days=2)
SPARE = 300 * MEGABYTE
"""What stays free on the disk for the database and the mail."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFull(Refused):
    status = 507
    kind = "disk-full"
    title = "There is no room for this file"


class TooManyFiles(Refused):
    kind = "too-many-files"
    title = "That is enough files"


class WrongOffset(Refused):
    """Not what was to come next (tus 1.0: 409)."""

    kind = "wrong-offset"
    title = "Another piece was expected"


class Busy(Refused):
    status = 423
    kind = "busy"
    title = "This file is being sent already"


def folder() -> Path:
    """Where all slides lie. Processes on several machines must share it."""
    return settings().data_dir / "slides"


def path_of(file: SlideFile) -> Path:
    """Where its bytes lie."""
    return folder() / file.key


async def of_session(session: Session) -> list[SlideFile]:
    """Whole files, and pieces that may still go on."""
    return await SlideFile.filter(session=session).order_by("id")


async def shown(event: Event, session: Session) -> list[dict[str, str]]:
    """Title and address of what its speakers show to everybody, once it is over."""
    if session.end is None or now() < session.end or session.state != SessionState.CONFIRMED:
        return []
    files = await SlideFile.filter(session=session, public=True).exclude(complete_at=None).order_by("id")
    return [{"title": file.name, "url": f"/{event.slug}/sessions/{session.code}/slides/{file.key}"} for file in files]


async def public_file(event: Event, code: str, key: str) -> SlideFile:
    """A file everybody may have. Raises NotFound."""
    file = await SlideFile.filter(session__event=event, session__code=code, key=key).select_related("session").first()
    if file is None or not any(one["url"].endswith(key) for one in await shown(event, file.session)):
        raise NotFound("There is no such file here.")
    return file


async def by_key(event: Event, speaker: Speaker, key: str) -> SlideFile:
    """A file of a session this speaker gives. Raises NotFound."""
    found = SlideFile.filter(key=key, session__event=event, session__speakers__speaker=speaker)
    file = await found.select_related("session").first()
    if file is None:
        raise NotFound("This file is not here any more. Send it again.")
    return file


async def begin(event: Event, session: Session, speaker: Speaker, name: str, size: int) -> SlideFile:
    """Make room for a file of `size` bytes. Raises Invalid, TooLarge, TooManyFiles, DiskFull, TooMany."""
    name = one_line(name.replace("\\", "/").rsplit("/", 1)[-1])[-200:] or "slides"
    if size < 1:
        raise Invalid([("file", "That file is empty. Choose another.")])
    if size > LARGEST:
        raise TooLarge(f"That file is larger than {LARGEST // MEGABYTE} MB. Make its pictures smaller, or send it to the organisers.")
    if name.rsplit(".", 1)[-1].lower() not in contents.ENDINGS:
        raise Invalid([("file", contents.ALLOWED)])
    await attempts.count("slides", str(speaker.id), limit=60, per=timedelta(hours=1))
    _check_room(size)
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state == SessionState.CANCELLED:
            raise TooManyFiles("This session is cancelled, so it takes no slides.")
        if await SlideFile.filter(session=current).count() >= MOST:
            raise TooManyFiles(f"A session holds {MOST} files. Remove one first.", field="file")
        return await SlideFile.create(session=session, speaker=speaker, name=name, size=size)


def _check_room(size: int) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder()).free < size + SPARE:
        raise DiskFull("Our disk has no room for this file just now. The organisers can help: please write to them.")


async def append(file: SlideFile, offset: int, body: AsyncIterator[bytes], *, limit: int = PIECE, by: str) -> SlideFile:
    """Add a piece at `offset`; with the last one the file is checked and whole.

    What arrived before a connection broke counts. Raises WrongOffset, Busy (somebody else is writing), TooLarge, DiskFull, Invalid.
    """
    fd = _open(path_of(file))
    try:
        current = await SlideFile.get_or_none(id=file.id)
        if current is None:
            raise NotFound("This file is not here any more. Send it again.")
        if current.complete_at or current.received != offset:
            raise WrongOffset(f"The next piece starts at {current.received}.")
        await _write(fd, current, body, limit)
        if current.received == current.size:
            await _finish(fd, current, by)
        return current
    finally:
        os.close(fd)


def _open(path: Path) -> int:
    """The file, for one writer: the lock goes with the descriptor, also when the process is killed."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise Busy("This file is being sent in another window. Wait for it, or close that window.") from None
    return fd


async def _write(fd: int, file: SlideFile, body: AsyncIterator[bytes], limit: int) -> None:
    """Write as it comes, a megabyte at a time; count it when it is on the disk, whatever ended the piece."""
    start = at = file.received
    room = min(limit, file.size - start)
    kept = bytearray()
    try:
        async for block in body:
            if at + len(kept) + len(block) - start > room:
                raise TooLarge(f"A piece holds at most {limit // MEGABYTE} MB, and never more than what is missing.")
            kept += block
            if len(kept) >= MEGABYTE:
                at += await asyncio.to_thread(_put, fd, bytes(kept), at)
                kept.clear()
    finally:
        # Also when the sender vanished: what is here need not be sent again.
        at += await asyncio.to_thread(_put, fd, bytes(kept), at) if kept else 0
        if at > start:
            await asyncio.to_thread(os.fsync, fd)
            if not await SlideFile.filter(id=file.id, received=start).update(received=at):
                raise WrongOffset("Another piece was quicker.")
            file.received = at


def _put(fd: int, data: bytes, at: int) -> int:
    view, done = memoryview(data), 0
    try:
        while done < len(data):
            done += os.pwrite(fd, view[done:], at + done)
    except OSError as exc:
        if exc.errno in FULL:
            raise DiskFull("Our disk is full, so only a part of this file was kept. Try again in an hour.") from None
        raise
    return done


async def _finish(fd: int, file: SlideFile, by: str) -> None:
    """Everything is here: cut what is beyond it, force it to the disk, look what it is. A file we do not take goes at once."""

    def settle() -> str | None:
        os.ftruncate(fd, file.size)
        os.fsync(fd)
        return contents.ending_of(path_of(file))

    ending = await asyncio.to_thread(settle)
    if ending is None:
        await _forget(file)
        raise Invalid([("file", contents.ALLOWED)])
    stem = file.name.rsplit(".", 1)[0][:190] or "slides"
    async with transaction():
        await file.change(complete_at=now(), name=f"{stem}.{ending}")
        session = await Session.get(id=file.session_id)
        await record("slides.added", session, by=by, ending=ending, size=file.size)


async def remove(file: SlideFile, event: Event, *, by: str) -> None:
    """Take a file away, whole or in pieces: from the page, the row, then the disk."""
    async with transaction():
        session = await Session.get(id=file.session_id)
        await SlideFile.filter(id=file.id).delete()
        if file.complete_at:
            await touch(event)
            await record("slides.removed", session, by=by)
    with contextlib.suppress(FileNotFoundError):
        path_of(file).unlink()


async def _forget(file: SlideFile) -> None:
    await SlideFile.filter(id=file.id).delete()
    with contextlib.suppress(FileNotFoundError):
        path_of(file).unlink()


async def offer(file: SlideFile, event: Event, public: bool, *, by: str) -> None:
    """Show it on the session's page once the session is over, or not any more."""
    async with transaction():
        await file.change(public=public)
        await touch(event)
        session = await Session.get(id=file.session_id)
        await record("slides.offered", session, by=by, public=public)


async def bring_none(session: Session, none: bool, *, by: str) -> None:
    """The speakers say that there will be no slides (or that there will), so that nobody asks for them."""
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if bool(current.extra.get("no_slides")) != none:
            await current.change(extra={**current.extra, "no_slides": none})
            await record("slides.none", current, by=by, none=none)


async def sweep() -> int:
    """Drop files nobody went on with for two days, and bytes whose session is gone. Returns how many."""
    dropped = 0
    for file in await SlideFile.filter(complete_at=None, created_at__lt=now() - ABANDONED):
        await _forget(file)
        dropped += 1
    if not folder().is_dir():
        return dropped
    known = {str(key) for key in await SlideFile.all().values_list("key", flat=True)}
    before = now().timestamp() - 3600
    for path in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # another worker was quicker
            if path.name not in known and path.stat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped
