"""What a line of a bank's statement may be the money of: told by order code, invoice number and amount. Only code and amount together
are certain; everything else is for a person to say.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.statement import Line
from eventsvc.ticketing.models import BankLine, BankLineState, Invoice, Order, OrderState

CODE, MOST = 8, 5
_MISREAD = str.maketrans("OIL", "011")
_ODD = re.compile(r"[^0-9A-Z]")
_LIKE_A_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Z])[0-9A-Z]{8}\b|\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[0-9A-Z]{4}-[0-9A-Z]{4}\b")


class Does(enum.StrEnum):
    """What happens with a line: it pays its order, somebody decides, or it is left alone and nothing of it is kept."""

    PAY = "pay"
    DECIDE = "decide"
    LEAVE = "leave"


@dataclass(frozen=True)
class Verdict:
    does: Does
    why: str
    orders: tuple[Order, ...] = ()
    """The order that is paid, or those it may be for."""
    guess: bool = False
    """Told by the amount alone."""


@dataclass
class Known:
    """The orders of an event by what a statement may say of them."""

    currency: str
    by_code: dict[str, Order] = field(default_factory=dict)
    by_due: dict[int, list[Order]] = field(default_factory=dict)
    by_half: dict[tuple[int, str], list[Order]] = field(default_factory=dict)
    by_invoice: dict[str, Order] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    """Orders that a line has paid already."""


async def known(event: Event) -> Known:
    """Five queries, however many lines there are."""
    found = Known(event.currency)
    orders = {one.id: one for one in await Order.filter(event=event).order_by("id")}
    for order in orders.values():
        found.by_code[squashed(order.code)] = order
        if order.due:
            found.by_due.setdefault(order.due, []).append(order)
            for half in _halves(squashed(order.code)):
                found.by_half.setdefault(half, []).append(order)
    for number, order_id in await Invoice.filter(event=event, order_id__in=[one.id for one in orders.values() if one.due]).values_list(
        "number", "order_id"
    ):
        found.by_invoice[squashed(str(number))] = orders[int(order_id)]
    others = Order.filter(event__organiser_id=event.organiser_id).exclude(event_id=event.id)
    found.elsewhere = {squashed(str(one)) for one in await others.values_list("code", flat=True)}
    taken = BankLine.filter(event=event, state=BankLineState.TAKEN)
    found.taken = {int(str(one)) for one in await taken.values_list("order_id", flat=True)}
    return found


def squashed(text: str) -> str:
    """What is compared: capitals and digits, with O, I and L as the digits they are taken for.

    >>> squashed("ref: abcO-1234")
    'REFABC01234'
    """
    return _ODD.sub("", text.upper().translate(_MISREAD))


def fingerprints(lines: Iterable[Line]) -> list[str]:
    """One for each line, the same whenever the line is brought in. Lines that are quite the same are counted: both are money."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        what = f"{line.on.isoformat()}|{line.amount}|{line.text.casefold()}"
        seen[what] += 1
        found.append(hashlib.sha256(f"{what}|{seen[what]}".encode()).hexdigest())
    return found


def weigh_all(lines: Sequence[Line], among: Known) -> list[Verdict]:
    """Of one statement: an order that one line pays is not offered to another."""
    verdicts = [weigh(line.text, line.amount, among) for line in lines]
    paid: set[int] = set()
    for at, verdict in enumerate(verdicts):
        if verdict.does == Does.PAY and verdict.orders[0].id in paid:
            verdicts[at] = Verdict(Does.DECIDE, f"Order {verdict.orders[0].code} is paid by another line. Paid twice?", verdict.orders)
        elif verdict.does == Does.PAY:
            paid.add(verdict.orders[0].id)
    rest = replace(among, by_due={due: [one for one in orders if one.id not in paid] for due, orders in among.by_due.items()})
    again = [one.guess and any(order.id in paid for order in one.orders) for one in verdicts]
    return [weigh(line.text, line.amount, rest) if more else one for line, one, more in zip(lines, verdicts, again, strict=True)]


def weigh(text: str, amount: int, among: Known) -> Verdict:
    """What to do with one line."""
    if amount <= 0:
        return Verdict(Does.LEAVE, "Money that went out. If it was a refund, note it on the page of the order.")
    whole = squashed(text)
    pieces = list(_pieces(whole))
    named = tuple(dict.fromkeys(among.by_code[piece] for piece in pieces if piece in among.by_code))
    if len(named) > 1:
        return Verdict(Does.DECIDE, f"It names {len(named)} orders.", named[:MOST])
    if named:
        return _named(named[0], amount, among)
    if any(piece in among.elsewhere for piece in pieces):
        return Verdict(Does.LEAVE, "For an order of another event. Bring the statement in there too.")
    return _unnamed(text, whole, pieces, amount, among)


def _named(order: Order, amount: int, among: Known) -> Verdict:
    if order.due == amount:
        return Verdict(Does.PAY, f"Names order {order.code}, and the amount is right.", (order,))
    if order.due:
        gap = order.due - amount
        what = f"{show(gap, among.currency)} too little" if gap > 0 else f"{show(-gap, among.currency)} too much"
        return Verdict(Does.DECIDE, f"Names order {order.code}, over {show(order.due, among.currency)}: {what}.", (order,))
    if order.state == OrderState.PAID and order.total and order.id not in among.taken:
        return Verdict(Does.LEAVE, f"Order {order.code} is marked as paid already.", (order,))
    if order.state == OrderState.PAID and order.total:
        return Verdict(Does.DECIDE, f"Order {order.code} is paid by another line. Paid twice?", (order,))
    return Verdict(Does.DECIDE, f"Names order {order.code}, on which nothing is due.", (order,))


def _unnamed(text: str, whole: str, pieces: list[str], amount: int, among: Known) -> Verdict:
    same = tuple(among.by_due.get(amount, ()))
    near = tuple(dict.fromkeys(order for piece in pieces for order in _near(piece, among)))
    if near:
        return Verdict(Does.DECIDE, f"No order has quite this code; {near[0].code} differs in one character.", near[:MOST])
    parts = (whole[at : at + size] for size in {len(number) for number in among.by_invoice} for at in range(len(whole) - size + 1))
    billed = tuple(dict.fromkeys(among.by_invoice[part] for part in parts if part in among.by_invoice))
    if billed:
        return Verdict(Does.DECIDE, "It names an invoice and no order.", billed[:MOST])
    if match := _LIKE_A_CODE.search(text.upper()):
        why = f"No order here has the code {match[0]}."
        return Verdict(Does.DECIDE, f"{why} The amount would be right." if same else why, same[:MOST], guess=True)
    if same:
        count = "one order" if len(same) == 1 else f"{len(same)} orders"
        return Verdict(Does.DECIDE, f"It names no order, but exactly this amount is due on {count}.", same[:MOST], guess=True)
    return Verdict(Does.LEAVE, f"It names no order, and {show(amount, among.currency)} is due on none.")


def _pieces(whole: str) -> Iterator[str]:
    return (whole[at : at + CODE] for at in range(len(whole) - CODE + 1))


def _halves(code: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """Of a code with one character wrong, one half is right."""
    return (0, code[: CODE // 2]), (1, code[CODE // 2 :])


def _near(piece: str, among: Known) -> Iterator[Order]:
    """The orders whose code differs from this in one character."""
    for half in _halves(piece):
        for order in among.by_half.get(half, ()):
            if sum(a != b for a, b in zip(piece, squashed(order.code), strict=True)) == 1:
                yield order
