"""How a page is answered: templates, redirects, posted forms, and where a request comes from."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import brotli
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from eventsvc.core import clock, forms, money, static, text
from eventsvc.core.config import FRONTEND, settings

T = TypeVar("T", bound=forms.FormModel)
PRIVATE = {"Cache-Control": "no-store"}


@functools.lru_cache(maxsize=1)
def environment() -> Environment:
    """The template environment. Undefined names raise: a page never silently lacks something."""
    env = Environment(
        loader=FileSystemLoader([FRONTEND / "pages", FRONTEND]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )
    env.filters.update(
        money=money.show,
        rich=text.rich,
        plain=text.plain,
        initials=text.initials,
        day=day,
        short_day=short_day,
        hm=hm,
        moment=moment,
        iso=iso,
        pairs=pairs,
    )
    env.globals.update(static=static.url, settings=settings, now=clock.now, icon=icon)
    return env


def icon(name: str, label: str = "") -> Markup:
    """An icon from the sprite; with a label it speaks, without one it is decoration."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(said, static.url("icons/sprite.svg"), name)


def pairs(choices: list[str]) -> list[tuple[str, str]]:
    """Choices as a <select> takes them, an empty one first."""
    return [("", "Choose"), *((choice, choice) for choice in choices)]


def day(value: date) -> str:
    """Thursday, 14 January"""
    return f"{value:%A}, {value.day} {value:%B}"


def short_day(value: date) -> str:
    """Thu 14 Jan"""
    return f"{value:%a} {value.day} {value:%b}"


def hm(value: datetime) -> str:
    return f"{value:%H:%M}"


def moment(value: datetime) -> str:
    """14 Jan 2027, 09:30"""
    return f"{value.day} {value:%b %Y, %H:%M}"


def iso(value: datetime | date) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def render(template: str, **context: Any) -> str:
    """A template as text, from plain values."""
    return environment().get_template(template).render(context)


def page(request: Request, template: str, status: int = 200, *, headers: Mapping[str, str] = PRIVATE, **context: Any) -> HTMLResponse:
    """A private page: never stored by anybody. For pages everyone sees the same, see `cache.public`."""
    return HTMLResponse(render(template, request=request, **context), status, headers=dict(headers))


def csv_file(text: str, name: str) -> Response:
    """CSV to keep, as `name`. It begins with a byte order mark: spreadsheets then read it as UTF-8."""
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def compressed(request: Request, response: Response) -> Response:
    """A large private answer, made small. Only for one without a secret in it: its size would tell (BREACH)."""
    if "br" in request.headers.get("accept-encoding", "") and len(response.body) > 2000:
        response.body = brotli.compress(bytes(response.body), quality=4)
        response.headers.update({"Content-Encoding": "br", "Vary": "Accept-Encoding", "Content-Length": str(len(response.body))})
    return response


def tagged(request: Request, response: Response) -> Response:
    """A public answer that is made anew each time, with an ETag: whoever has it already gets a 304 (RFC 9110 §13.1.2)."""
    etag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=0, must-revalidate"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def redirect(to: str, status: int = 303) -> Response:
    """Go there with GET. `to` is an address of ours."""
    return RedirectResponse(to, status, headers=PRIVATE)


def local_path(to: str, default: str = "/manage/") -> str:
    """`to` when it is a path on this site, else `default`: a sign-in never sends anyone elsewhere."""
    safe = to.startswith("/") and not to.startswith(("//", "/\\")) and "\\" not in to and all(c >= " " for c in to)
    return to if safe else default


async def parse(request: Request, model: type[T]) -> forms.Form[T]:
    """Read a posted form and judge it."""
    async with request.form(max_fields=2000, max_files=0) as data:
        return forms.check(model, [(key, value) for key, value in data.multi_items() if isinstance(value, str)])


def client(request: Request) -> str:
    """The network address of whoever asks, as attempts are counted. X-Forwarded-For counts only from EVENTSVC_TRUSTED_PROXIES."""
    peer = request.client.host if request.client else "unknown"
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))  # some proxies add a line of their own after the sender's
    if not forwarded or not _trusted(peer):
        return _as_one(peer)
    for hop in reversed([part.strip() for part in forwarded.split(",")]):
        if not _trusted(hop):
            return _as_one(hop)
    return _as_one(peer)


def _as_one(address: str) -> str:
    """An IPv6 host picks addresses from a /64 as it likes: all of them are one."""
    ip = _ip(address)
    if ip is None:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """IPv4 as IPv4, also where a socket for both writes it as ::ffff:192.0.2.1; None for what is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


@functools.lru_cache(maxsize=1)
def _proxies() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    parts = filter(None, map(str.strip, settings().trusted_proxies.split(",")))
    return [ipaddress.ip_network(part, strict=False) for part in parts]


def _trusted(address: str) -> bool:
    ip = _ip(address)
    return ip is not None and any(ip in network for network in _proxies())


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")
