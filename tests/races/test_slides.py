"""Slides over the wire: several senders of one file, a server killed in the middle, and a file that is the same at the end."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator

import httpx

from tests.databases import Maker
from tests.races.conftest import Stage
from tests.server import Server, free_port, serving

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7\n" + bytes(range(256)) * (5 * 4096)
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
SCHEDULE = """{"schedule": {"conference": {"acronym": "decks", "title": "Decks", "start": "2099-01-01", "end": "2099-01-01",
"time_zone_name": "Europe/London", "days": [{"date": "2099-01-01", "rooms": {"Hall": [{"id": 1, "guid": "21111111-1111-4111-8111-111111111111",
"title": "Talk", "date": "2099-01-01T10:00:00+00:00", "duration": "00:30", "persons": [{"id": 7, "public_name": "Sam"}]}]}}]}}}"""


class Sender:
    """A speaker at a real server."""

    def __init__(self, server: str, home: str, session: str) -> None:
        self.base, self.home, self.session = server, home, session

    async def begin(self, http: httpx.AsyncClient, size: int) -> str:
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": "filename dGFsay5wZGY="}
        answer = await http.post(f"{self.base}{self.home}/sessions/{self.session}/files", headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def piece(self, http: httpx.AsyncClient, place: str, offset: int, size: int) -> httpx.Response:
        return await http.patch(self.base + place, content=PDF[offset : offset + size], headers={**PIECE, "Upload-Offset": str(offset)})


async def sender(server: Server) -> Sender:
    """The speaker of the imported talk, found the way an organiser finds them: on their page."""
    file = server.data_dir / "decks.json"
    file.write_text(SCHEDULE)
    server.run("import", "schedule", str(file), "--create")
    link = server.run("user", "add", "decks@example.org", "--event", "decks", "--role", "organiser").stdout.strip()
    base = server.base_url
    async with httpx.AsyncClient(headers={"sec-fetch-site": "same-origin"}, follow_redirects=True, base_url=base) as organiser:
        await organiser.post(link)
        listed = await organiser.get("/manage/decks/speakers")
        page = await organiser.get(re.findall(r'href="(/manage/decks/speakers/(?!new)\w+)"', listed.text)[0])
        assert page.status_code == 200, page.text
        home = re.findall(r"(/decks/speaker/[\w-]+)", page.text)[0]
        own = await organiser.get(home)
    return Sender(base, home, re.findall(r"/sessions/(\w+)", own.text)[0])


async def test_of_eight_who_send_the_same_piece_one_writes_it(stage: Stage) -> None:
    who = await sender(stage.server)
    async with httpx.AsyncClient(timeout=60) as http:
        place = await who.begin(http, len(PDF))
        said: Counter[int] = Counter()
        offset = 0
        while offset < len(PDF):
            answers = await asyncio.gather(*(who.piece(http, place, offset, MEGABYTE) for _ in range(8)))
            said.update(answer.status_code for answer in answers)
            offset = int((await http.head(who.base + place, headers=TUS)).headers["upload-offset"])

        whole = (await http.get(who.base + place)).content

    assert hashlib.sha256(whole).digest() == hashlib.sha256(PDF).digest()
    assert set(said) <= {204, 409, 423}
    assert said[204] == -(-len(PDF) // MEGABYTE)


async def test_a_server_killed_in_the_middle_costs_one_piece(empty_database: Maker) -> None:
    url, port = empty_database.migrated(), free_port()
    with serving(url, port=port) as server:
        who, data = await sender(server), server.data_dir
        async with httpx.AsyncClient(timeout=60) as http:
            place = await who.begin(http, len(PDF))
            await who.piece(http, place, 0, MEGABYTE)

            async def slowly() -> AsyncIterator[bytes]:
                for at in range(MEGABYTE, 3 * MEGABYTE, 65536):
                    yield PDF[at : at + 65536]
                    await asyncio.sleep(0.02)

            sending = asyncio.create_task(
                http.patch(server.base_url + place, content=slowly(), headers={**PIECE, "Upload-Offset": str(MEGABYTE)})
            )
            await asyncio.sleep(0.3)
            server.kill()
            died = await asyncio.gather(sending, return_exceptions=True)

    with serving(url, port=port, data_dir=data):
        async with httpx.AsyncClient(timeout=60) as http:
            offset = int((await http.head(who.base + place, headers=TUS)).headers["upload-offset"])
            begun = offset
            while offset < len(PDF):
                offset = int((await who.piece(http, place, offset, 2 * MEGABYTE)).headers["upload-offset"])
            whole = (await http.get(who.base + place)).content

    assert isinstance(died[0], httpx.HTTPError)
    assert MEGABYTE <= begun < len(PDF)
    assert whole == PDF
