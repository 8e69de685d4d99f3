"""All slides as one ZIP: in the order of the day, with names that are safe everywhere, whatever speakers call their files."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from eventsvc.agenda.models import Session, SessionState, SlideFile
from eventsvc.agenda.render.archive import distinct, safe, zipped
from eventsvc.agenda.rules.slides import folder
from tests.make import make_event, make_room, make_session
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2027, 5, 14)
AT = datetime(2027, 5, 14, 9, 30, tzinfo=UTC)


async def slide(session: Session, name: str, body: bytes | None = b"bytes", *, complete: bool = True) -> SlideFile:
    row = await SlideFile.create(session=session, name=name, size=len(body or b""), complete_at=AT if complete else None)
    if body is not None:
        folder().mkdir(parents=True, exist_ok=True)
        (folder() / row.key).write_bytes(body)
    return row


async def test_slides_lie_by_day_room_and_time() -> None:
    event = await make_event(start=DAY, end=DAY)
    hall = await make_room(event, name="Hall: A/B")
    bones = await make_session(event, title="Bones?", at="09:30", room=hall)
    await slide(bones, "talk.pdf", b"one")
    await slide(bones, "TALK.pdf", b"two")
    await slide(await make_session(event, title="Later", start=None, end=None), "../../etc/passwd", b"three")
    await slide(bones, "half.pdf", complete=False)
    await slide(await make_session(event, title="Off", state=SessionState.CANCELLED), "off.pdf")
    await slide(bones, "gone.pdf", None)
    async with await signed_in("rita", event) as rita:
        answer = await rita.get(f"/manage/{event.slug}/exchange/slides.zip")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/zip", "no-store")
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist() if name != "Not found.txt"} == {
        "1 Friday 14 May/Hall A B/0930 Bones/talk.pdf": b"one",
        "1 Friday 14 May/Hall A B/0930 Bones/TALK (2).pdf": b"two",
        "No time yet/Later/etc passwd": b"three",
    }
    assert b"gone.pdf" in archive.read("Not found.txt")


@pytest.mark.parametrize(("who", "status"), [("rita", 404), ("victor", 403), ("tara", 403), ("dev", 403), ("mallory", 404)])
async def test_who_gets_slides_and_only_of_their_event(who: str, status: int) -> None:
    event, other = await make_event(), await make_event()
    await slide(await make_session(other), "theirs.pdf")
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/exchange/slides.zip")).status_code == status


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("../../x.pdf", "x.pdf"),
        ("a\\b:c*?.key", "a b c .key"),
        ("CON.pdf", "_CON.pdf"),
        ("…", "…"),
        ("..", "_"),
        ("  ", "_"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 300 + ".pptx", "x" * 75 + ".pptx"),
    ],
)
async def test_a_name_is_one_name_on_every_system(name: str, found: str) -> None:
    assert safe(name) == found


async def test_names_that_differ_only_by_case_are_numbered() -> None:
    assert distinct(["a/x.pdf", "a/X.pdf", "b/x.pdf", "a/x.pdf"]) == ["a/x.pdf", "a/X (2).pdf", "b/x.pdf", "a/x (3).pdf"]


async def test_a_large_archive_is_never_whole_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(64 * 1024 * 1024)
    tracemalloc.start()

    size = sum(len(piece) for piece in zipped([(f"{n}.bin", file, AT) for n in range(3)], AT))

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3 * 64 * 1024 * 1024
    assert most < 8 * 1024 * 1024
