"""Vouchers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import After, Items, Limit, Moment, delete, get, post
from eventsvc.core.config import settings
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import VoucherIn
from eventsvc.ticketing.models import Voucher, VoucherKind
from eventsvc.ticketing.rules import vouchers


class VoucherOut(BaseModel):
    code: str
    kind: VoucherKind
    value: int = Field(description="percent, or minor units")
    ticket_types: list[str] = Field(description="codes; empty means all")
    opens_hidden: bool
    uses: int | None = Field(description="tickets it is good for; null when there is no limit")
    used: int
    reserves: bool = Field(description="its unused uses keep places free")
    expires_at: Moment | None
    note: str
    url: str


def _out(event: Event, one: Voucher) -> VoucherOut:
    names = ("code", "kind", "value", "ticket_types", "opens_hidden", "uses", "used", "reserves", "expires_at", "note")
    url = f"{settings().base_url}/{event.slug}/tickets?voucher={one.code}"
    return VoucherOut(**{name: getattr(one, name) for name in names}, url=url)


async def list_vouchers(event: Event, limit: Limit = 100, after: After = None) -> Items[VoucherOut]:
    """Vouchers, oldest first."""
    start = int(after) if after and is_number(after) else 0
    rows = await Voucher.filter(event=event, id__gt=start).order_by("id").limit(limit + 1)
    return Items(items=[_out(event, one) for one in rows[:limit]], next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def add_vouchers(event: Event, token: ApiToken, wanted: VoucherIn) -> Items[VoucherOut]:
    """Make one voucher with your own `code`, or `count` of them with made codes."""
    made = await vouchers.add(event, wanted.as_form(), by=f"token {token.name}")
    return Items(items=[_out(event, one) for one in made])


async def remove_voucher(event: Event, token: ApiToken, code: str) -> None:
    """Remove a voucher that nobody used."""
    await vouchers.remove(await vouchers.of(event, vouchers.plain(code)), by=f"token {token.name}")


routes = [
    get("/events/{event}/vouchers", list_vouchers, "orders"),
    post("/events/{event}/vouchers", add_vouchers, "orders", 201, errors={409: "There is a voucher with this code"}),
    delete("/events/{event}/vouchers/{code}", remove_voucher, "orders", errors={409: "It has been used"}),
]
