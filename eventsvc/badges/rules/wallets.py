"""Tickets in wallets, where a certificate or key is configured; phones that look for changes of a pass."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from eventsvc.badges.models import WalletDevice
from eventsvc.badges.render import wallet
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import mac, read_code
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket

log = logging.getLogger("eventsvc.wallet")
MOST = 10
"""Phones that follow one pass."""


class UnknownPass(Refused):
    """A phone is told 401 and never sent to sign in."""

    status = 401
    kind = "unknown-pass"
    title = "This pass is not known"


def _signer() -> wallet.Signer | None:
    """Who signs Apple passes; None where nothing is configured, or it cannot be read."""
    file, chain = settings().apple_pass_certificate, settings().apple_pass_chain
    if not file or not chain:
        return None
    try:
        return wallet.signer(file, chain)
    except (OSError, ValueError) as exc:
        log.error("EVENTSVC_APPLE_PASS_CERTIFICATE or EVENTSVC_APPLE_PASS_CHAIN cannot be used: %s", exc)
        return None


def wallets() -> tuple[bool, bool]:
    """Whether passes are there for (Apple's wallet, Google's)."""
    return _signer() is not None, bool(settings().google_wallet_key and settings().google_wallet_issuer)


def pass_token(ticket: Ticket) -> str:
    """What a phone that has the pass proves itself with."""
    return mac("wallet", ticket.code)


def apple_pass(event: Event, ticket: Ticket) -> bytes:
    """Raises NotFound where nothing is configured. The event comes with its organiser."""
    by = _signer()
    if by is None:
        raise NotFound("There are no passes for this wallet here.")
    return wallet.pkpass(event, ticket, by, service=f"{settings().base_url}/wallet", token=pass_token(ticket))


def google_link(event: Event, ticket: Ticket) -> str:
    """The address that saves the ticket to Google Wallet. Raises NotFound where nothing is configured."""
    file, issuer = settings().google_wallet_key, settings().google_wallet_issuer
    if not file or not issuer:
        raise NotFound("There are no passes for this wallet here.")
    try:
        return wallet.google_link(event, ticket, file, issuer, origin=settings().base_url, at=int(now().timestamp()))
    except (OSError, ValueError, KeyError) as exc:
        log.error("EVENTSVC_GOOGLE_WALLET_KEY cannot be used: %s", exc)
        raise NotFound("There are no passes for this wallet here.") from None


async def ticket_of_pass(pass_type: str, serial: str, authorization: str) -> Ticket:
    """The ticket of a pass, for a phone that has it. Raises UnknownPass, whether or not there is such a ticket."""
    by = _signer()
    found = Ticket.filter(code=read_code(serial) or "").select_related("ticket_type", "event__organiser")
    ticket = await found.first()
    given = authorization.removeprefix("ApplePass ").encode()
    if by is None or by.pass_type != pass_type or ticket is None or not hmac.compare_digest(given, pass_token(ticket).encode()):
        raise UnknownPass("This phone does not hold that pass.")
    return ticket


async def follow(ticket: Ticket, device: str, push_token: str) -> bool:
    """A phone wants to hear of changes; says whether that is new. Beyond MOST the oldest phone is forgotten."""
    async with transaction():
        await Ticket.filter(id=ticket.id).select_for_update().first()
        known = await WalletDevice.get_or_none(ticket=ticket, device=device)
        if known:
            await known.change(push_token=push_token)
            return False
        older = await WalletDevice.filter(ticket=ticket).order_by("-id").offset(MOST - 1).values_list("id", flat=True)
        await WalletDevice.filter(id__in=list(older)).delete()
        await WalletDevice.create(ticket=ticket, device=device, push_token=push_token)
    return True


async def unfollow(ticket: Ticket, device: str) -> None:
    await WalletDevice.filter(ticket=ticket, device=device).delete()


async def changed_passes(pass_type: str, device: str, since: str) -> tuple[str, Sequence[str]]:
    """(tag of the last change, serial numbers) of the passes on this phone that changed after the tag `since`."""
    by = _signer()
    if by is None or by.pass_type != pass_type:
        return "", []
    found = await WalletDevice.filter(device=device).select_related("ticket__event")
    latest = [(int(changed(one.ticket).timestamp() * 1_000_000), one.ticket.code) for one in found]
    after = int(since) if since.isascii() and since.isdigit() and len(since) <= 18 else -1
    fresh = [(moment, code) for moment, code in latest if moment > after]
    return (str(max(moment for moment, _ in fresh)) if fresh else ""), [code for _, code in fresh]


def changed(ticket: Ticket) -> datetime:
    """When the pass last changed. The ticket comes with its event."""
    return max(ticket.changed_at, ticket.event.updated_at).astimezone(UTC)
