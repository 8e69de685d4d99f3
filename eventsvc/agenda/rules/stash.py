"""Files kept between the preview of an import and its going through: under DATA_DIR, for two hours, for one event only."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event

KEEP = timedelta(hours=2)
Files = list[tuple[str, bytes]]
_KEY = re.compile(r"[A-Za-z0-9_-]{20,40}")


def _home() -> Path:
    return settings().data_dir / "exchange"


def _folder(event: Event, key: str) -> Path:
    """The event is part of the place, so a key opens nothing of another event."""
    if not _KEY.fullmatch(key):
        raise NotFound("These files are not here any more. Choose them again.")
    return _home() / f"{event.id}-{key}"


async def keep(event: Event, files: Files) -> str:
    """Put files aside; the key brings them back."""
    key = signing.secret()
    await asyncio.to_thread(_write, _folder(event, key), files)
    return key


def _write(folder: Path, files: Files) -> None:
    folder.mkdir(parents=True, mode=0o700)
    for number, (_, raw) in enumerate(files):
        (folder / str(number)).write_bytes(raw)
    (folder / "names.json").write_text(json.dumps([name[:200] for name, _ in files]))


async def fetch(event: Event, key: str) -> Files:
    """The files put aside. Raises NotFound."""
    return await asyncio.to_thread(_read, _folder(event, key))


def _read(folder: Path) -> Files:
    try:
        names = json.loads((folder / "names.json").read_text())
        return [(str(name), (folder / str(number)).read_bytes()) for number, name in enumerate(names)]
    except (OSError, ValueError):
        raise NotFound("These files are not here any more. Choose them again.") from None


async def forget(event: Event, key: str) -> None:
    """They went through: nothing of them stays."""
    await asyncio.to_thread(shutil.rmtree, _folder(event, key), True)


async def sweep() -> int:
    """Drop what nobody came back for; it holds names and addresses. Returns how many."""
    return await asyncio.to_thread(_sweep, (now() - KEEP).timestamp())


def _sweep(before: float) -> int:
    old = [folder for folder in _home().glob("*-*") if folder.stat().st_mtime < before] if _home().is_dir() else []
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
