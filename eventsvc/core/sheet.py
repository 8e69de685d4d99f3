"""Tables from strangers: CSV in the encodings and with the separators that spreadsheets write, XLSX, and what is pasted from one."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from eventsvc.core.errors import Refused

Cell = str | datetime | date | time | int | float | bool
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 300
MAX_TAGS = 1_200_000
"""In all parts together: what 5000 rows of 40 cells need. A tag of nothing costs far more to read than its few bytes say."""
TOO_LARGE = "That workbook is too large when unpacked. Keep only the sheet that is needed."
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError)
UNREADABLE = (*DAMAGED, ParseError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError)
"""What the readers raise: of a ZIP archive, and of what is in it."""
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class BadFile(Refused):
    """Nothing in it can be taken; the sentence says why and what to do."""

    status = 422
    kind = "bad-file"
    title = "That file cannot be read"

    def __init__(self, sentence: str = "", *, field: str | None = "file") -> None:
        super().__init__(sentence, field=field)


@dataclass
class Sheet:
    """Rows with the number each has in its file. `name` is empty where there is only one."""

    name: str = ""
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


def sheets(raw: bytes) -> list[Sheet]:
    """The tables of a file, told by its content. Raises BadFile."""
    if raw[:4] == b"PK\x03\x04":
        return workbook(raw)
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadFile("That is a workbook of old Excel (.xls), or one with a password. Save it as .xlsx or CSV and try again.")
    return [table(decoded(raw))]


def decoded(raw: bytes) -> str:
    """Text in UTF-8, UTF-16 or, as Excel writes in the UK, Windows-1252. Raises BadFile for what is no text."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif raw[1:200:2].count(0) > 40:
        encoding = "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise BadFile("That is neither a table nor a schedule we know. Save the sheet as CSV (UTF-8) or XLSX and try again.")
    return text


def table(text: str) -> Sheet:
    """CSV with commas, semicolons or tabs; quotes as RFC 4180 has them. Raises BadFile."""
    text = text.lstrip("\ufeff")
    separator, first = _separator(text), 0
    if match := re.match(r"sep=(.)\r?\n", text):
        separator, text, first = match[1], text[match.end() :], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found, began = Sheet(), first + 1
    try:
        for row in reader:
            _add(found, began, [_unguarded(cell) for cell in row])
            began = first + reader.line_num + 1
    except csv.Error:
        raise BadFile(f"Line {began} cannot be read: perhaps a quotation mark is never closed.") from None
    return found


def _separator(text: str) -> str:
    """What the first line that says anything is cut at; a tab, as a paste has it, wins."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    if "\t" in bare:
        return "\t"
    return ";" if bare.count(";") > bare.count(",") else ","


def workbook(raw: bytes) -> list[Sheet]:
    """The sheets of an XLSX file: values only, never a formula; openpyxl reads with defusedxml. Raises BadFile."""
    _not_a_bomb(raw)
    import openpyxl  # megabytes that most servers never need

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        found = []
        for sheet in book.worksheets[:10]:
            sheet.reset_dimensions()  # what the file says about its size is not to be believed
            one = Sheet(str(sheet.title))
            for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS * 2, max_col=MAX_COLUMNS, values_only=True), 1):
                _add(one, number, [_plain(value) for value in row])
            found.append(one)
        return found
    except BadFile:
        raise
    except UNREADABLE:
        raise BadFile("That is not an XLSX workbook we can read. Save it again as .xlsx, or as CSV.") from None


def _not_a_bomb(raw: bytes) -> None:
    """Look at the table of contents before anything is unpacked: nothing is ever unpacked beyond the size it states."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise BadFile(TOO_LARGE)
            if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
                raise BadFile("That workbook is packed in a way that no spreadsheet writes. Save it again as .xlsx.")
            if any(part.flag_bits & 1 for part in parts):
                raise BadFile("That file has a password. Save it without one and try again.")
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise BadFile("That is a ZIP file, not a workbook. Unpack it and choose the file inside.")
            if _tags(archive, parts) > MAX_TAGS:
                raise BadFile(TOO_LARGE)
    except DAMAGED:
        raise BadFile("That file is damaged. Save the workbook again and try once more.") from None


def _tags(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> int:
    """How many tags its XML has, a piece at a time."""
    found = 0
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                while piece := opened.read(1024 * 1024):
                    found += piece.count(b"<")
    return found


def _add(sheet: Sheet, number: int, cells: list[Cell]) -> None:
    if not any((isinstance(cell, str) and cell.strip()) or not isinstance(cell, str) for cell in cells):
        return
    if len(sheet.rows) > MAX_ROWS:
        raise BadFile(f"At most {MAX_ROWS} rows at once.")
    sheet.rows.append((number, cells[:MAX_COLUMNS]))


def _plain(value: Any) -> Cell:
    if isinstance(value, datetime | date | time | bool | int | float):
        return value
    return "" if value is None else _unguarded(str(value))


def _unguarded(text: str) -> str:
    """The apostrophe that keeps a spreadsheet from running a text as a formula is none of the text (`core.tables.guarded`)."""
    return text[1:] if _GUARDED.match(text) else text


def cells(sheet: Sheet, columns: list[str], first: int) -> Iterator[tuple[int, dict[str, Cell]]]:
    """(row number, column → cell) of each row after the `first` of the sheet's rows; cells without a column's name are left out."""
    for number, row in sheet.rows[first:]:
        yield number, {name: cell for name, cell in zip(columns, row, strict=False) if name}
