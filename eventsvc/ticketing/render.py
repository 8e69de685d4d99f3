"""What happened to orders and tickets, from the journal, as sentences that a person reads."""

from __future__ import annotations

from typing import Any

from eventsvc.audit.models import Entry
from eventsvc.core.money import show

WORDS = {
    "order.placed": "Placed{by}: {tickets}, {total}",
    "order.reserved": "Reserved{by}: {tickets}, {total}",
    "order.address_proved": "E-mail address confirmed{by}",
    "order.disowned": "Given back by the owner of the e-mail address, who had not placed it",
    "order.approved": "Approved{by}",
    "order.declined": "Declined{by}",
    "order.extended": "Places kept for longer",
    "order.expired": "Time is over: {tickets} free again",
    "order.paid": "Paid {amount}{method}{noted}",
    "order.part_paid": "Paid in part: {amount}{method}{noted}",
    "order.overpaid": "Paid {amount}{method} though nothing was due{noted}",
    "order.paid_at_door": "Paid {amount}{method} at the door{noted}",
    "order.let_go": "{amount} let go: nobody asks for it any more{noted}",
    "order.refunded": "Paid back {amount}{method}{noted}",
    "order.refund_failed": "{amount} could not be paid back to the card",
    "order.reminded": "Reminded of the payment{by}",
    "order.resent": "Tickets sent again{by}",
    "order.noted": "Note for the team written{by}",
    "order.changed": "{fields} changed{by}",
    "order.cancelled": "Order cancelled{by}{kept}",
    "invoice.issued": "{document} of {gross} made",
    "ticket.changed": "Ticket changed{by}{more}",
    "ticket.corrected": "{fields} corrected{by}",
    "ticket.answered": "Questions answered{by}",
    "ticket.cancelled": "Ticket cancelled{by}{kept}",
    "ticket.transferred": "Ticket passed on{by}",
    "ticket.received": "Ticket made for who comes instead{by}",
    "ticket.named": "Place named{by}",
    "ticket.link_renewed": "New link for the place made{by}",
    "badge.printed": "Badge printed{by}",
    "badge.sent_to_station": "Badge sent to a printer{by}",
}
"""By action. What is in braces: `_facts`."""
METHODS = {"bank": " by bank transfer", "cash": " in cash", "card": " by card"}
FIELDS = {"email": "e-mail address", "invoice_to": "invoice address", "purchase_order": "purchase order number", "job_title": "job title"}
DOERS = {
    "page": " by the buyer",
    "buyer": " by the buyer",
    "attendee": " by the attendee",
    "guest": " by the attendee",
    "api": " through the API",
    "import": " by an import",
    "card": "",
    "Stripe": "",
    "last ticket cancelled": " with its last ticket",
}
"""Actors that are no names."""


def said(entry: Entry, currency: str, *, who: bool = True) -> str:
    """A sentence, without its full stop; with who did it, where that is known. An action without words is said as it is called."""
    facts = _facts(entry, currency, who=who)
    plain = entry.action.replace(".", " ").replace("_", " ") + "{by}"
    try:
        what = WORDS.get(entry.action, plain).format_map(facts)
    except KeyError:  # an entry from before there was such a fact
        what = plain.format_map(facts)
    return what[:1].upper() + what[1:]


def _facts(entry: Entry, currency: str, *, who: bool) -> dict[str, str]:
    facts: dict[str, Any] = entry.facts
    doer = DOERS.get(entry.actor, f" by {entry.actor}" if entry.actor else "")
    found: dict[str, str] = {}
    if "amount" in facts:
        found["amount"] = show(facts["amount"], currency)
    if "gross" in facts:
        found |= {"gross": show(abs(facts["gross"]), currency), "document": "Credit note" if facts.get("kind") == "credit" else "Invoice"}
    if "total" in facts:
        found["total"] = show(facts["total"], currency, free="free")
    if "tickets" in facts:
        found["tickets"] = f"{facts['tickets']} ticket{'' if facts['tickets'] == 1 else 's'}"
    if fields := facts.get("fields"):
        found["fields"] = ", ".join(FIELDS.get(one, one) for one in fields)
    more = facts.get("more", 0)
    return found | {
        "by": doer if who else "",
        "noted": f", noted by {entry.actor}" if who and entry.actor and entry.actor not in DOERS else "",
        "method": METHODS.get(facts.get("method", ""), ""),
        "kept": f"; {show(facts['fee'], currency)} is kept" if facts.get("fee") else "",
        "more": f": {show(abs(more), currency)} {'more' if more > 0 else 'less'}" if more else "",
    }
