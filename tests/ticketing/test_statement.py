"""Statements as banks write them: columns, separators, encodings, dates and money."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.core.sheet import BadFile
from eventsvc.core.tables import as_xlsx
from eventsvc.core.text import one_line
from eventsvc.ticketing.forms.statement import Line, as_rows, day_of, minor_units, read_file, read_text

PAID = Line(date(2027, 2, 1), 123450, "Royal Trust ABCD1234")

LLOYDS = """Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance
01/02/2027,FPI,'00-00-00,12345678,Royal Trust ABCD1234,,1234.50,9999.00
"""
NATIONWIDE = """"Account Name:","Events ****1234"
"Account Balance:","£9,999.00"

"Date","Transaction type","Description","Paid out","Paid in","Balance"
"01 Feb 2027","Bank credit","Royal Trust ABCD1234","","£1,234.50","£9,999.00"
"""
STARLING = """Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes
01/02/2027,Royal Trust,ABCD1234,FASTER PAYMENT,1234.50,9999.00,INCOME,
"""
MONZO = """Transaction ID,Date,Time,Type,Name,Amount,Currency,Notes and #tags,Description,Money Out,Money In
tx_1,01/02/2027,10:00:00,Faster payment,Royal Trust,1234.50,GBP,ABCD1234,ABCD1234,,1234.50
"""
HSBC = '01/02/2027,Royal Trust ABCD1234,"1,234.50"\n'
PASTED = "Date\tNarrative\tValue\n2027-02-01\tRoyal Trust ABCD1234\t£1,234.50\n"
SEMICOLONS = "Date;Details;Amount\n01-Feb-27;Royal Trust ABCD1234;1.234,50\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("text", [LLOYDS, NATIONWIDE, STARLING, MONZO, HSBC, PASTED, SEMICOLONS])
async def test_what_banks_export_is_read(text: str, encoding: str) -> None:
    found = read_file(text.encode(encoding), "GBP")

    assert (found.lines, found.wrong) == ([PAID], [])


async def test_a_workbook_is_read_too() -> None:
    raw = as_xlsx("Statement", ["Date", "Description", "Paid in"], [["01/02/2027", "Royal Trust ABCD1234", "1,234.50"]], {})

    assert read_file(raw, "GBP").lines == [PAID]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *[("12", 1200), ("£1,234.5", 123450), ("-12.00", -1200), ("(12.00)", -1200), ("12.00 DR", -1200), ("12.00 CR", 1200)],
        *[("+12", 1200), ("−12", -1200), ("12.00-", -1200), ("1.234,50", 123450), (12.3, 1230), (12, 1200)],
    ],
)
async def test_money_as_it_is_written(text: str | float, amount: int) -> None:
    assert minor_units(text) == amount


@pytest.mark.parametrize("text", ["", "twelve", "1,23,4", "12.345", "NaN", "1e5", "١٢", "--", float("inf"), True])
async def test_what_is_no_money(text: str | float) -> None:
    assert minor_units(text) is None


@pytest.mark.parametrize(
    "text", ["01/02/2027", "1/2/27", "01-02-2027", "1.2.2027", "2027-02-01", "2027-02-01T10:00:00Z", "1 Feb 2027", "01-FEB-27"]
)
async def test_days_come_before_months(text: str) -> None:
    assert day_of(text) == date(2027, 2, 1)


@pytest.mark.parametrize("text", ["", "31/02/2027", "13/13/2027", "yesterday", "1 Fev 2027", "0000-01-01", "20270201"])
async def test_what_is_no_day(text: str) -> None:
    assert day_of(text) is None


async def test_money_out_is_negative_and_rows_that_cannot_be_read_are_named() -> None:
    text = (
        "Date,Description,Currency,Paid out,Paid in\n01/02/2027,Room,GBP,50,\nsoon,A,GBP,,5\n01/02/2027,B,GBP,,much\n01/02/2027,C,EUR,,5\n"
    )

    found = read_text(text, "GBP")

    assert [line.amount for line in found.lines] == [-5000]
    assert [number for number, _ in found.wrong] == [3, 4, 5]


@pytest.mark.parametrize("raw", [b"", b"hello", b"name,age\nAda,36\n", b"\x89PNG\r\n\x1a\n\x00\x00\x00", b"PK\x03\x04nothing"])
async def test_what_is_no_statement_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFile):
        read_file(raw, "GBP")


@given(
    st.lists(
        st.builds(
            Line,
            st.dates(date(1990, 1, 1), date(2100, 1, 1)),
            st.integers(-(10**8), 10**8).filter(bool),
            st.text(max_size=60).map(lambda text: one_line(text).strip(" '")),
        ),
        max_size=5,
    )
)
def test_a_preview_carries_the_lines_as_they_are(lines: list[Line]) -> None:
    assert read_text(as_rows(lines), "GBP").lines == lines
