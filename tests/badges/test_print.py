"""Badges on paper: exact sizes, embedded fonts, every script, every code read back."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
import pytest

from eventsvc.badges import rules
from eventsvc.badges.render import qr
from eventsvc.badges.render.sheets import shortened, ticket_data, when
from eventsvc.badges.rules.press import press
from eventsvc.core.config import settings
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketState
from tests.badges.paper import Picture, sizes, words
from tests.make import make_event, make_ticket, make_ticket_type

pytestmark = pytest.mark.usefixtures("rolled_back")

PAPER = {"a6": (105.0, 148.0), "a6-4up": (210.0, 297.0), "label-86x54": (86.0, 54.0)}
NAMES = [
    "Zoë Łukaszewicz", "Nguyễn Thị Minh Khai", "Οδυσσέας Παπαδόπουλος", "Дмитрий Шостакович", "محمد عبد الرحمن", "אברהם כהן", "अनुष्का शर्मा",
    "สมชาย ใจดี", "田中 太郎", "김민수", "রবীন্দ্রনাথ ঠাকুর", "தமிழ்ச்செல்வி", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "Gharib al-Mansur محمد", "Bo",
]  # fmt: skip
HOSTILE = ['#set text(red) "]) $x$ *bold*', "\\u{202e}evil", "#eval(\"panic()\")", "@ref <label> // comment", "a\u202eb\u0007c", "🦄"]  # fmt: skip
LONG = [
    "Maximiliana-Alexandrina von Hohenzollern-Sigmaringen", "Wolfeschlegelsteinhausenbergerdorff", "W" * 200, "Wo " * 60, "मुख्यमंत्री" * 12,
    "محمدعبدالرحمن" * 10, "田中太郎" * 45, "김민수" * 60, "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch", "a-" * 90,
]  # fmt: skip


async def _printed(event: Event, design: str = "a6") -> bytes:
    return await rules.badges_pdf(event, await rules.tickets_for(event), design)


async def _pictures(event: Event, design: str) -> list[Picture]:
    """Each badge as a picture at 300 dpi."""
    return [Picture(await rules.badge_png(event, ticket, design)) for ticket in await rules.tickets_for(event)]


@pytest.mark.parametrize(("design", "pages"), [("a6", 5), ("a6-4up", 2), ("label-86x54", 5)])
async def test_pages_are_exact_in_millimetres(design: str, pages: int) -> None:
    event = await make_event()
    for _ in range(5):
        await make_ticket(event)

    body = await _printed(event, design)

    assert sizes(body) == [PAPER[design]] * pages


async def test_every_name_is_text_and_every_font_is_inside() -> None:
    event = await make_event()
    for name in NAMES:
        await make_ticket(event, name=name, organisation="St Thomas' Hospital", job_title="Consultant")

    body = await _printed(event)

    reader, text = pypdf.PdfReader(io.BytesIO(body)), " ".join(words(body))
    assert len(reader.pages) == len(NAMES)
    for word in ("Zoë", "Łukaszewicz", "Nguyễn", "Οδυσσέας", "Дмитрий", "田中", "김민수", "St Thomas' Hospital", "Consultant", "STANDARD"):
        assert word in text
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


async def test_a_name_is_never_markup() -> None:
    event = await make_event(name="#panic() $x$")
    for name in HOSTILE:
        await make_ticket(event, name=name, organisation=name, job_title=name)

    text = " ".join(words(await _printed(event)))

    for said in ("#set text(red)", "\\u{202e}evil", '#eval("panic()")', "@ref <label> // comment", "abc", "Guest", "#panic() $x$"):
        assert said in text


@pytest.mark.parametrize("design", PAPER)
async def test_every_code_is_read_back_from_the_paper(design: str) -> None:
    event = await make_event()
    for name in NAMES[:4]:
        await make_ticket(event, name=name)
    tickets = await rules.tickets_for(event)

    sheets = await _pictures(event, design) if design != "a6-4up" else [Picture(await rules.sheet_png(event, tickets, design, ppi=300))]

    assert [tuple(round(side) for side in sheet.size) for sheet in sheets] == [tuple(map(int, PAPER[design]))] * len(sheets)
    assert {code.text for sheet in sheets for code in sheet.codes()} == {qr.url(ticket.code) for ticket in tickets}


def _is_large_and_alone(sheet: Picture) -> bool:
    """Whether the one code is at least 25 mm wide, with four modules of white on each side."""
    (code,) = sheet.codes()
    side, _ = qr.matrix(qr.url("0" * 16))
    quiet = qr.QUIET * code.width / side - 0.25
    return code.width > 25 and all(
        (
            sheet.blank(code.left - quiet, code.top - quiet, code.left - 0.25, code.bottom + quiet),
            sheet.blank(code.right + 0.25, code.top - quiet, code.right + quiet, code.bottom + quiet),
            sheet.blank(code.left, code.top - quiet, code.right, code.top - 0.25),
            sheet.blank(code.left, code.bottom + 0.25, code.right, code.bottom + quiet),
        )
    )


@pytest.mark.parametrize("design", ["a6", "label-86x54"])
@pytest.mark.parametrize("host", ["a.uk", "conference.example.org", "tickets.diagnostics-and-data.health-innovation-network.example"])
async def test_the_code_is_large_and_alone_whatever_the_address(design: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "base_url", f"https://{host}")
    event = await make_event()
    ticket = await make_ticket(event, name=LONG[0], organisation=LONG[0], job_title=LONG[0])

    sheet = Picture(await rules.sheet_png(event, [ticket], design, ppi=150))

    assert urlsplit(sheet.codes()[0].text).hostname == host
    assert _is_large_and_alone(sheet)


@pytest.mark.parametrize("design", ["a6", "label-86x54"])
@pytest.mark.parametrize("name", LONG)
async def test_a_long_name_stays_on_the_paper_and_off_the_code(name: str, design: str) -> None:
    event = await make_event(name="Long " * 30, place="Place " * 30)
    kind = await make_ticket_type(event, code="standard", name="Delegate with everything and a dinner " * 3, places=None)
    ticket = await make_ticket(event, ticket_type=kind, name=name, organisation=name, job_title=name)
    (width, height), head, foot = PAPER[design], *((30.5, 18) if design == "a6" else (9, 10))

    sheet = Picture(await rules.sheet_png(event, [ticket], design, ppi=150))

    assert _is_large_and_alone(sheet)
    assert sheet.blank(0, head, 3, height - foot)
    assert sheet.blank(width - 3, head, width, height - foot)
    assert not sheet.blank(3, head, 50, 90 if design == "a6" else 44)


def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (value / 3294.6 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("hue", range(0, 360, 30))
async def test_white_is_read_on_every_hue(hue: int) -> None:
    event = await make_event(hue=hue)
    await make_ticket(event, ticket_type=await make_ticket_type(event, name="Speaker", hue=hue, places=None))

    (badge,) = await _pictures(event, "a6")

    for band in (badge.colours(1, 133, 4, 146), badge.colours(1, 1, 4, 28)):
        assert len(band) == 1
        assert 1.05 / (_luminance(next(iter(band))) + 0.05) > 6
    assert len(badge.colours(20, 133, 85, 146)) > 2, "the type is a word too"


async def test_a_type_is_told_by_colour_and_by_word() -> None:
    event = await make_event()
    for name, hue in (("Speaker", 20), ("Crew", 200)):
        await make_ticket(event, ticket_type=await make_ticket_type(event, name=name, hue=hue, places=None))

    text, badges = words(await _printed(event)), await _pictures(event, "a6")

    assert sorted("SPEAKER" in page for page in text) == [False, True]
    assert badges[0].colours(1, 133, 4, 146) != badges[1].colours(1, 133, 4, 146)


async def test_badges_are_tagged_and_titled() -> None:
    event = await make_event(name="Diagnostics Together")
    await make_ticket(event)

    reader = pypdf.PdfReader(io.BytesIO(await _printed(event)))

    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "Badges: Diagnostics Together"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()


def _font(point: int) -> bytes:
    """A font that claims one letter in its `cmap` and has nothing else."""
    subtable = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, point, point, 1)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + subtable
    return struct.pack(">4sHHHH", b"\x00\x01\x00\x00", 1, 16, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap


async def test_one_letter_that_cannot_be_set_does_not_stop_everybodys_badge() -> None:
    folder: Path = settings().data_dir / "fonts"
    folder.mkdir()
    (folder / "liar.ttf").write_bytes(_font(0x1F680))
    event = await make_event()
    await make_ticket(event, name="Sam 🚀 Green")
    await make_ticket(event, name="Ada Lovelace")

    try:
        text = " ".join(words(await _printed(event)))
    finally:
        (folder / "liar.ttf").unlink()
        folder.rmdir()

    assert "Ada Lovelace" in text


async def test_a_ticket_is_one_tagged_page_with_all_it_takes() -> None:
    travel = "**By train:** New Street is near.\n\n" + "Turn left, then right, and ask again. " * 80
    event = await make_event(name="Diagnostics Together", place="The Exchange", address="Foundry Lane\nBirmingham", travel=travel)
    ticket = await make_ticket(event, name="Zoë Łukaszewicz", organisation="Université de Genève", job_title="Head of Research")

    body = await rules.ticket_pdf(ticket)

    reader, (text,) = pypdf.PdfReader(io.BytesIO(body)), words(body)
    said = ("Diagnostics Together", "Zoë Łukaszewicz", "Head of Research", "Université de Genève", "Standard", "Free", ticket.order.code)
    assert sizes(body) == [(210.0, 297.0)]
    assert [word for word in said if word not in text] == []
    assert "The Exchange, Foundry Lane, Birmingham" in text
    assert "By train: New Street is near." in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Ticket: Diagnostics Together, Zoë Łukaszewicz"
    assert "pdfuaid:part" in reader.root_object["/Metadata"].get_object().get_data().decode()


async def test_a_tickets_code_is_read_back_from_the_paper() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    await ticket.fetch_related("event__organiser", "ticket_type", "order", "add_ons__add_on")

    sheet = Picture(await press("ticket.typ", ticket_data(event, ticket), format="png", ppi=150))

    assert [code.text for code in sheet.codes()] == [qr.url(ticket.code)]
    assert _is_large_and_alone(sheet)


async def test_an_unpaid_ticket_says_so() -> None:
    event = await make_event()
    ticket = await make_ticket(event, state=TicketState.UNPAID, price=9500)

    (text,) = words(await rules.ticket_pdf(ticket))

    assert "£95, still to be paid. Reference: " + ticket.order.code in text


@pytest.mark.parametrize("name", LONG)
async def test_a_ticket_with_a_long_name_is_still_one_page(name: str) -> None:
    event = await make_event(name=name, place=name, address=name, travel="x " * 3000)
    ticket = await make_ticket(event, name=name, organisation=name, job_title=name)

    assert sizes(await rules.ticket_pdf(ticket)) == [(210.0, 297.0)]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2027-05-14", "2027-05-14", "14 May 2027"),
        ("2027-05-14", "2027-05-16", "14–16 May 2027"),
        ("2027-04-30", "2027-05-02", "30 April – 2 May 2027"),
        ("2027-12-30", "2028-01-02", "30 December 2027 – 2 January 2028"),
    ],
)
def test_days_are_said_once(start: str, end: str, said: str) -> None:
    from datetime import date

    assert when(Event(start=date.fromisoformat(start), end=date.fromisoformat(end))) == said


def test_directions_end_with_a_sentence() -> None:
    assert shortened("Short.", 20) == "Short."
    assert shortened("First sentence. Second one that is long.", 20) == "First sentence."
    assert shortened("word " * 10, 20) == "word word word word …"
