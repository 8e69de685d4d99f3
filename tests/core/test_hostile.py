"""Whatever is sent, nobody sees an error of ours: numbers beyond any column, NUL, broken text, impossible dates, mangled bodies."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.server import Demo

BIG = "9" * 25
NUL = "%00"
LONG = "9" * 3000
LONGER = "9" * 5000  # more digits than Python reads
API = "/api/v1/events/diagnostics"
MANAGE = "/manage/diagnostics"

READS = [
    *(f"{API}/{path}?after={BIG}" for path in ("sessions", "tickets", "ticket-types", "rooms", "speakers")),
    *(
        f"{API}/{path}"
        for path in (f"checkin-lists/{BIG}/roster", f"checkin-lists/1/scans?since={BIG}", f"surveys/{BIG}/results", "sessions?limit=-1")
    ),
    *(f"{API}/{path}" for path in (f"tickets?search={NUL}", "tickets?search=%ff%fe", f"orders/{NUL}", f"badges/{NUL}", f"sessions/{NUL}")),
    *(
        f"/{path}"
        for path in (f"{NUL}/agenda", f"diagnostics/my/{NUL}", "diagnostics/my/%F0%9F", f"static/{NUL}", f"door/{NUL}", f"T/{NUL}")
    ),
    *(f"{API}/{path}?after={odd}" for path in ("ticket-types", "sessions") for odd in ("%C2%B2", LONG)),
    *(
        f"/{path}"
        for path in (LONG, f"{LONG}/agenda", f"diagnostics/sessions/{LONG}", f"diagnostics/my/{LONG}", f"diagnostics/speaker/{LONG}")
    ),
    *(f"/{path}" for path in (f"static/door/{LONG}", f"door/{LONG}", "static/styles/%2e%2e/letters/accounts/sign_in.txt", f"T/{LONG}")),
    *(f"{API}/{path}" for path in (f"sessions/{LONG}", f"orders/{LONG}", f"checkin-lists/1/scans?since={LONG}")),
    *(f"/diagnostics/agenda?{name}={odd}" for name in ("q", "track", "day", "view") for odd in ("%ff%fe", LONG, "%F0%9F")),
    *(f"/diagnostics/{path}" for path in (f"favourites/{LONG}.ics", f"sessions/{LONG}/places", f"my/{LONG}/plan", "widget.json?x=%ff")),
    *(f"{MANAGE}/{path}" for path in (f"sessions/{LONG}/signups", f"embed?hue={BIG}", "embed?hue=%C2%B2&track=%ff")),
    f"{API}/sessions/{LONG}/signups?after={BIG}",
    *(f"{API}/{path}?after={LONGER}" for path in ("releases", "sessions", "speakers", "rooms", "tracks", "surveys", "proposals")),
    *(f"{MANAGE}/{path}/{LONGER}" for path in ("checkin/lists", "releases", "review/phases", "review/scores", "surveys")),
    *(f"{MANAGE}/{path}?after=%C2%B2" for path in ("attendees", "orders", "history", "mail")),
    *(f"{MANAGE}/{path}?page=%C2%B2" for path in ("sessions", "speakers")),
    *(f"{MANAGE}/{path}?after={BIG}" for path in ("attendees", "orders", "history", "mail")),
    *(
        f"{MANAGE}/{path}"
        for path in (f"attendees?search={NUL}", f"sessions?page={BIG}", f"checkin/lists/{BIG}", f"surveys/{BIG}", f"orders/{NUL}")
    ),
]
BODIES = [
    b"", b"null", b"[]", b"{", b"[" * 100_000, b'{"email": NaN}', b"\xff\xfe",
    b'{"email":"a@example.org","tickets":[{"ticket_type":"nhs-and-academic","name":"\\ud800"}]}',
    b'{"email":"a@example.org","tickets":[{"ticket_type":"\\u0000","name":"a\\u0000b"}]}',
    b'{"email":"a@example.org","tickets":[{"ticket_type":"nhs-and-academic","name":"x","answers":{"a":"\\u0000"}}]}',
    b'{"title":"x","start":"0001-01-01T00:00:00+14:00","end":"9999-12-31T23:59:59-12:00"}',
    b'{"name":"x","price":{"amount":1000000000000,"currency":"GBP"},"places":1000000000000}',
]  # fmt: skip


SCHEDULE = """{"schedule": {"conference": {"acronym": "x", "title": "X", "start": "2099-01-01", "end": "2099-01-01", "time_zone_name": "%s",
"days": [{"date": "2099-01-01", "rooms": {"Hall": [{"id": "%s", "title": "T", "date": "2099-01-01T10:00:00+00:00", "duration": "00:30"}]}}]}}}"""


HALVES = [
    rb'{"sessions": [{"id": "1", "title": "a\ud800", "speakers": ["s"]}], "speakers": [{"id": "s", "fullName": "\udfff b"}]}',
    rb'{"results": [{"code": "ABCDEF", "title": "a\ud800", "state": "confirmed", "speakers": [], "track": {"en": "\ud800"}}]}',
]
"""Halves of surrogate pairs, which JSON may hold and no encoding takes."""


@pytest.fixture(scope="module")
def browser(demo: Demo) -> Iterator[httpx.Client]:
    """An organiser's browser that also holds a token: it reaches every door."""
    headers = {"sec-fetch-site": "same-origin", "authorization": f"Bearer {demo.ways['API token']}"}
    with httpx.Client(base_url=demo.server.base_url, headers=headers, timeout=30) as client:
        client.post(demo.sign_in_link())
        yield client


@pytest.mark.parametrize("address", READS, ids=range(len(READS)))
def test_reading_what_cannot_be_there(browser: httpx.Client, address: str) -> None:
    assert browser.get(address).status_code < 500


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_that_make_no_sense(browser: httpx.Client, body: bytes) -> None:
    calls = [
        ("POST", "orders"),
        ("POST", "checkin-lists/1/scans"),
        ("PUT", "sessions/HOSTILE"),
        ("PUT", "sessions/日本"),
        ("POST", "ticket-types"),
        ("POST", "badges"),
    ]

    for method, path in calls:
        answer = browser.request(method, f"{API}/{path}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "wrong", [{"code": "\0"}, {"device": "\0"}, {"forced": "\0"}, {"at": "0001-01-01T00:00:00+14:00"}, {"at": "9999-12-31T23:59:59-14:00"}]
)
def test_scans_that_make_no_sense(browser: httpx.Client, wrong: dict[str, str]) -> None:
    one = {"id": str(uuid.uuid4()), "code": "x", "at": "2026-01-01T00:00:00Z", "direction": "in", "device": "d", **wrong}

    assert browser.post(f"{API}/checkin-lists/1/scans", json={"scans": [one]}).status_code < 500


def test_forms_that_make_no_sense(browser: httpx.Client) -> None:
    answers = [
        browser.post("/diagnostics/tickets", data={"do": "order", "once": "\0", "email": "a@example.org", "tickets-0-name": "\0"}),
        browser.post("/diagnostics/tickets", content=b"--x\r\nbad", headers={"content-type": "multipart/form-data; boundary=x"}),
        browser.post(
            "/diagnostics/tickets",
            content=b"&".join(b"a%d=1" % n for n in range(3000)),
            headers={"content-type": "application/x-www-form-urlencoded"},
        ),
        browser.post("/diagnostics/tickets", content=b"a=%ff%fe", headers={"content-type": "application/x-www-form-urlencoded"}),
        *(browser.post("/diagnostics/favourites", data={"session": one, "on": "maybe"}) for one in ("\0", LONG, "日本", "")),
        *(browser.post("/diagnostics/favourites", data={"session": one}) for one in ("\0", "日本", "²")),
        *(
            browser.get("/diagnostics/favourites.json", headers={"cookie": f"ticket={one}"})
            for one in ("..", BIG, "1.2.3", "%ff", '"\\351"')
        ),
        browser.post("/diagnostics/favourites/forget", content=b"\xff"),
        browser.post(f"{MANAGE}/mail", data={"letter": BIG}),
        browser.post(f"{MANAGE}/mail", data={"letter": "²"}),
        browser.post(f"{MANAGE}/team", data={"do": "remove", "id": "²"}),
        browser.post("/sign-in", data={"email": "a@example.org"}, headers={"sec-fetch-site": "", "origin": "http://["}),
        *(
            browser.post(
                "/diagnostics/tickets", content=b"--x--", headers={"content-type": f"multipart/form-data; boundary=x; charset={one}"}
            )
            for one in ("unicode_escape", "punycode", "undefined", "utf-7", '"utf-7"')
        ),
        *(
            browser.post(f"{MANAGE}/sessions/import", files={"file": ("x.json", schedule)}, data={"do": "apply"})
            for schedule in (SCHEDULE % ("Europe", "1"), SCHEDULE % ("x" * 5000, "1"), SCHEDULE % ("Europe/London", LONG))
        ),
        *(browser.post(f"{MANAGE}/exchange", files={"file": ("x.json", one)}, data={"do": "look"}) for one in HALVES),
        *(
            browser.post(f"{MANAGE}/{path}", data={**form, "opens_at": "1999999999", "closes_at": "2036-01-01T00:00"})
            for path, form in (
                ("call", {"do": "save", "text": "x"}),
                ("review/phases/new", {"name": "x"}),
                ("checkin/lists/new", {"name": "x"}),
            )
        ),
        browser.post(f"{MANAGE}/sessions/new", data={"title": "x", "start": "1999999999", "end": "2036-01-01T00:00"}),
        browser.post(f"{MANAGE}/tickets/new", data={"name": "x", "sale_starts": "1999999999", "sale_ends": "2036-01-01T00:00"}),
        browser.post(f"{MANAGE}/team", data={"do": "revoke", "id": BIG}),
        browser.post(f"{MANAGE}/checkin", data={"do": "undo", "scan": "\0"}),
        browser.post(f"{MANAGE}/sessions/import", files={"file": ("x", b"<" * 1000)}, data={"do": "apply"}),
    ]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


def test_the_pages_still_open_afterwards(browser: httpx.Client) -> None:
    for path in ("/diagnostics/agenda", "/diagnostics/calendar.ics", "/diagnostics/schedule.xml", f"{MANAGE}/sessions", f"{MANAGE}/"):
        assert browser.get(path).status_code == 200
