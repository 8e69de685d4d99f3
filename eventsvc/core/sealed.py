"""Texts that only this installation can read: AES-256-GCM under a key made from EVENTSVC_SECRET_KEY by HKDF (RFC 5869)."""

from __future__ import annotations

import base64
import functools
import os
from typing import TYPE_CHECKING

from eventsvc.core.config import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Unreadable(Exception):
    """It was sealed under another key, for another place, or tampered with."""


def seal(words: str, place: str) -> str:
    """`words` encrypted for one place (which row and column): moved elsewhere it does not open. A new random nonce each time."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _cipher(settings().secret_key).encrypt(nonce, words.encode(), place.encode())).decode()


def unseal(sealed: str, place: str) -> str:
    """What was sealed for this place. Raises Unreadable."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(settings().secret_key).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError) as exc:
        raise Unreadable("This cannot be read with the key this installation has.") from exc


@functools.lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    # Imported where it is used: most processes never seal anything, and the library is large.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"eventsvc sealed answers v1").derive(secret.encode()))
