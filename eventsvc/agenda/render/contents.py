"""What a file is, told by its bytes: names and media types that strangers send mean nothing."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

ENDINGS = ("pdf", "pptx", "odp", "key", "zip", "mp4", "png", "jpg", "jpeg")
ALLOWED = "We take PDF, PowerPoint (.pptx), Impress (.odp), Keynote (.key), ZIP, MP4, PNG and JPEG. Save your slides as one of these."
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How office programs pack; others exist, and need gigabytes or raise what they like."""
LARGEST_INDEX = 4 * 1024 * 1024
"""Bytes of a ZIP's table of contents beyond which it is not read: an honest one is far smaller."""


def ending_of(path: Path) -> str | None:
    """The ending this file deserves, one of ENDINGS; None when it is nothing we take."""
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    return None


def _archive(path: Path) -> str | None:
    """Which kind of ZIP; None for a broken one, one with macros, or one whose table of contents is absurd."""
    if _index_size(path) > LARGEST_INDEX:
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and (kind := archive.getinfo("mimetype")).file_size < 200 and kind.compress_type in PACKED:
                return "odp" if archive.read("mimetype") == b"application/vnd.oasis.opendocument.presentation" else None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" in names:
        return "pptx" if "ppt/presentation.xml" in names else None
    if "Index.zip" in names or any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        return "key"
    return "zip"


def _index_size(path: Path) -> int:
    """How large a ZIP says its table of contents is (APPNOTE 4.3.16); absurdly large when it does not say."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if 0 <= at <= len(tail) - 16 else LARGEST_INDEX + 1
