"""user add, token add, door link."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eventsvc.cli import Failed, with_database


def add_commands(commands: Any) -> None:
    user = commands.add_parser("user", help="staff accounts").add_subparsers(dest="what", required=True, metavar="ACTION")
    one = user.add_parser("add", help="make a staff account; prints a one-time sign-in link")
    one.add_argument("email", metavar="EMAIL")
    one.add_argument("--name", default="", metavar="N")
    one.add_argument("--admin", action="store_true", help="may do everything, everywhere")
    one.add_argument("--event", metavar="SLUG")
    one.add_argument("--role", default="organiser", metavar="ROLE", help="organiser, programme, tickets, door or viewer")
    one.set_defaults(run=add_user)
    token = commands.add_parser("token", help="API tokens").add_subparsers(dest="what", required=True, metavar="ACTION")
    one = token.add_parser("add", help="make an API token; prints it once")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--name", required=True, metavar="N")
    one.add_argument("--scopes", required=True, metavar="a,b", help="read, orders, checkin, programme, surveys, print, admin")
    one.set_defaults(run=add_token)
    door = commands.add_parser("door", help="tablets at the door").add_subparsers(dest="what", required=True, metavar="ACTION")
    one = door.add_parser("link", help="print a link that makes a tablet a door")
    one.add_argument("--event", required=True, metavar="SLUG")
    one.add_argument("--name", default="Door", metavar="N")
    one.set_defaults(run=door_link)


async def event_of(slug: str) -> Any:
    """The event with this address. Raises Failed."""
    from eventsvc.events.models import Event

    event = await Event.get_or_none(slug=slug).select_related("organiser")
    if event is None:
        known = ", ".join(str(one) for one in await Event.all().order_by("slug").limit(10).values_list("slug", flat=True)) or "none yet"
        raise Failed(f"There is no event '{slug}'. Events: {known}.")
    return event


def add_user(arguments: argparse.Namespace) -> None:
    from eventsvc.accounts import rules as accounts
    from eventsvc.accounts.models import Role
    from eventsvc.core.forms import Email
    from eventsvc.events import rules as events

    try:
        email = TypeAdapter(Email).validate_python(arguments.email)
    except ValidationError:
        raise Failed(f"'{arguments.email}' is not an e-mail address.") from None
    if arguments.role not in set(Role):
        raise Failed(f"There is no role '{arguments.role}'. Choose from: {', '.join(Role)}.")

    async def run() -> str:
        event = await event_of(arguments.event) if arguments.event else None
        user = await accounts.add_user(email, arguments.name, admin=arguments.admin)
        if event:
            await events.add_member(event, user, Role(arguments.role), by="command line")
        return await accounts.make_link(user, timedelta(days=1))

    print(with_database(run))


def add_token(arguments: argparse.Namespace) -> None:
    from eventsvc.accounts import rules as accounts

    scopes = [scope.strip() for scope in arguments.scopes.split(",") if scope.strip()]

    async def run() -> str:
        event = await event_of(arguments.event)
        return (await accounts.add_token(arguments.name, scopes, event.id, by="command line"))[1]

    print(with_database(run))


def door_link(arguments: argparse.Namespace) -> None:
    from eventsvc.checkin import rules as checkin

    async def run() -> str:
        return await checkin.door_link(await event_of(arguments.event), arguments.name, "command line")

    print(with_database(run))
