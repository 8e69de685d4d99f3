"""Files from strangers: every encoding and separator that spreadsheets write; what is hostile is refused."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc.agenda.forms import columns, files
from eventsvc.agenda.forms.offer import Frame, Offer
from eventsvc.core import sheet
from eventsvc.core.sheet import BadFile
from eventsvc.core.tables import as_csv, as_xlsx, guarded

FRAME = Frame((date(2027, 5, 14), date(2027, 5, 15)), ZoneInfo("Europe/London"))


def read(*raws: bytes) -> Offer:
    return files.read([(f"file-{number}", raw) for number, raw in enumerate(raws)], FRAME)


def titles(offer: Offer) -> list[str]:
    return [one.title for one in offer.sessions]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_the_encodings_and_separators_of_spreadsheets(encoding: str, separator: str) -> None:
    text = f"Title{separator}Speakers\r\nCafé – naïve{separator}Zoë Brontë\r\n" * 1
    padded = text + f"More{separator}\r\n" * 20

    offer = read(padded.encode(encoding))

    assert titles(offer)[0] == "Café – naïve"
    assert offer.sessions[0].speakers
    assert offer.sessions[0].speakers[0].name == "Zoë Brontë"


def test_excels_own_first_line_names_the_separator() -> None:
    offer = read(b'sep=;\r\ntitle;abstract\r\nA;"b; c\r\nd"\r\nB;"say ""x"""\r\nC\r\n')

    assert [(one.title, one.values.get("abstract"), one.line) for one in offer.sessions] == [
        ("A", "b; c\nd", "line 3"),
        ("B", 'say "x"', "line 5"),
        ("C", None, "line 6"),
    ]


def workbook(*rows: list[Any], name: str = "Sessions", **more: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for title, lines in more.items():
        made = book.create_sheet(title)
        for row in lines:
            made.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_real_times_and_two_sheets() -> None:
    raw = workbook(
        ["Programme of 2027"],
        ["Title", "Start", "Length"],
        ["A", datetime(2027, 5, 14, 9, 30), 45],
        ["B", "14/05/2027 10:15 am", 0.03125],
        People=[["Full name", "Organisation"], ["Ada Lovelace", "Engines"]],
        Notes=[["Nothing to see"]],
    )

    offer = read(raw)

    assert [(one.title, one.line, str(one.start), one.minutes) for one in offer.sessions] == [
        ("A", "Sessions, row 3", "2027-05-14 09:30:00", 45),
        ("B", "Sessions, row 4", "2027-05-14 10:15:00", 45),
    ]
    assert [(one.who.name, one.values["organisation"]) for one in offer.speakers] == [("Ada Lovelace", "Engines")]


def test_a_formula_is_never_read_and_never_written() -> None:
    offer = read(workbook(["title", "abstract"], ["Kept", '=HYPERLINK("http://evil.example","x")'], ["=1+1", "x"]))
    made = as_xlsx("Sessions", ["title"], [['=HYPERLINK("http://evil.example")'], ["@home"]], {})

    assert [(one.title, one.values) for one in offer.sessions] == [("Kept", {}), ("", {"abstract": "x"})]
    shown = openpyxl.load_workbook(io.BytesIO(made)).active
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in shown["A"][1:]] == [
        ('=HYPERLINK("http://evil.example")', "s", True),
        ("@home", "s", True),
    ]
    assert as_csv(["title"], [["=1+1"], ["-x"], ["+x"], ["@x"], ["\tx"]]).decode().split("\r\n")[1:6] == [
        "'=1+1",
        "'-x",
        "'+x",
        "'@x",
        "'\tx",
    ]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(lambda text: text == text.strip()))
def test_any_text_survives_csv_and_xlsx(text: str) -> None:
    for raw in (as_csv(["title", "x"], [[text, "y"]]), as_xlsx("S", ["title", "x"], [[text, "y"]], {})):
        assert sheet.sheets(raw)[0].rows[1][1][0] == text
    assert sheet._unguarded(guarded(text)) == text


def bomb(size: int = 300 * 1024 * 1024) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size // 2**20):
                part.write(b"0" * 2**20)
    return out.getvalue()


def many_tags() -> bytes:
    """Small in bytes, and half a gigabyte once every cell is an object."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<row>" + "<c/>" * sheet.MAX_TAGS)
    return out.getvalue()


def with_entities() -> bytes:
    source, out = zipfile.ZipFile(io.BytesIO(workbook(["title"], ["A"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in source.infolist():
            body = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                body = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + body.split(b"?>", 1)[-1]
            archive.writestr(part.filename, body)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("sessions.csv", "title\nA\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "It was empty"),
        (b"\n\n , \n", "There is nothing in it"),
        (b"one,two\n1,2\n", "No line names the columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "neither a table nor a schedule"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Excel (.xls)"),
        (b"PK\x03\x04" + b"broken" * 50, "damaged"),
        (zipped(), "a ZIP file, not a workbook"),
        (bomb(), "too large when unpacked"),
        (many_tags(), "too large when unpacked"),
        (with_entities(), "not an XLSX workbook"),
        (b'{"a": ', "not well-formed JSON: line 1"),
        (b"[" * 100_000, "JSON"),
        (b'{"a": 1}', "neither a schedule (frab), nor"),
        (b'title,abstract\nA,"never closed' + b"x" * 140_000, "Line 2 cannot be read"),
        (b"title\n" + b"A\n" * 5002, "At most 5000 rows"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(raw)

    assert said in refused.value.sentence


def test_hostile_cells_are_cleaned() -> None:
    offer = read('title,speakers\n"A\u202e\x07 \t\u00a0B","Ada\x1b[31m"\n'.encode())

    assert (offer.sessions[0].title, offer.sessions[0].speakers and offer.sessions[0].speakers[0].name) == ("A B", "Ada[31m")


@pytest.mark.parametrize(
    ("head", "what"),
    [
        ("Title\tSpeaker\tCompany", "sessions"),
        ("Name\tTitle\tCompany", "speakers"),
        ("Speaker\tE-mail\tBio", "speakers"),
        ("Session Title\tLength", "sessions"),
        ("Code\tRoom\tStart", "sessions"),
        ("First name\tSurname", "speakers"),
    ],
)
def test_the_head_tells_sessions_from_speakers(head: str, what: str) -> None:
    offer = files.paste(f"{head}\nAda12\t\t\n", FRAME)

    assert (len(offer.sessions), len(offer.speakers)) == ((1, 0) if what == "sessions" else (0, 1))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("Ada Lovelace; Grace Hopper", ["Ada Lovelace", "Grace Hopper"]),
        ("Ada Lovelace, Grace Hopper and Bob Moran", ["Ada Lovelace", "Grace Hopper", "Bob Moran"]),
        ("Lovelace, Ada", ["Lovelace, Ada"]),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr."]),
        ("Ada\nGrace", ["Ada", "Grace"]),
        ("", []),
    ],
)
def test_names_in_a_cell(names: str, found: list[str]) -> None:
    assert [who.name for who in columns.people(names, "", "")] == found


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_odd_bytes_never_break_anything(raw: bytes) -> None:
    for start in (b"", b"title,start,minutes,speakers\n", b"PK\x03\x04", b"{", b"\xff\xfe"):
        with contextlib.suppress(BadFile):
            assert read(start + raw).what
