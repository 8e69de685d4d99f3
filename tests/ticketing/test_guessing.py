"""Guessing member and voucher codes: after too many wrong ones nobody learns whether the next is right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.core.attempts import Attempt
from eventsvc.core.clock import now, travel
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.models import Order
from eventsvc.ticketing.rules import vouchers
from tests.ticketing.test_rates import stage

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.mark.parametrize(("field", "right"), [("member", "SEVERN27"), ("voucher", "TEAM")])
async def test_after_too_many_wrong_codes_a_right_one_gives_nothing_away_for_an_hour(
    client: httpx.AsyncClient, field: str, right: str
) -> None:
    event, _, _ = await stage()
    await vouchers.add(event, VoucherForm(code="TEAM"), by="test")
    shop = f"/{event.slug}/tickets"
    form: dict[str, Any] = {"email": "eve@example.com", "tickets-0-ticket_type": "full", "tickets-0-name": "Eve", "invoice_to": "Eve"}

    first = await client.get(shop, params={field: "WRONG99"})
    await Attempt.filter(key__startswith="voucher:").update(count=60)
    looked = [(await client.get(shop, params={field: code})).status_code for code in ("WRONG98", right)]
    placed = await client.post(shop, data={**form, field: right, "do": "order"})
    unharmed = await client.get(shop)
    with travel(now() + timedelta(hours=1)):
        later = await client.get(shop, params={field: right})

    assert (first.status_code, looked, placed.status_code) == (200, [429, 429], 429)
    assert await Order.filter(event=event).count() == 0
    assert (unharmed.status_code, later.status_code) == (200, 200)
