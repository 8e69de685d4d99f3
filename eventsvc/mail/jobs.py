"""Sending the outbox: over SMTP with a few long-lived connections, or as `.eml` files when no SMTP is set."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from eventsvc.core.config import settings
from eventsvc.mail import rules
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, as_bytes

log = logging.getLogger("eventsvc.mail")
Composer = Callable[[Letter], Awaitable[Message | None]]
"""Turns a letter into a message; None when there is nothing to say any more (an order cancelled meanwhile)."""
CONNECTIONS = 3


async def run(composers: dict[str, Composer]) -> int:
    """Send what is due. Returns how many letters were dealt with."""
    letters = await rules.claim()
    if not letters:
        return 0
    queue = iter(letters)
    await asyncio.gather(*(_carry(queue, composers) for _ in range(min(CONNECTIONS, len(letters)))))
    return len(letters)


async def _carry(queue: object, composers: dict[str, Composer]) -> None:
    """One carrier: takes letters off the common queue, over one connection."""
    postman = Postman()
    try:
        for letter in queue:  # type: ignore[attr-defined]
            await _one(letter, composers, postman)
    finally:
        await postman.close()


async def _one(letter: Letter, composers: dict[str, Composer], postman: Postman) -> None:
    try:
        message = letter.message
        if message is None:
            made = await composers[letter.kind](letter)
            if made is None:
                await rules.dropped(letter)
                return
            message = await asyncio.to_thread(as_bytes, made, letter.to, letter.message_id)
            await rules.composed(letter, made.subject, message)
        await postman.send(letter, message)
    except aiosmtplib.SMTPRecipientsRefused as exc:
        codes = [answer.code for answer in exc.recipients]
        await rules.failed(letter, f"The mail server refused the address ({codes}).", for_good=all(code >= 500 for code in codes))
    except aiosmtplib.SMTPResponseException as exc:
        await rules.failed(letter, f"The mail server answered {exc.code}.", for_good=exc.code in (552, 553, 554))
    except (aiosmtplib.SMTPException, OSError) as exc:
        await rules.failed(letter, f"The mail server cannot be reached ({type(exc).__name__}).")
    except Exception as exc:
        log.exception("letter could not be made", extra={"letter": letter.id, "kind": letter.kind})
        await rules.failed(letter, f"The letter could not be made ({type(exc).__name__}).")
    else:
        await rules.sent(letter)


class Postman:
    """One way out: a connection opened when first needed and kept, or the outbox folder."""

    def __init__(self) -> None:
        self.smtp: aiosmtplib.SMTP | None = None

    async def send(self, letter: Letter, message: bytes) -> None:
        if not settings().smtp_url:
            await asyncio.to_thread(write_file, letter, message)
            return
        if self.smtp is None or not self.smtp.is_connected:
            self.smtp = _client(settings().smtp_url)
            await self.smtp.connect()
        try:
            await self.smtp.sendmail(settings().mail_from, [letter.to], message)
        except (TimeoutError, aiosmtplib.SMTPServerDisconnected, OSError):
            await self.close()
            raise

    async def close(self) -> None:
        if self.smtp is not None:
            try:
                await self.smtp.quit(timeout=5)
            except (aiosmtplib.SMTPException, OSError):
                self.smtp.close()
            self.smtp = None


def _client(url: str) -> aiosmtplib.SMTP:
    """smtp:// uses STARTTLS where offered, smtps:// is TLS from the start."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    return aiosmtplib.SMTP(
        hostname=parts.hostname,
        port=parts.port or (465 if tls else 587),
        use_tls=tls,
        start_tls=None if not tls else False,
        timeout=20,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def write_file(letter: Letter, message: bytes) -> None:
    """DATA_DIR/outbox/<number>-<kind>.eml, whole or not at all; writing it twice gives the same file."""
    folder = settings().data_dir / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{letter.id:06}-{letter.kind.replace('/', '-')}.eml"
    partial = Path(f"{file}.part")
    with partial.open("wb") as out:
        out.write(message)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)


async def trouble() -> list[str]:
    """One sentence for each thing that keeps letters from going out. Empty is right."""
    if not settings().smtp_url:
        folder = settings().data_dir / "outbox"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            return [f"Letters are written to {folder}, which cannot be used: {exc.strerror}."]
        return []
    smtp = _client(settings().smtp_url)
    try:
        await smtp.connect()
        await smtp.quit()
    except (aiosmtplib.SMTPException, OSError) as exc:
        return [f"The mail server in EVENTSVC_SMTP_URL does not answer as it should ({type(exc).__name__})."]
    return []
