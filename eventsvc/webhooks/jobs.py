"""What the worker does for webhooks."""

from __future__ import annotations

from eventsvc.webhooks.rules import sending


async def run() -> int:
    """Spread new entries, send what is due. Returns how much there was."""
    return await sending.spread() + await sending.send_due()


async def forget() -> int:
    return await sending.forget()
