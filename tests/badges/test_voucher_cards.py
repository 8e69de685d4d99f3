"""Vouchers as cards: those that can still be used, each readable and with a QR that opens registration."""

from __future__ import annotations

import io
from datetime import timedelta

import httpx
import pypdf
import pytest

from eventsvc.badges.render.vouchers import voucher_data
from eventsvc.badges.rules import NoVouchers, voucher_cards
from eventsvc.core.clock import now, travel
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.models import Voucher
from eventsvc.ticketing.rules import vouchers
from tests.make import make_event
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_cards_are_of_those_that_can_be_used_ten_on_a_page(client: httpx.AsyncClient) -> None:
    event = await make_event(name="Summit of Tests")
    await vouchers.add(event, VoucherForm(count=11, percent=100, note="Members"), by="")
    await vouchers.add(event, VoucherForm(code="OTHER", percent=20, note="Press", uses=5), by="")
    with travel(now() - timedelta(days=9)):
        await vouchers.add(event, VoucherForm(code="LAPSED", expires_at=now() + timedelta(days=1)), by="")
    async with await signed_in("tara", event) as tara, await signed_in("victor", event) as victor:
        answer = await tara.get(f"/manage/{event.slug}/vouchers.pdf")
        some = await tara.get(f"/manage/{event.slug}/vouchers.pdf?search=press")
        refused = await victor.get(f"/manage/{event.slug}/vouchers.pdf")

    whole, one = [pypdf.PdfReader(io.BytesIO(body.content)) for body in (answer, some)]
    said = " ".join(page.extract_text() for page in whole.pages)
    assert (len(whole.pages), len(one.pages), refused.status_code) == (2, 1, 403)
    assert ("LAPS" in said, "OTHE" in said, said.count("Summit of Tests")) == (False, True, 12)
    assert "MARKINFO" in str(whole.trailer["/Root"]).upper()


async def test_what_a_card_says_is_plain_and_its_code_can_be_typed() -> None:
    event = await make_event()
    row = Voucher(code="ABCD1234", kind="percent", value=100, uses=3, ticket_types=["x"], expires_at=None)

    card = voucher_data(event, [row], {"x": "Member"}, "https://e.org/tickets?voucher=")["cards"][0]

    assert (card["says"], card["types"], card["code"], card["fine"]) == (["A free ticket"], ["Member"], "ABCD  1234", ["For 3 tickets"])


async def test_without_any_it_is_said() -> None:
    with pytest.raises(NoVouchers):
        await voucher_cards(await make_event(), "https://e.org/")
