"""Olga organises, Rita looks after the programme, Dev works the door, Victor may look, Ada attends, Mallory is a stranger."""

from __future__ import annotations

import httpx

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import Role, User
from eventsvc.app import asgi
from eventsvc.events.models import Event, Membership

ROLES = {"olga": Role.ORGANISER, "rita": Role.PROGRAMME, "tara": Role.TICKETS, "dev": Role.DOOR, "victor": Role.VIEWER}


def browser(**headers: str) -> httpx.AsyncClient:
    """A browser that asks this process's app, from one of our own pages."""
    transport = httpx.ASGITransport(app=asgi)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers={"sec-fetch-site": "same-origin", **headers})


async def person(name: str, event: Event | None = None) -> User:
    """The account of one of ROLES (or of a stranger), with that role at `event`."""
    user, _ = await User.get_or_create(email=f"{name}@example.org", defaults={"name": name.title()})
    if event is not None and name in ROLES:
        await Membership.get_or_create(user=user, event=event, defaults={"role": ROLES[name]})
    return user


async def signed_in(name: str, event: Event | None = None) -> httpx.AsyncClient:
    """The browser of one of ROLES, signed in. Close it, or use it in `async with`."""
    link = await accounts.make_link(await person(name, event))
    session = await accounts.use_link(link.rsplit("/", 1)[1])
    here = browser()
    here.cookies.set(accounts.cookie_name(), session)
    return here


async def system(event: Event | None, *scopes: str) -> httpx.AsyncClient:
    """Another system, with an API token of these scopes for `event`."""
    _, token = await accounts.add_token("test", list(scopes), event.id if event else None)
    return browser(authorization=f"Bearer {token}")
