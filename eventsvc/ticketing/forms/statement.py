"""Bank statements as banks export them: which column is which, how they write dates and money, and back as plain rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from eventsvc.core.sheet import BadFile, Cell, Sheet, sheets, table
from eventsvc.core.text import one_line

MAX_BYTES, MAX_LINES, MAX_TEXT = 2 * 1024 * 1024, 2000, 200
MOST = 10**11
"""Minor units: more than that is an account number in the wrong column."""
COLUMNS = {
    "date": ("date", "transaction date", "posting date", "posted date", "date posted", "booking date", "value date", "date completed"),
    "amount": ("amount", "value", "transaction amount", "net amount"),
    "in": ("paid in", "money in", "credit", "credit amount", "credits", "deposit", "deposits", "receipts", "received", "in"),
    "out": ("paid out", "money out", "debit", "debit amount", "debits", "withdrawal", "withdrawals", "payments", "spent", "out"),
    "currency": ("currency", "ccy"),
}
TEXTS = {
    *("description", "transaction description", "details", "transaction details", "narrative", "reference", "payment reference"),
    *("customer reference", "memo", "payee", "payer", "counter party", "counterparty", "name", "notes", "particulars", "remittance"),
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2}|[A-Za-z]{3,9})[/.\- ](\d{4}|\d{2})\b")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Line:
    """Money that moved: `amount` in minor units, negative where it went out. `text` is what the bank says about it."""

    on: date
    amount: int
    text: str


@dataclass
class Statement:
    """The lines of a statement, and (row number, why) of those that cannot be read."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def read_file(raw: bytes, currency: str) -> Statement:
    """A statement as CSV (any usual encoding and separator) or XLSX. Raises BadFile."""
    if not raw.strip():
        raise BadFile("Choose a file first.")
    if len(raw) > MAX_BYTES:
        raise BadFile("That is more than 2 MB. Export a shorter time from the bank.")
    found = [sheet for sheet in sheets(raw) if sheet.rows]
    if not found:
        raise BadFile("There are no rows in that file.")
    return _read(found[0], currency, "file")


def read_text(text: str, currency: str) -> Statement:
    """Rows that somebody pasted. Raises BadFile."""
    if not text.strip():
        raise BadFile("Paste the rows of the statement first.", field="rows")
    try:
        return _read(table(text), currency, "rows")
    except BadFile as refusal:
        refusal.field = "rows"
        raise


def as_rows(lines: Sequence[Line]) -> str:
    """The lines as text that `read_text` reads again as the same: what a preview carries, without account numbers and balances."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, dialect="excel-tab")
    writer.writerow(["date", "amount", "description"])
    for line in lines:
        major, minor = divmod(abs(line.amount), 100)
        writer.writerow([line.on.isoformat(), f"{'-' if line.amount < 0 else ''}{major}.{minor:02}", line.text])
    return out.getvalue()


def _read(sheet: Sheet, currency: str, where: str) -> Statement:
    first, columns, texts = _head(sheet, where)
    statement = Statement()
    if len(sheet.rows) - first > MAX_LINES:
        raise BadFile(f"At most {MAX_LINES} lines at once. Export a shorter time from the bank.", field=where)
    for number, cells in sheet.rows[first:]:
        cell = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        on, amount = day_of(cell.get("date", "")), _moved(cell)
        said = _plain(cell.get("currency", "")).upper()
        if on is None:
            statement.wrong.append((number, "There is no date that can be read."))
        elif amount is None or abs(amount) > MOST:
            statement.wrong.append((number, "There is no amount that can be read."))
        elif said and said != currency:
            statement.wrong.append((number, f"The money is not in {currency}."))
        elif amount:
            parts = dict.fromkeys(_plain(cells[at]) for at in texts if at < len(cells))
            statement.lines.append(Line(on, amount, " ".join(filter(None, parts))[:MAX_TEXT].strip(" '")))
    return statement


def _head(sheet: Sheet, where: str) -> tuple[int, dict[str, int], list[int]]:
    """(index of the first line, column of each thing, columns of text). Some banks write lines about the account first, some no names."""
    for index, (_, cells) in enumerate(sheet.rows[:25]):
        names = [_name(cell) for cell in cells]
        columns = {
            key: names.index(next(word for word in words if word in names))
            for key, words in COLUMNS.items()
            if any(word in names for word in words)
        }
        if "date" in columns and columns.keys() & {"amount", "in"}:
            if "amount" in columns:
                columns = {key: at for key, at in columns.items() if key not in ("in", "out")}
            return index + 1, columns, [at for at, name in enumerate(names) if name in TEXTS]
    cells = sheet.rows[0][1] if sheet.rows else []
    if len(cells) == 3 and day_of(cells[0]) and minor_units(cells[2]) is not None:
        return 0, {"date": 0, "amount": 2}, [1]
    raise BadFile(
        "The line that names the columns was not found. It needs a date, a description, and an amount (or paid in and paid out).",
        field=where,
    )


def _name(cell: Cell) -> str:
    bare = re.sub(r"\([^)]*\)|\b(gbp|eur|usd)\b|[^a-z ]", " ", str(cell).lower())
    return " ".join(bare.split())


def _plain(cell: Cell) -> str:
    return one_line(str(cell)) if isinstance(cell, str | int | float) else ""


def _moved(cell: dict[str, Cell]) -> int | None:
    """What moved, in minor units; of two columns the one that holds something."""
    if "amount" in cell:
        return minor_units(cell["amount"])
    came, went = minor_units(cell.get("in", "")), minor_units(cell.get("out", ""))
    if came is None and went is None:
        return None
    return came if came else -abs(went or 0)


def minor_units(cell: Cell) -> int | None:
    """'£1,234.50', '-12', '(12.00)', '12.00 DR', '1.234,50' → minor units. None when it is no amount.

    >>> minor_units("(£1,234.50)")
    -123450
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if isinstance(cell, int | float):
        return round(cell * 100) if abs(cell) < MOST else None
    text = re.sub(r"[\s£€$]|GBP|EUR|USD", "", cell.upper().replace("−", "-"))
    out = text.startswith(("-", "(")) or text.endswith(("-", "DR", "D"))
    text = re.sub(r"^[+\-(]+|(?:[\-)]|CR|DR|D|C)+$", "", text)
    if re.fullmatch(r"(\d{1,3}(\.\d{3})+|\d{1,9}),\d{2}", text):
        text = text.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"\d{1,9}(\.\d{0,2})?|\d{1,3}(,\d{3})+(\.\d{0,2})?", text, re.ASCII):
        return None
    major, _, minor = text.replace(",", "").partition(".")
    amount = int(major) * 100 + int((minor + "00")[:2])
    return -amount if out else amount


def day_of(cell: Cell) -> date | None:
    """31/05/2027, 31-May-27, 31 May 2027 or 2027-05-31, with a time behind it or not; days come before months.

    >>> day_of("01/02/2027")
    datetime.date(2027, 2, 1)
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell.strip() if isinstance(cell, str) else ""
    if match := _YEAR_FIRST.match(text):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.match(text):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    if month.isalpha():
        short = month[:3].lower()
        month = str(_MONTHS.index(short) + 1) if short in _MONTHS else "0"
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2200 else None
