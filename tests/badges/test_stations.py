"""One badge now: each printed once, at a station or in a browser; stations that go away and come back."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from eventsvc.badges import rules
from eventsvc.badges.forms import Which
from eventsvc.badges.models import Batch, Print, PrintJob, PrintState
from eventsvc.badges.render.labels import brother_ql, zpl
from eventsvc.badges.rules.prints import piles
from eventsvc.checkin.models import DoorRight
from eventsvc.checkin.rules import doors
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.worker import drain
from tests.badges.paper import sizes, words
from tests.make import make_event, make_ticket
from tests.people import browser, signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def _station(event: Event, name: str = "Desk") -> tuple[Any, httpx.AsyncClient]:
    station, address = await rules.add_station(event, name, by="Olga")
    return station, browser(authorization=f"Bearer {address.rpartition('.')[2]}")


async def test_a_badge_goes_to_a_station_and_is_printed_once() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")
    station, printer = await _station(event)
    base = f"/api/v1/events/{event.slug}"

    async with await system(event, "checkin") as tablet, printer:
        listed = (await tablet.get(f"{base}/print-stations")).json()
        sent = await tablet.post(f"{base}/tickets/{ticket.code}/print", json={})
        twice = await tablet.post(f"{base}/tickets/{ticket.code}/print", json={"again": True})
        (job,) = (await printer.post(f"{base}/print-jobs/claim")).json()["jobs"]
        nothing = (await printer.post(f"{base}/print-jobs/claim")).json()["jobs"]
        pdf = await printer.get(f"{base}/print-jobs/{job['id']}/badge.pdf")
        png = await printer.get(f"{base}/print-jobs/{job['id']}/badge.png?ppi=203")
        settled = [await printer.post(f"{base}/print-jobs/{job['id']}/settle", json={}) for _ in range(2)]
        otherwise = await printer.post(f"{base}/print-jobs/{job['id']}/settle", json={"error": "no paper"})
        again = await tablet.post(f"{base}/tickets/{ticket.code}/print", json={})
        asked = await tablet.post(f"{base}/tickets/{ticket.code}/print", json={"again": True, "station": station.code})

    assert listed == [{"code": station.code, "name": "Desk", "seen_at": None, "online": False}]
    assert (sent.status_code, sent.json()["state"], sent.json()["station"]) == (202, "waiting", station.code)
    assert (twice.status_code, twice.json()["detail"]) == (409, "It is waiting at a printer already.")
    assert (nothing, sizes(pdf.content)) == ([], [(105.0, 148.0)])
    assert Image.open(io.BytesIO(png.content)).width == round(105 / 25.4 * 203)
    assert [one.json()["state"] for one in settled] == ["done", "done"]
    assert otherwise.status_code == 409
    assert (again.status_code, again.json()["type"]) == (409, "urn:eventsvc:problem:already-printed")
    assert (asked.status_code, asked.json()["printed_before"]) == (202, 1)
    assert await Print.filter(ticket=ticket).count() == 1


async def test_what_a_station_does_not_settle_is_offered_again() -> None:
    event = await make_event()
    station, _ = await rules.add_station(event, "Desk", by="Olga")
    job = await rules.send_to_station(event, await make_ticket(event), by="Olga")

    first = await rules.claim_jobs(station)
    meanwhile = await rules.claim_jobs(station)
    await PrintJob.filter(id=job.id).update(leased_until=now())
    later = await rules.claim_jobs(station)

    assert [[one.code for one in some] for some in (first, meanwhile, later)] == [[job.code], [], [job.code]]


async def test_a_stations_token_opens_nothing_else_and_is_taken_back() -> None:
    event, other = await make_event(), await make_event()
    ticket = await make_ticket(event)
    station, printer = await _station(event)
    _, foreign = await _station(other)
    job = await rules.send_to_station(event, ticket, by="Olga")
    base = f"/api/v1/events/{event.slug}"

    async with printer, foreign:
        claimed = await printer.post(f"{base}/print-jobs/claim")
        closed = [
            await printer.get(f"{base}/{path}") for path in ("tickets", f"tickets/{ticket.code}/badge.pdf", "checkin-lists", "orders/x")
        ]
        away = await foreign.post(f"{base}/print-jobs/claim")
        stolen = await foreign.get(f"/api/v1/events/{other.slug}/print-jobs/{job.code}/badge.pdf")
        await rules.remove_station(event, station.code, by="Olga")
        gone = await printer.post(f"{base}/print-jobs/claim")

    assert claimed.json()["jobs"][0]["id"] == job.code
    assert {answer.status_code for answer in closed} == {403}
    assert (away.status_code, stolen.status_code, gone.status_code) == (404, 404, 401)
    assert (await PrintJob.get(id=job.id)).state == PrintState.FAILED


async def test_a_door_prints_only_with_the_right_to() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    base = f"/api/v1/events/{event.slug}"
    answers = []
    for rights in ([DoorRight.SCAN], [DoorRight.SCAN, DoorRight.PRINT]):
        door = await doors.add_door(event, f"Door {len(rights)}", by="Olga", rights=[str(right) for right in rights])
        _, token = await doors._add_device(event, door, "Tablet", by="Olga")
        async with browser(authorization=f"Bearer {token}") as tablet:
            answers.append(await tablet.post(f"{base}/tickets/{ticket.code}/print", json={"where": "page", "design": "label-62"}))

    async with browser() as anybody:
        page = await anybody.get(answers[1].json()["page"])
        picture = await anybody.get(answers[1].json()["page"].replace("?", "/badge.png?"))
        paper = await anybody.get("/static-paper/62x95.css")
        made_up = await anybody.get(answers[1].json()["page"].replace("?", "x?"))

    assert [answer.status_code for answer in answers] == [403, 202]
    assert (page.status_code, picture.headers["content-type"], made_up.status_code) == (200, "image/png", 404)
    assert "/static-paper/62x95.css" in page.text
    assert "size:62mm 95mm" in paper.text
    assert await Print.filter(ticket=ticket, how="page").count() == 1


class _Printer(httpx.BaseTransport):
    """A server that hands out one job; `lost` answers get lost on the way."""

    def __init__(self) -> None:
        self.jobs, self.settled, self.lost = ["JOB1"], [], 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/claim"):
            return httpx.Response(200, json={"jobs": [{"id": job} for job in self.jobs[:1]]})
        if request.url.path.endswith("/settle"):
            if self.lost:
                self.lost -= 1
                raise httpx.ConnectError("away")
            self.settled.append(request.read().decode())
            self.jobs.clear()
            return httpx.Response(200, json={})
        out = io.BytesIO()
        Image.new("L", (16, 8), 0).save(out, "PNG")
        return httpx.Response(200, content=out.getvalue())


def _run(folder: Path, server: _Printer) -> Any:
    from eventsvc.cli.station import Station

    (folder / "out").mkdir(exist_ok=True)
    how = {"cups": None, "socket": None, "file": folder / "out", "language": "zpl", "dpi": 203, "roll": 62}
    station = Station(argparse.Namespace(address="https://x.example/#summit.evs_t", state=folder / "state", **how))
    station.client = httpx.Client(transport=server, base_url="https://x.example/api/v1/events/summit/print-jobs")
    return station


def test_a_word_that_is_lost_prints_nothing_twice(tmp_path: Path) -> None:
    server = _Printer()
    server.lost = 1
    station = _run(tmp_path, server)

    with pytest.raises(httpx.ConnectError):
        station.step()
    printed = (tmp_path / "out" / "JOB1.zpl").read_bytes()
    (tmp_path / "out" / "JOB1.zpl").unlink()
    _run(tmp_path, server).step()

    assert printed.startswith(b"^XA^PW16^LL8")
    assert (list((tmp_path / "out").iterdir()), server.settled) == ([], ['{"error":""}'])


def test_a_station_killed_while_printing_asks_a_person_to_look(tmp_path: Path) -> None:
    server = _Printer()
    station = _run(tmp_path, server)
    (tmp_path / "state" / "JOB1.begun").touch()

    station.step()

    assert list((tmp_path / "out").iterdir()) == []
    assert "It may have come out" in server.settled[0]


def test_a_label_in_zpl_is_read_back_dot_by_dot() -> None:
    picture = Image.new("L", (17, 3), 255)
    picture.putpixel((0, 0), 0)
    picture.putpixel((16, 2), 0)
    out = io.BytesIO()
    picture.save(out, "PNG")

    assert zpl(out.getvalue()) == b"^XA^PW17^LL3^LH0,0^FO0,0^GFA,9,9,3,800000000000000080^FS^XZ\n"


def test_a_label_for_a_brother_has_every_row_mirrored_and_is_cut() -> None:
    picture = Image.new("L", (696, 2), 255)
    picture.putpixel((0, 0), 0)
    picture.putpixel((695, 1), 0)
    out = io.BytesIO()
    picture.save(out, "PNG")

    body = brother_ql(out.getvalue())
    rows = [body[-1 - 93 * n : -1 - 93 * (n - 1)] for n in (2, 1)]

    assert body[:400] == bytes(400)
    assert body[400:409] == b"\x1b@\x1bia\x01\x1biz"[:9]
    assert body[-1:] == b"\x1a"
    assert [(row[:3], int.from_bytes(row[3:], "big")) for row in rows] == [(b"g\x00Z", 1 << 12), (b"g\x00Z", 1 << (12 + 695))]


async def test_only_new_or_changed_badges_are_printed_and_re_prints_say_so() -> None:
    event = await make_event()
    ada, ben = await make_ticket(event, name="Ada Lovelace"), await make_ticket(event, name="Ben Zola")
    await rules.order_batch(event, "a6", [ada.code], by="Olga")
    await drain()
    await ada.change(name="Ada King")

    await rules.order_batch(event, "a6", None, which=Which.NEW, by="Olga")
    await drain()
    changed = await rules.order_batch(event, "a6", None, which=Which.CHANGED, by="Olga")
    await drain()
    with pytest.raises(rules.NothingToPrint, match="None of these badges has changed"):
        await rules.order_batch(event, "a6", None, which=Which.CHANGED, by="Olga")

    made = [words(batch.pdf or b"") for batch in await Batch.filter(event=event).order_by("id")]
    assert [len(pages) for pages in made] == [1, 1, 1]
    assert ("Ben Zola" in made[1][0], "Print 2" in made[1][0]) == (True, False)
    assert ("Ada King" in made[2][0], "Print 2" in made[2][0]) == (True, True)
    assert (await Batch.get(id=changed.id)).whose == "Changed: Everybody"
    assert await Print.filter(ticket=ben).count() == 1


async def test_piles_begin_at_the_letters_that_the_desk_wants() -> None:
    event = await make_event()
    people = [await make_ticket(event, name=name) for name in ("Ada Álvarez", "Bo Hart", "Cy Nunn", "田中 太郎")]

    found = [(pile.title, [one.name for one in pile.tickets]) for pile in piles(people, "H n")]
    await rules.order_batch(event, "a6", None, starts="N", by="Olga")
    await drain()

    assert found == [("A–G", ["Ada Álvarez"]), ("H–M", ["Bo Hart"]), ("N–Z", ["Cy Nunn"]), ("Other letters", ["田中 太郎"])]
    pages = words((await Batch.get(event=event)).pdf or b"")
    assert (len(pages), pages[0].startswith("A–M 2 badges"), pages[3].startswith("N–Z 1 badge")) == (7, True, True)


async def test_organisers_see_stations_and_print_again() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="<b>Ada")
    base = f"/manage/{event.slug}/badges/stations"

    async with await signed_in("tara", event) as tara:
        added = await tara.post(base, data={"do": "add", "name": "Desk"})
        (station,) = await rules.stations_of(event)
        job = await rules.send_to_station(event, ticket, by="Olga")
        await rules.claim_jobs(station)
        await rules.settle(station, await rules.job_of(station, job.code), "out of paper")
        shown = await tara.get(base)
        again = await tara.post(base, data={"do": "again", "code": ticket.code})
        removed = await tara.post(base, data={"do": "remove", "code": station.code})
        here = await tara.get(f"/manage/{event.slug}/badges/{ticket.code}/print")

    assert f"/#{event.slug}.evs_" in added.text.replace("&#39;", "'")
    assert ("out of paper" in shown.text, "&lt;b&gt;Ada" in shown.text, "<b>Ada" in shown.text) == (True, True, False)
    assert (again.status_code, removed.status_code, here.status_code) == (303, 303, 200)
    assert await rules.stations_of(event) == []


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("dev", 403), ("rita", 403), ("mallory", 404)])
async def test_who_sees_stations(who: str, status: int) -> None:
    event = await make_event()

    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/badges/stations")).status_code == status
