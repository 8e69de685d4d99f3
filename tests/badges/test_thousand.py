"""The proof on paper: a thousand badges in a dozen scripts, each page exact, each font inside, each code read back, each name text."""

from __future__ import annotations

import io
import unicodedata

import pypdf
import pypdfium2
import pytest
import zxingcpp

from eventsvc.badges import rules
from eventsvc.badges.render import qr
from eventsvc.core.signing import ticket_code
from eventsvc.ticketing.models import Ticket, TicketType
from tests.badges.paper import POINT, sizes
from tests.make import make_event

pytestmark = pytest.mark.usefixtures("rolled_back")
MANY = 1000
PEOPLE = [
    ("Zoë Łukaszewicz", "Head of Research", "Université de Genève"),
    ("Дмитрий Шостакович", "Композитор", "Ленинградская консерватория"),
    ("Οδυσσέας Παπαδόπουλος", "Καθηγητής", "Εθνικό Μετσόβιο Πολυτεχνείο"),
    ("محمد عبد الرحمن", "مدير المشاريع", "جامعة القاهرة"),
    ("דוד בן־גוריון", "מנכ״ל", "אוניברסיטת תל אביב"),
    ("अनुष्का शर्मा", "वरिष्ठ अभियंता", "भारतीय प्रौद्योगिकी संस्थान"),
    ("田中 太郎", "主任研究員", "株式会社日立製作所"),
    ("김민수", "연구원", "서울대학교"),
    ("Sam 🚀 Green", "Dev 👩‍💻", "Emoji Ltd 🦄"),
    ("Maximiliana-Alexandrina von Hohenzollern-Sigmaringen " * 3, "Deputy Director General", "W" * 90),
]
TEXT = ["Zoë", "Дмитрий", "Οδυσσέας", "محمد", "דוד", "अनुष्का", "田中", "김민수", "Sam", "Maximiliana"]


def _bare(text: str) -> str:
    """What is left of a text however a PDF reader joins it: letters, without marks, order of right-to-left runs aside."""
    return "".join(sorted(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] == "L"))


async def test_a_thousand_badges_in_every_script_are_right_on_paper() -> None:
    event = await make_event()
    kind = await TicketType.create(event=event, code="all", name="Delegate", quota_id=(await _quota(event)))
    tickets = []
    for number in range(MANY):
        name, title, organisation = PEOPLE[number % len(PEOPLE)]
        values = {"name": name, "job_title": title, "organisation": organisation, "code": ticket_code()}
        tickets.append(Ticket(id=number + 1, ticket_type=kind, answers={}, **values))

    body = await rules.badges_pdf(event, tickets, "a6")

    paper = pypdfium2.PdfDocument(body)
    read = [_read(page) for page in paper]
    reader = pypdf.PdfReader(io.BytesIO(body))
    pages = [paper[number].get_textpage().get_text_range() for number in range(len(PEOPLE))]
    fonts = {
        font.indirect_reference.idnum: font for page in reader.pages[:10] for font in map(_object, page["/Resources"]["/Font"].values())
    }  # type: ignore[index]
    assert sizes(body) == [(105.0, 148.0)] * MANY
    assert read == [qr.url(ticket.code) for ticket in tickets]
    assert [word for word, page in zip(TEXT, pages, strict=True) if not _contains(page, word)] == []
    assert len(fonts) > 7
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def _contains(page: str, word: str) -> bool:
    """Whether the letters of a word stand on a page, in either order."""
    wanted, line = _bare(word), "".join(c for c in unicodedata.normalize("NFKD", page) if unicodedata.category(c)[0] == "L")
    size = len(wanted)
    return any(_bare(line[at : at + size]) == wanted for at in range(len(line) - size + 1))


def _object(reference: object) -> object:
    return reference.get_object()  # type: ignore[attr-defined]


def _read(page: pypdfium2.PdfPage) -> str:
    """The code alone: 32 to 73 mm across and 90 to 131 mm down, at 96 dots an inch."""
    left, top, right, bottom = (value * POINT for value in (32, 90, 73, 131))
    crop = (left, page.get_height() - bottom, page.get_width() - right, top)
    found = zxingcpp.read_barcodes(page.render(scale=96 / 72, crop=crop, grayscale=True).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else "nothing"


async def _quota(event: object) -> int:
    from eventsvc.ticketing.models import Quota

    return (await Quota.create(event=event, name="All", size=None)).id
