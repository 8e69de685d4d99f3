"""Secrets: ticket codes, links that manage something, signed links, stored hashes of tokens."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from eventsvc.core.config import settings

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_TAIL = re.compile(r"(?:.*/T/)?([0-9A-Za-z\-]{16,20})/?", re.DOTALL)


def ticket_code() -> str:
    """A new ticket code: 16 characters of Crockford base32, 80 random bits."""
    return short_code(16)


def short_code(length: int) -> str:
    """`length` random characters of Crockford base32 (5 bits each)."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def read_code(scanned: str) -> str | None:
    """The ticket code in what a scanner read: the address, the bare code, any case, in groups, O/I/L misreadings. None if there is none.

    >>> read_code("HTTPS://X.ORG/T/0123456789abcdef")
    '0123456789ABCDEF'
    """
    match = _TAIL.fullmatch("".join(scanned.split()))
    if not match:
        return None
    code = match[1].upper().replace("-", "").translate(_MISREAD)
    return code if _CODE.fullmatch(code) else None


def secret() -> str:
    """A secret for a link: 128 random bits, 22 characters safe in an address."""
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    """How a token is stored: SHA-256, hex. The token itself has enough entropy that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def mac(purpose: str, *parts: object) -> str:
    """A keyed fingerprint of `parts` for one purpose: 22 characters, 128 bits."""
    text = "\x1f".join([purpose, *map(str, parts)]).encode()
    digest = hmac.new(settings().secret_key.encode(), text, hashlib.sha256).digest()[:16]
    return _b64(digest)


def signed(purpose: str, *parts: int | str) -> str:
    """A link token that carries `parts` (no dots in them) and cannot be made up: `12.55.<mac>`."""
    return ".".join([*map(str, parts), mac(purpose, *parts)])


def unsigned(purpose: str, token: str) -> list[str] | None:
    """The parts of a signed token, or None when it was not made here for this purpose."""
    *parts, given = token.split(".")
    return parts if parts and hmac.compare_digest(given.encode(), mac(purpose, *parts).encode()) else None


def _b64(raw: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
