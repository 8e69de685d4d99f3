"""Badges on paper: exact sizes, embedded fonts, every script, every QR read back."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import httpx
import pypdf
import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode import util
from qrcode.constants import ERROR_CORRECT_Q

from eventsvc.badges import rules
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render import qr
from eventsvc.badges.render.lettering import covered, printable, tidy
from eventsvc.badges.render.press import FONTS
from eventsvc.badges.rules.printing import NoSuchDesign
from eventsvc.core.signing import ticket_code
from eventsvc.ticketing.models import TicketState
from eventsvc.worker import drain
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")
MM = 72 / 25.4

NAMES = [
    "Zoë Łukaszewicz", "Nguyễn Thị Minh Khai", "Οδυσσέας Παπαδόπουλος", "Дмитрий Шостакович", "محمد عبد الرحمن", "אברהם כהן", "अनुष्का शर्मा",
    "สมชาย ใจดี", "田中 太郎", "김민수", "Maximiliana-Alexandrina von Hohenzollern-Sigmaringen", "Wolfeschlegelsteinhausenbergerdorff", "Bo",
    "X" * 120, '#set text(red) "]) $x$ *bold*', "Sam 🚀 Green",
]  # fmt: skip


@pytest.fixture(autouse=True)
async def _press() -> AsyncIterator[None]:
    yield
    await rules.stop_press()


def sizes(body: bytes) -> list[tuple[float, float]]:
    """Each page's width and height in millimetres."""
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    return [(round(float(page.mediabox.width) / MM, 1), round(float(page.mediabox.height) / MM, 1)) for page in pages]


@pytest.mark.parametrize(
    ("design", "expected"), [("a6", [(105.0, 148.0)] * 5), ("a6-4up", [(210.0, 297.0)] * 2), ("label-86x54", [(86.0, 54.0)] * 5)]
)
async def test_pages_are_exact(design: str, expected: list[tuple[float, float]]) -> None:
    event = await make_event()
    tickets = [await make_ticket(event) for _ in range(5)]
    loaded = await rules.tickets_for(event)

    body = await rules.badges_pdf(event, loaded, design)

    assert len(tickets) == len(loaded)
    assert sizes(body) == expected


async def test_every_name_is_printed_as_text_with_embedded_fonts() -> None:
    event = await make_event()
    for name in NAMES:
        await make_ticket(event, name=name, organisation="St Thomas' Hospital", job_title="Consultant")

    body = await rules.badges_pdf(event, await rules.tickets_for(event))

    reader = pypdf.PdfReader(io.BytesIO(body))
    text = "".join(page.extract_text() for page in reader.pages).replace("\u2060", "").replace("\u2011", "-").replace("\n", " ")
    assert len(reader.pages) == len(NAMES)
    for name in ("Zoë", "Nguyễn", "Οδυσσέας", "Дмитрий", "田中", "김민수", "#set text(red)"):
        assert name in text, name
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            parts = font.get_object()
            descriptor = parts["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


async def test_every_qr_is_read_back_from_the_printed_page() -> None:
    event = await make_event()
    tickets = [await make_ticket(event, name=name) for name in NAMES[:6]]
    for ticket in await rules.tickets_for(event):
        picture = Image.open(io.BytesIO(await rules.badge_png(event, ticket)))

        read = zxingcpp.read_barcodes(picture)

        assert [one.text for one in read] == [qr.url(ticket.code)]
        assert picture.size == (1240, 1748)
        assert round(picture.info["dpi"][0]) == 300
    assert len(tickets) == 6


def test_a_fast_qr_is_the_librarys_own_to_the_module() -> None:
    for _ in range(25):
        text = qr.url(ticket_code())
        slow = qrcode.QRCode(version=qr.version_for(len(text)), error_correction=ERROR_CORRECT_Q, mask_pattern=qr.MASK)
        slow.add_data(util.QRData(text, mode=util.MODE_ALPHA_NUM))
        slow.make(fit=False)

        assert qr.matrix(text) == (slow.modules_count, qr.as_int(slow.modules))


def test_a_qr_picture_has_its_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr.png("0123456789ABCDEF", scale=4)))
    edge = qr.QUIET * 4

    rows = [picture.getpixel((x, y)) for x in range(picture.width) for y in (*range(edge), *range(picture.height - edge, picture.height))]
    read = zxingcpp.read_barcodes(picture.convert("L"))

    assert set(rows) == {255}
    assert [one.text for one in read] == ["HTTP://TESTSERVER/T/0123456789ABCDEF"]


@pytest.mark.parametrize(("text", "left"), [("Sam 🚀 Green", "Sam Green"), ("محمد", "محمد"), ("a\u202eb", "ab"), ("🚀", "")])
def test_what_no_font_has_is_left_out(text: str, left: str) -> None:
    assert printable(tidy(text), covered((str(FONTS),))) == left


async def test_a_ticket_is_a_tagged_page_with_its_words() -> None:
    event = await make_event(place="The Exchange", address="Foundry Lane\nBirmingham")
    ticket = await make_ticket(event, name="Zoë Łukaszewicz")

    body = await rules.ticket_pdf(ticket)

    reader = pypdf.PdfReader(io.BytesIO(body))
    text = reader.pages[0].extract_text()
    assert sizes(body) == [(210.0, 297.0)]
    assert bool(reader.root_object["/MarkInfo"]["/Marked"])
    assert reader.metadata is not None
    assert "Zoë" in str(reader.metadata.title)
    assert all(word in text for word in ("Zoë Łukaszewicz", "The Exchange", "Standard", event.name))


async def test_a_design_that_is_not_there_names_those_that_are() -> None:
    event = await make_event()
    await make_ticket(event)

    with pytest.raises(NoSuchDesign, match="a6, a6-4up, label-86x54"):
        await rules.badges_pdf(event, await rules.tickets_for(event), "poster")


async def test_a_batch_is_made_by_the_worker_and_fetched_through_the_api() -> None:
    event = await make_event()
    tickets = [await make_ticket(event) for _ in range(3)]
    await make_ticket(event, state=TicketState.CANCELLED)
    async with await system(event, "orders") as api:
        ordered = await api.post(f"/api/v1/events/{event.slug}/badges", json={})
        address = f"/api/v1/events/{event.slug}/badges/{ordered.json()['id']}"
        waiting = await api.get(address)
        await drain()
        done = await api.get(address)

    assert (ordered.status_code, waiting.json()["state"]) == (202, "waiting")
    assert done.headers["content-type"] == "application/pdf"
    assert len(sizes(done.content)) == len(tickets)


async def test_an_unknown_ticket_in_a_batch_is_named() -> None:
    event, other = await make_event(), await make_event()
    mine, foreign = await make_ticket(event), await make_ticket(other)
    async with await system(event, "orders") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/badges", json={"tickets": [mine.code, foreign.code]})

    assert answer.status_code == 422
    assert foreign.code in answer.json()["errors"][0]["message"]
    assert await Batch.filter(event=event).count() == 0


async def test_badges_of_another_event_are_not_found() -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_ticket(other)
    batch = await Batch.create(event=other, code="x" * 20, design="a6", state=BatchState.DONE, pdf=b"%PDF")
    async with await system(event, "admin") as api:
        paths = [
            f"tickets/{foreign.code}/badge.pdf",
            f"tickets/{foreign.code}/badge.png",
            f"tickets/{foreign.code}/qr.png",
            f"badges/{batch.code}",
        ]
        answers = [await api.get(f"/api/v1/events/{event.slug}/{path}") for path in paths]

    assert {answer.status_code for answer in answers} == {404}


async def test_an_attendee_prints_their_own_and_nobody_elses(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket = await make_ticket(event)

    own = [await client.get(f"/{event.slug}/my/{ticket.secret}/{name}") for name in ("badge.pdf", "badge.png", "qr.svg", "ticket.pdf")]
    wrong = [await client.get(f"/{other.slug}/my/{ticket.secret}/badge.pdf"), await client.get(f"/{event.slug}/my/{ticket.code}/badge.pdf")]

    assert [answer.status_code for answer in own] == [200] * 4
    assert all(answer.headers["cache-control"] == "no-store" for answer in own)
    assert [answer.status_code for answer in wrong] == [404, 404]


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("mallory", 404)])
async def test_who_may_print(who: str, status: int) -> None:
    event = await make_event()
    await make_ticket_type(event)
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/badges")).status_code == status
