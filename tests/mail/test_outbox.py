"""The outbox: a letter is a promise kept once, through dead mail servers and killed workers."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
from aiosmtpd.controller import Controller

from eventsvc.badges import rules as badges
from eventsvc.core import colour
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.mail import jobs, rules
from eventsvc.mail.models import Letter, LetterState
from eventsvc.mail.render import Message, as_bytes
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import orders, placing, tickets
from eventsvc.worker import COMPOSERS, drain
from tests.make import make_event, make_ticket_type
from tests.server import free_port

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture(autouse=True)
async def _press() -> AsyncIterator[None]:
    yield
    await badges.stop_press()


def read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def place(name: str = "Ada Lovelace", people: int = 1) -> Any:
    event = await make_event(name="Summit", place="The Exchange")
    kind = await make_ticket_type(event)
    wanted = [TicketWanted(ticket_type=kind.code, name=name) for _ in range(people)]
    return await placing.place_order(event, OrderForm(email="ada@example.org", tickets=wanted))


async def test_a_ticket_mail_has_text_html_qr_invitation_and_pdf(outbox: Path) -> None:
    order = await place()

    await drain()

    message = read(next(iter(outbox.glob("*.eml"))))
    kinds = [part.get_content_type() for part in message.walk()]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    entry = icalendar.Calendar.from_ical(calendar.get_payload(decode=True)).walk("VEVENT")[0]
    html = next(part for part in message.walk() if part.get_content_type() == "text/html").get_content()
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert {"text/plain", "text/html", "image/png", "text/calendar", "application/pdf"} <= set(kinds)
    assert calendar.get_param("method") == "REQUEST"
    assert (str(entry["ATTENDEE"]), entry["ATTENDEE"].params["PARTSTAT"]) == ("mailto:ada@example.org", "ACCEPTED")
    assert picture["Content-ID"].strip("<>") in html
    assert message["Subject"] == "Your ticket for Summit"
    assert order.code in html


async def test_three_people_in_one_order_are_one_letter_with_three_tickets(outbox: Path) -> None:
    await place(people=3)

    await drain()

    (file,) = outbox.glob("*.eml")
    parts = [part.get_content_type() for part in read(file).walk()]
    assert (parts.count("image/png"), parts.count("application/pdf")) == (3, 3)


async def test_a_hostile_name_is_text_in_html_and_one_line_in_headers(outbox: Path) -> None:
    await place(name='<a href="x">Click</a>\nBcc: everybody')

    await drain()

    message = read(next(iter(outbox.glob("*.eml"))))
    html = next(part for part in message.walk() if part.get_content_type() == "text/html").get_content()
    assert '<a href="x">' not in html
    assert message["Bcc"] is None


async def test_whoever_orders_for_an_address_puts_no_link_into_its_letters(outbox: Path) -> None:
    order = await place(name="You won, claim it at evil.example")
    await tickets.send_links(await order.event, "ada@example.org")

    await drain()
    await tickets.cancel(await Ticket.get(order=order).select_related("order"), by="test")
    await drain()

    letters = [read(file) for file in outbox.glob("*.eml")]
    said = [str(part.get_content()) for one in letters for part in one.walk() if part.get_content_type() in ("text/plain", "text/html")]
    assert len(letters) == 3
    assert [text for text in said if "evil.example" in text] == []


def test_headers_stay_one_line() -> None:
    raw = as_bytes(Message("A\r\nBcc: x@y.z", "t", "<p>t</p>", from_name='Evil" <x@y.z>\n'), "ada@example.org", "<id@x>")

    message = email.message_from_bytes(raw, policy=email.policy.default)

    assert (message["Subject"], message["Bcc"]) == ("A Bcc: x@y.z", None)
    assert "noreply@testserver" in message["From"]


async def test_a_cancelled_order_sends_a_cancellation_and_no_ticket(outbox: Path) -> None:
    order = await place()
    await orders.cancel_order(order, by="test")

    await drain()

    (file,) = outbox.glob("*.eml")
    calendar = next(part for part in read(file).walk() if part.get_content_type() == "text/calendar")
    entry = icalendar.Calendar.from_ical(calendar.get_payload(decode=True)).walk("VEVENT")[0]
    assert calendar.get_param("method") == "CANCEL"
    assert (entry["SEQUENCE"], str(entry["STATUS"])) == (1, "CANCELLED")


async def test_a_letter_has_the_events_colour_and_keeps_the_lines_of_bank_details(outbox: Path) -> None:
    event = await make_event(hue=25)
    await event.organiser.change(bank_details="Sort code 00-00-00\nAccount <12345678>")
    kind = await make_ticket_type(event, price=5000)
    await placing.place_order(
        event, OrderForm(email="ada@example.org", invoice_to="Ada, 1 Street", tickets=[TicketWanted(ticket_type=kind.code, name="Ada")])
    )

    await drain()

    html = read(next(iter(outbox.glob("*.eml")))).get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Sort code 00-00-00<br>Account &lt;12345678&gt;" in html
    assert f"background:{colour.brand(25)}" in html


@pytest.mark.parametrize("hue", range(0, 360, 15))
async def test_white_words_on_the_events_colour_keep_their_contrast(hue: int) -> None:
    channels = [int(colour.brand(hue)[n : n + 2], 16) / 255 for n in (1, 3, 5)]

    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)

    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


class Handler:
    """A mail server that can be told to refuse."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.received.append(envelope)
        return self.answer


@pytest.fixture
async def smtp(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Handler]:
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setattr(settings(), "smtp_url", f"smtp://127.0.0.1:{controller.port}")
    yield handler
    controller.stop()


async def test_letters_go_out_over_smtp_with_their_own_message_id(smtp: Handler) -> None:
    await rules.queue("accounts/sign_in", "ada@example.org", link="http://testserver/sign-in/x")
    letter = await Letter.get()

    await jobs.run(COMPOSERS)

    assert [envelope.rcpt_tos for envelope in smtp.received] == [["ada@example.org"]]
    assert letter.message_id.encode() in smtp.received[0].content
    assert (await Letter.get()).state == LetterState.SENT


async def test_a_server_that_is_full_is_tried_again_with_the_same_bytes(smtp: Handler) -> None:
    await rules.queue("accounts/sign_in", "ada@example.org", link="http://testserver/sign-in/x")
    smtp.answer = "452 Full"
    await jobs.run(COMPOSERS)
    waiting = await Letter.get()
    kept = waiting.message

    smtp.answer = "250 OK"
    await waiting.change(send_at=now())
    await jobs.run(COMPOSERS)

    assert (waiting.state, "452" in waiting.error) == (LetterState.WAITING, True)
    assert kept is not None
    assert smtp.received[0].content.replace(b"\r\n", b"\n").strip() == bytes(kept).replace(b"\r\n", b"\n").strip()


async def test_a_server_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "smtp_url", f"smtp://127.0.0.1:{free_port()}")
    await rules.queue("accounts/sign_in", "ada@example.org", link="x")

    await jobs.run(COMPOSERS)

    letter = await Letter.get()
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 1)
    assert "cannot be reached" in letter.error
    assert letter.send_at > now()


async def test_a_refusal_for_good_is_shown_and_can_be_sent_again(smtp: Handler) -> None:
    await rules.queue("accounts/sign_in", "ada@example.org", link="x")
    smtp.answer = "554 No"
    await jobs.run(COMPOSERS)
    failed = await Letter.get()
    state = failed.state

    smtp.answer = "250 OK"
    await rules.retry(failed)
    await jobs.run(COMPOSERS)

    assert state == LetterState.FAILED
    assert len(smtp.received) == 1


async def test_a_letter_in_one_workers_hands_is_not_taken_by_another() -> None:
    await rules.queue("accounts/sign_in", "ada@example.org", link="x")

    first, second = await rules.claim(), await rules.claim()

    assert (len(first), len(second)) == (1, 0)


async def test_a_letter_of_a_worker_that_died_is_taken_up_when_its_lease_is_over() -> None:
    await rules.queue("accounts/sign_in", "ada@example.org", link="x")
    (lost,) = await rules.claim()
    await lost.change(leased_until=now() - timedelta(seconds=1))

    again = await rules.claim()

    assert [letter.message_id for letter in again] == [lost.message_id]


async def test_the_same_promise_twice_is_one_letter() -> None:
    first = await rules.queue("accounts/sign_in", "ada@example.org", dedupe="x", link="x")
    second = await rules.queue("accounts/sign_in", "ada@example.org", dedupe="x", link="x")

    assert (first, second, await Letter.all().count()) == (True, False, 1)
