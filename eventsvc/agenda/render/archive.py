"""Files as one ZIP, made while it is sent: never whole in memory. Names inside are safe on every system."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

PIECE = 256 * 1024
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe(name: str, limit: int = 80) -> str:
    """A name that is one name and no path, on Windows too; what is after the last dot stays when it is cut."""
    text = _UNSAFE.sub(" ", unicodedata.normalize("NFC", name))
    text = re.sub(r"\s+", " ", text).strip(" .")
    if len(text) > limit:
        stem, dot, ending = text.rpartition(".")
        short = dot and 0 < len(ending) <= 8
        text = f"{stem[: limit - len(ending) - 1].rstrip(' .')}.{ending}" if short else text[:limit].rstrip(" .")
    return f"_{text}" if _RESERVED.fullmatch(text) else text or "_"


def distinct(names: Iterable[str]) -> list[str]:
    """The same names, numbered where two would be one where case does not count."""
    taken: set[str] = set()
    found = []
    for name in names:
        stem, dot, ending = name.rpartition(".") if "." in name.rpartition("/")[2] else (name, "", "")
        free = next(one for one in (name, *(f"{stem} ({n}){dot}{ending}" for n in range(2, 100_000))) if one.casefold() not in taken)
        taken.add(free.casefold())
        found.append(free)
    return found


class _Pipe(io.RawIOBase):
    """What was written since it was last asked. It cannot be sought in, so the archive says sizes after each file."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        body = b"".join(self.parts)
        self.parts.clear()
        return body


def zipped(files: Iterable[tuple[str, Path, datetime]], at: datetime) -> Iterator[bytes]:
    """(name inside, file, when) as a ZIP. A file that is not there (any more) is named in “Not found.txt”; `at` is that file's time."""
    pipe, missing = _Pipe(), []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, path, when in files:
            try:
                source = path.open("rb")
            except OSError:
                missing.append(name)
                continue
            with source, archive.open(_entry(name, when), "w", force_zip64=True) as part:
                while piece := source.read(PIECE):
                    part.write(piece)
                    yield pipe.taken()
            yield pipe.taken()
        if missing:
            archive.writestr(_entry("Not found.txt", at), "These files were not on the disk:\n" + "\n".join(missing) + "\n")
    yield pipe.taken()


def _entry(name: str, when: datetime) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (max(1980, when.year), when.month, when.day, when.hour, when.minute, when.second))
