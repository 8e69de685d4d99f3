"""Where a delivery may connect to. The name is looked up here, judged here, and connected to as judged: a name that resolves to one
address when it is checked and to another when it is used (DNS rebinding) gains nothing (OWASP SSRF Prevention Cheat Sheet).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

import httpcore

from eventsvc.core.config import settings
from eventsvc.core.errors import Refused

SECONDS = 10.0
IN_ALL = 25.0
"""Seconds for one delivery, however often a byte of its answer comes: others wait for it."""
INSIDE = [ipaddress.ip_network(one) for one in ("::/96", "64:ff9b:1::/48", "fec0::/10")]
"""IPv4 in old clothes, a network's own NAT64 (RFC 8215), site-local: Python calls them global."""


class PrivateAddress(Refused):
    status = 422
    kind = "private-address"
    title = "That address is not on the public internet"


def is_public(address: str) -> bool:
    """Is this IP address one that anybody on the internet may own? IPv4 inside IPv6 is looked at as IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 (RFC 6052)
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in INSIDE)


async def addresses(host: str, port: int) -> list[str]:
    """Where a name leads to. Raises PrivateAddress when it leads nowhere, or anywhere we do not go."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PrivateAddress(f"There is no computer called {host[:80]}. Check the address.", field="url") from None
    known = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not settings().webhook_allow_private and not all(is_public(one) for one in known):
        raise PrivateAddress("This address leads into a private network. Use one that the internet can reach.", field="url")
    return known


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects only to what `addresses` lets through, by number; TLS still checks the name."""

    def __init__(self) -> None:
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        last: Exception | None = None
        for address in (await addresses(host, port))[:4]:
            try:
                return await self.inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                last = exc
        raise last or httpcore.ConnectError("no address")


async def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """Send and return the status. Redirects are not followed, what comes back is not read.

    Raises httpcore's errors, TimeoutError, PrivateAddress.
    """
    timeout = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
    async with (
        asyncio.timeout(IN_ALL),
        httpcore.AsyncConnectionPool(network_backend=Guarded()) as pool,
        pool.stream("POST", url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}) as answer,
    ):
        return int(answer.status)
