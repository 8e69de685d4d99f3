"""What an endpoint takes."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from eventsvc.core.forms import FormModel, Line


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError("Enter a web address such as https://example.org/hook.") from None
    if not value.isascii() or " " in value:
        raise ValueError("Write the address in plain letters: other ones in it, and spaces, as the %xx or xn-- that a browser copies.")
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password or port == 0:
        raise ValueError("Enter a web address such as https://example.org/hook, without a name or password in it.")
    return value


Address = Annotated[Line, Field(min_length=1, max_length=500), AfterValidator(_address)]
Wanted = Annotated[str, Field(pattern=r"^(\*|[a-z_]+\.(\*|[a-z_]+))$", max_length=60)]
"""`*`, `order.paid`, or `order.*`."""


class EndpointForm(FormModel):
    url: Address
    events: Annotated[list[Wanted], Field(min_length=1, max_length=50)] = ["*"]
