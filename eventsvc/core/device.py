"""A browser without an account: known by a random cookie, and only once it keeps something (a favourite, a question, a vote).

The cookie is strictly necessary for what the visitor asks for (PECR reg. 6(4)(b)), holds nothing about them, and is stored only as
a hash. What it keeps is written under a *holder*: `device:<hash>`; an attendee's is `ticket:<number>`.

An attendee may let a browser remember their ticket until it is closed: a second cookie, for that event's pages only, that says which
ticket (signed, so it cannot be made up) and opens nothing else: neither My day nor anything that the ticket's secret link manages.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from eventsvc.core import signing
from eventsvc.core.config import settings

YEAR = 365 * 86400


def cookie_name() -> str:
    """`__Host-` keeps other hosts from setting it, and needs HTTPS."""
    return "__Host-device" if settings().https else "device"


def known(request: Request, event_id: int | None = None) -> str | None:
    """The holder of a browser that kept something before; None for any other. At an event, the ticket it remembers comes first."""
    if event_id is not None and (number := ticket_here(request, event_id)):
        return ticket(number)
    value = request.cookies.get(cookie_name(), "")
    return f"device:{signing.hashed(value)[:40]}" if 20 <= len(value) <= 40 else None


def holder(request: Request, event_id: int | None = None) -> tuple[str, str | None]:
    """(the holder, the cookie's value to set with `remember` when it is new). At an event, the ticket it remembers comes first."""
    found = known(request, event_id)
    if found:
        return found, None
    value = signing.secret()
    return f"device:{signing.hashed(value)[:40]}", value


def remember(response: Response, value: str | None) -> Response:
    """Set the cookie when there is a new one."""
    if value:
        response.set_cookie(cookie_name(), value, max_age=YEAR, path="/", secure=settings().https, httponly=True, samesite="lax")
    return response


def ticket(number: int) -> str:
    """The holder of an attendee's ticket."""
    return f"ticket:{number}"


def token(event_id: int, holder: str) -> str:
    """A device's holder for the address of its calendar at one event. Reads what is kept, never changes it."""
    return signing.signed("favourites", event_id, holder.removeprefix("device:"))


def from_token(event_id: int, given: str) -> str | None:
    """The holder in a `token` made for this event; None for anything else."""
    parts = signing.unsigned("favourites", given)
    return f"device:{parts[1]}" if parts and len(parts) == 2 and parts[0] == str(event_id) else None


def _ticket_cookie() -> str:
    return "__Secure-ticket" if settings().https else "ticket"


def ticket_here(request: Request, event_id: int) -> int | None:
    """The number of the ticket that this browser remembers for the event; None when it remembers none."""
    parts = signing.unsigned("ticket-here", request.cookies.get(_ticket_cookie(), "")[:100])
    return int(parts[1]) if parts and len(parts) == 2 and parts[0] == str(event_id) else None


def remember_ticket(response: Response, slug: str, event_id: int, number: int) -> Response:
    """Let this browser know the ticket on the event's pages, until the browser is closed or `forget_ticket`."""
    value = signing.signed("ticket-here", event_id, number)
    response.set_cookie(_ticket_cookie(), value, path=f"/{slug}", secure=settings().https, httponly=True, samesite="lax")
    return response


def forget_ticket(response: Response, slug: str) -> Response:
    """The browser knows no ticket of the event any more."""
    response.delete_cookie(_ticket_cookie(), path=f"/{slug}", secure=settings().https, httponly=True, samesite="lax")
    return response
