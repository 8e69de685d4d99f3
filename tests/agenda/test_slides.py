"""Slides: sent in pieces, gone on with after a break, known by their bytes, given out only as files."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from eventsvc.agenda.models import Session, SlideFile
from eventsvc.agenda.rules import slides
from eventsvc.core.clock import now, travel
from eventsvc.core.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from tests.make import make_event, make_session, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")
PDF = b"%PDF-1.7\n" + b"x" * 3000
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


async def talk() -> tuple[Event, Speaker, Session]:
    event = await make_event()
    speaker = await make_speaker(event)
    return event, speaker, await make_session(event, speakers=[speaker])


def home(event: Event, speaker: Speaker) -> str:
    return f"/{event.slug}/speaker/{speaker.secret}"


async def begin(client: httpx.AsyncClient, address: str, size: int, name: str = "talk.pdf") -> httpx.Response:
    told = base64.b64encode(name.encode()).decode()
    return await client.post(f"{address}/files", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {told}"})


async def body(*blocks: bytes) -> AsyncIterator[bytes]:
    for block in blocks:
        yield block


async def test_a_file_in_pieces_is_whole_at_the_end(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    made = await begin(client, f"{home(event, speaker)}/sessions/{session.code}", len(PDF), "../../My “talk”.PDF")
    place = made.headers["location"]

    first = await client.patch(place, content=PDF[:1000], headers={**PIECE, "Upload-Offset": "0"})
    wrong = await client.patch(place, content=b"y", headers={**PIECE, "Upload-Offset": "5"})
    asked = await client.head(place, headers=TUS)
    last = await client.patch(place, content=PDF[1000:], headers={**PIECE, "Upload-Offset": "1000"})

    file = await SlideFile.get(session=session)
    given = await client.get(place)
    assert (made.status_code, first.status_code, wrong.status_code, last.status_code) == (201, 204, 409, 204)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("1000", str(len(PDF)))
    assert (file.name, slides.path_of(file).read_bytes() == PDF) == ("My “talk”.pdf", True)
    assert given.content == PDF
    assert given.headers["content-disposition"] == 'attachment; filename="My-talk.pdf"'
    assert (given.headers["x-content-type-options"], given.headers["content-type"]) == ("nosniff", "application/octet-stream")


async def test_what_came_before_the_line_broke_counts() -> None:
    event, speaker, session = await talk()
    file = await slides.begin(event, session, speaker, "a.pdf", len(PDF))

    async def broken() -> AsyncIterator[bytes]:
        yield PDF[:700]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await slides.append(file, 0, broken(), by="Sam")
    received = (await SlideFile.get(id=file.id)).received
    await slides.append(file, 700, body(PDF[700:]), by="Sam")

    assert (received, slides.path_of(file).read_bytes()) == (700, PDF)


async def test_a_plain_form_sends_a_small_file(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    address = f"{home(event, speaker)}/sessions/{session.code}"

    answer = await client.post(address, files={"file": ("a.pdf", PDF)})

    assert answer.status_code == 303
    assert (await SlideFile.get(session=session)).complete_at is not None
    assert "Your slides are here." in (await client.get(answer.headers["location"])).text


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


DECK = {"[Content_Types].xml": b"", "ppt/presentation.xml": b""}


@pytest.mark.parametrize(
    ("raw", "name", "kept"),
    [
        (PDF, "a.zip", "a.pdf"),
        (b"\x89PNG\r\n\x1a\n123", "a.png", "a.png"),
        (b"\xff\xd8\xff123", "a.jpeg", "a.jpg"),
        (b"\0\0\0\x18ftypmp42", "a.mp4", "a.mp4"),
        (archive(**DECK), "a.pptx", "a.pptx"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.presentation"), "a.odp", "a.odp"),
        (archive(**{"Index/Document.iwa": b""}), "a.key", "a.key"),
        (archive(a=b"text"), "a.zip", "a.zip"),
    ],
)
async def test_the_bytes_say_what_a_file_is(raw: bytes, name: str, kept: str) -> None:
    event, speaker, session = await talk()
    file = await slides.begin(event, session, speaker, name, len(raw))

    await slides.append(file, 0, body(raw), by="Sam")

    assert (await SlideFile.get(id=file.id)).name == kept


def garbled() -> bytes:
    """A presentation whose first part is garbled."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", b"a" * 100)
    return out.getvalue().replace(b"mimetypeKL", b"mimetype\xff\xff", 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\0 a program",
        b"PK\x03\x04 broken",
        archive(**DECK, **{"ppt/vbaProject.bin": b""}),
        archive(**{"[Content_Types].xml": b"", "word/document.xml": b""}),
        archive(mimetype=b"application/epub+zip"),
        garbled(),
        archive(a=b"")[:-10] + b"\xff\xff\xff\xff" + archive(a=b"")[-6:],
    ],
)
async def test_a_hostile_file_leaves_nothing_behind(raw: bytes) -> None:
    event, speaker, session = await talk()
    file = await slides.begin(event, session, speaker, "a.pptx", len(raw))

    with pytest.raises(Invalid):
        await slides.append(file, 0, body(raw), by="Sam")

    assert await SlideFile.filter(session=session).count() == 0
    assert not slides.path_of(file).exists()


@pytest.mark.parametrize(
    ("size", "name", "status"), [(0, "a.pdf", 422), (slides.LARGEST + 1, "a.pdf", 413), (9, "a.exe", 422), (9, "", 422)]
)
async def test_what_cannot_come_is_refused_at_once(client: httpx.AsyncClient, size: int, name: str, status: int) -> None:
    event, speaker, session = await talk()

    answer = await begin(client, f"{home(event, speaker)}/sessions/{session.code}", size, name)

    assert answer.status_code == status
    assert await SlideFile.filter(session=session).count() == 0


async def test_a_piece_is_no_longer_than_what_is_missing(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    place = (await begin(client, f"{home(event, speaker)}/sessions/{session.code}", 10)).headers["location"]

    answer = await client.patch(place, content=PDF, headers={**PIECE, "Upload-Offset": "0"})
    too_large = await client.patch(place, content=b"x" * (slides.PIECE + 1), headers={**PIECE, "Upload-Offset": "0"})

    assert (answer.status_code, too_large.status_code) == (413, 413)


async def test_a_session_holds_five_files() -> None:
    event, speaker, session = await talk()
    for _ in range(5):
        await slides.begin(event, session, speaker, "a.pdf", 9)

    with pytest.raises(slides.TooManyFiles):
        await slides.begin(event, session, speaker, "a.pdf", 9)


async def test_a_full_disk_is_said_clearly(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    event, speaker, session = await talk()
    monkeypatch.setattr(slides, "SPARE", 1 << 60)

    answer = await begin(client, f"{home(event, speaker)}/sessions/{session.code}", 9)

    assert (answer.status_code, "Our disk has no room" in answer.text) == (507, True)


async def test_the_file_of_somebody_else_is_not_found(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    other = await make_speaker(event)
    place = (await begin(client, f"{home(event, speaker)}/sessions/{session.code}", 10)).headers["location"]
    key = place.rsplit("/", 1)[1]

    answers = [await client.request(method, f"{home(event, other)}/files/{key}", headers=TUS) for method in ("HEAD", "GET", "DELETE")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert await SlideFile.filter(key=key).count() == 1


async def test_abandoned_pieces_go_after_two_days() -> None:
    event, speaker, session = await talk()
    file = await slides.begin(event, session, speaker, "a.pdf", len(PDF))
    await slides.append(file, 0, body(PDF[:100]), by="Sam")
    with travel(now() + timedelta(days=1)):
        await slides.sweep()
    there = await SlideFile.filter(id=file.id).count()

    with travel(now() + timedelta(days=2, minutes=1)):
        await slides.sweep()

    assert (there, await SlideFile.filter(id=file.id).count(), slides.path_of(file).exists()) == (1, 0, False)


async def test_everybody_has_them_only_after_the_session_and_with_the_speakers_word(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    await session.change(start=now() - timedelta(hours=1), end=now() + timedelta(hours=1))
    file = await slides.begin(event, session, speaker, "a.pdf", len(PDF))
    await slides.append(file, 0, body(PDF), by="Sam")
    page, address = f"/{event.slug}/sessions/{session.code}", f"/{event.slug}/sessions/{session.code}/slides/{file.key}"

    async def seen() -> tuple[int, bool]:
        return (await client.get(address)).status_code, address in (await client.get(page)).text

    with travel(now() + timedelta(hours=2)):
        unasked = await seen()
    await client.post(f"{home(event, speaker)}/files/{file.key}", data={"do": "offer"})
    during = await seen()
    with travel(now() + timedelta(hours=2)):
        await client.post(f"{home(event, speaker)}/files/{file.key}", data={"do": "offer"})
        after = await seen()

    assert (unasked, during, after) == ((404, False), (404, False), (200, True))


async def test_a_panel_says_that_it_shows_none(client: httpx.AsyncClient) -> None:
    event, speaker, session = await talk()
    before = (await client.get(home(event, speaker))).text

    await client.post(f"{home(event, speaker)}/sessions/{session.code}", data={"do": "none"})

    assert ("1 of 6 done" in before, "2 of 6 done" in (await client.get(home(event, speaker))).text) == (True, True)
