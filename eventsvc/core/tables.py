"""Rows as CSV or XLSX that no spreadsheet runs and that can be read back without loss."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

Value = str | int | Decimal | datetime | None
MOST = 32_767
"""Characters that a cell of XLSX holds. A longer text is left out of it: an empty cell leaves what is there when it is read back."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guarded(text: str) -> str:
    """An apostrophe before what would be run as a formula (OWASP: CSV injection), and before such an apostrophe: one can come off again."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """RFC 4180, in UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([guarded(_text(value)) for value in row] for row in rows)
    return out.getvalue().encode()


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def as_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Value]], widths: dict[str, int]) -> bytes:
    """A workbook with one sheet; texts are texts and never formulas, times are real times. Times must be without a zone."""
    import openpyxl  # megabytes that most servers never need
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for number, column in enumerate(head, 1):
        sheet.column_dimensions[get_column_letter(number)].width = widths.get(column, 14)
    bold, top = Font(bold=True), Alignment(vertical="top")

    def cell(value: Value) -> Any:
        made = WriteOnlyCell(sheet, None)
        made.alignment = top
        if isinstance(value, datetime):
            made.value, made.number_format = value, "yyyy-mm-dd hh:mm"
        elif isinstance(value, Decimal):
            made.value, made.number_format = value, "0.00"
        elif isinstance(value, int):
            made.value = value
        elif value:
            text = _ILLEGAL.sub("", f"'{value}" if _QUOTED.match(value) else value)
            made.value = text if len(text) <= MOST else None
            if made.value is not None:
                made.data_type = "s"
                made.quotePrefix = bool(_FORMULA.match(text))
        return made

    titles = [cell(column) for column in head]
    for one in titles:
        one.font = bold
    sheet.append(titles)
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
