"""The menus that put a calendar or a session into a calendar program, in the forms those programs take, without a script."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

from eventsvc.core import device
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket

FEED = "webcal://testserver"


def links(page: str) -> dict[str, str]:
    """What the first menu on a page offers: words → address."""
    menu = page[page.index('<details class="add">') :]
    menu = menu[: menu.index("</details>")]
    return {words: unescape(href) for href, words in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', menu)}


def asked(address: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {name: values[0] for name, values in parse_qs(parts.query).items()}


async def test_a_feed_is_offered_in_the_form_each_program_takes(client: httpx.AsyncClient) -> None:
    event = await make_event(name="Summit & Söhne")
    await make_session(event)
    path = f"/{event.slug}/calendar.ics"

    found = links((await client.get(f"/{event.slug}/agenda")).text)

    assert found["Apple Calendar, or the one on this device"] == FEED + path
    assert asked(found["Google Calendar"]) == ("https://calendar.google.com/calendar/r", {"cid": FEED + path})
    wanted = {"url": f"http://testserver{path}", "name": "Summit & Söhne"}
    assert asked(found["Outlook.com"]) == ("https://outlook.live.com/calendar/0/addfromweb", wanted)
    assert asked(found["Microsoft 365, work or school"]) == ("https://outlook.office.com/calendar/0/addfromweb", wanted)
    assert found["Download the file"] == path


async def test_a_session_is_offered_with_its_title_time_and_place(client: httpx.AsyncClient) -> None:
    event = await make_event(place="The Exchange, Birmingham", timezone="Asia/Kathmandu")
    start = datetime(2027, 10, 31, 3, 15, tzinfo=UTC)
    session = await make_session(
        event, title='Genes & "us" 🚀 + more', start=start, end=start.replace(hour=4), room=await make_room(event, name="Hall")
    )
    url = f"http://testserver/{event.slug}/sessions/{session.code}"

    found = links((await client.get(f"/{event.slug}/sessions/{session.code}")).text)

    place = "Hall, The Exchange, Birmingham"
    google = {"action": "TEMPLATE", "text": session.title, "dates": "20271031T031500Z/20271031T041500Z", "ctz": "Asia/Kathmandu"}
    outlook = {"path": "/calendar/action/compose", "rru": "addevent", "subject": session.title, "location": place, "body": url}
    outlook |= {"startdt": "2027-10-31T03:15:00Z", "enddt": "2027-10-31T04:15:00Z"}
    assert asked(found["Google Calendar"]) == ("https://calendar.google.com/calendar/render", {**google, "location": place, "details": url})
    assert asked(found["Outlook.com"]) == ("https://outlook.live.com/calendar/0/deeplink/compose", outlook)
    assert asked(found["Microsoft 365, work or school"]) == ("https://outlook.office.com/calendar/0/deeplink/compose", outlook)


async def test_every_page_offers_its_own_feed(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker, ticket = await make_speaker(event), await make_ticket(event)
    session = await make_session(event, speakers=[speaker])
    await client.post(f"/{event.slug}/favourites", data={"session": session.code})
    token = device.token(event.id, f"device:{device.signing.hashed(client.cookies['device'])[:40]}")
    pages = {
        f"/{event.slug}/": "calendar.ics",
        f"/{event.slug}/calendar": "calendar.ics",
        f"/{event.slug}/agenda": "calendar.ics",
        f"/{event.slug}/speakers/{speaker.code}": f"speakers/{speaker.code}.ics",
        f"/{event.slug}/favourites": f"favourites/{token}.ics",
        f"/{event.slug}/my/{ticket.secret}": f"my/{ticket.secret}.ics",
        f"/{event.slug}/my/{ticket.secret}/plan": f"my/{ticket.secret}.ics",
        f"/{event.slug}/my/{ticket.secret}/calendar": f"my/{ticket.secret}.ics",
        f"/{event.slug}/speaker/{speaker.secret}/calendar": f"speaker/{speaker.secret}.ics",
    }

    found = {path: links((await client.get(path)).text)["Download the file"] for path in pages}
    answers = {path: (await client.get(feed)).status_code for path, feed in found.items()}

    assert found == {path: f"/{event.slug}/{feed}" for path, feed in pages.items()}
    assert set(answers.values()) == {200}
