"""Who may see and change an event; the event's own settings.

`event_for`, `public_event` and `admit` are the three ways an event is reached: by an organiser, by anybody, by a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Protocol

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import RIGHTS, ApiToken, Right, Role, Scope, User
from eventsvc.audit.rules import record
from eventsvc.core import briefly, versions
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Forbidden, NotFound, Refused, Unauthorised
from eventsvc.events.forms import EventForm, NewEventForm, OrganiserForm
from eventsvc.events.models import Event, EventState, Membership, Organiser

RESERVED = {
    "manage",
    "api",
    "door",
    "sign-in",
    "sign-out",
    "static",
    "static-paper",
    "wallet",
    "stripe",
    "t",
    "verify",
    "healthz",
    "readyz",
    "metrics",
    "robots",
    "favicon",
    "about",
    "privacy",
    "new",
    "admin",
    "problems",
}


class SlugTaken(Refused):
    kind = "slug-taken"
    title = "That address is taken"


class Asking(Protocol):
    """Whoever asks: a web request, seen only through what a rule may know of it."""

    @property
    def path_params(self) -> dict[str, Any]: ...
    @property
    def cookies(self) -> Mapping[str, str]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def state(self) -> Any: ...


async def viewer(request: Asking) -> User:
    """The signed-in person. Raises Unauthorised, which sends a browser to the sign-in page."""
    user = await accounts.signed_in(request.cookies)
    if user is None:
        raise Unauthorised("Please sign in first.")
    request.state.user = user
    return user


async def event_for(request: Asking, may: Right) -> Event:
    """The event in the address, for an organiser who may do `may` there.

    Raises Unauthorised (not signed in), NotFound (not yours to know about), Forbidden (yours, but not this).
    Leaves the person in `request.state.user` and what they may do in `request.state.rights`.
    """
    user = await viewer(request)
    event = await Event.get_or_none(slug=request.path_params["event"]).select_related("organiser")
    if event is None:
        raise NotFound("There is no such event.")
    rights = await rights_of(user, event)
    if not rights:
        raise NotFound("There is no such event.")
    request.state.rights = rights
    if may not in rights:
        raise Forbidden("Your role at this event does not include this. Ask an organiser.")
    return event


async def rights_of(user: User, event: Event) -> frozenset[Right]:
    """What somebody may do at this event; administrators everything."""
    if user.is_admin:
        return frozenset(Right)
    member = await Membership.get_or_none(user=user, event=event)
    return RIGHTS[member.role] if member else frozenset()


async def public_event(request: Asking) -> Event:
    """The event in the address as anyone may see it: published or archived. Raises NotFound."""
    event = await Event.get_or_none(slug=request.path_params["event"]).select_related("organiser")
    if event is None or event.state == EventState.DRAFT:
        raise NotFound("There is no event at this address. Check the link, or look at all events.")
    return event


async def admit(request: Asking, scope: str | None) -> dict[str, Any]:
    """The guard of the API: who asks, for which event. 401, then 404 for another event's things, then 403.

    Tablets at the door ask many times a second, so for them the answer is kept for a moment.
    """
    if scope == Scope.CHECKIN:
        key = ("admit", request.headers.get("authorization"), request.path_params.get("event"))
        return await briefly.keep(key, lambda: _admit(request, scope))
    return await _admit(request, scope)


async def _admit(request: Asking, scope: str | None) -> dict[str, Any]:
    authorization = request.headers.get("authorization")
    token = await accounts.find_token(authorization)
    if token is None and (scope is not None or authorization):
        raise Unauthorised("Send a valid API token as 'Authorization: Bearer …'.")
    event = None
    if "event" in request.path_params:
        event = await Event.get_or_none(slug=request.path_params["event"])
        if event is None or not _token_sees(token, event):
            raise NotFound("There is no such event.")
    if scope is not None and token is not None and not _allows(token, scope):
        raise Forbidden(f"This token does not have the scope '{scope}'.")
    return {"event": event, "token": token}


def _token_sees(token: ApiToken | None, event: Event) -> bool:
    if token is None:
        return event.state != EventState.DRAFT
    return token.event_id is None or token.event_id == event.id


def _allows(token: ApiToken, scope: str) -> bool:
    return scope in token.scopes or Scope.ADMIN in token.scopes or (scope == Scope.READ and bool({*token.scopes} - {Scope.PRINT}))


async def version_of(slug: str) -> int | None:
    """The public version of an event; None when the public may not see it."""
    rows = await fetch("SELECT version FROM event WHERE slug = $1 AND state <> 'draft'", slug)
    return int(rows[0]["version"]) if rows else None


async def touch(event: Event) -> None:
    """Something the public sees has changed: raise the version, in the same transaction as the change."""
    versions.changed(event.slug)
    briefly.forget()
    await fetch("UPDATE event SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING id", event.id, now())


async def create_event(organiser: Organiser, slug: str, wanted: EventForm, *, by: str = "", **more: Any) -> Event:
    """A new event at /{slug}/. Raises SlugTaken."""
    async with transaction():
        if slug in RESERVED or await Event.exists(slug=slug):
            raise SlugTaken(f"The address /{slug}/ is taken. Choose another.", field="slug")
        event = await Event.create(organiser=organiser, slug=slug, **wanted.model_dump(), **more)
        await record("event.created", event, by=by)
    return event


async def found_event(user: User, wanted: NewEventForm) -> Event:
    """A new event, with its organiser where there is none of that name; `user` organises it. All or nothing. Raises SlugTaken."""
    async with transaction():
        organiser, _ = await Organiser.get_or_create(name=wanted.organiser)
        event = await create_event(organiser, wanted.slug, wanted.as_event(), by=user.label)
        await add_member(event, user, Role.ORGANISER, by=user.label)
    return event


async def change_event(event: Event, wanted: EventForm, *, by: str) -> None:
    """Change the event's settings; the journal keeps which ones."""
    async with transaction():
        values = wanted.model_dump()
        if wanted.changes_until:
            values["changes_until"] = event.aware(wanted.changes_until).astimezone(UTC)
        changed = [name for name, value in values.items() if getattr(event, name) != value]
        if not changed:
            return
        await event.change(**values)
        await touch(event)
        await record("event.changed", event, by=by, fields=changed)


class NameTaken(Refused):
    kind = "name-taken"
    title = "There is an organiser of that name"


async def may_change_organiser(user: User, organiser: Organiser) -> bool:
    """Its bank details are those of all its events: administrators may, and whoever is organiser at every one of them."""
    if user.is_admin:
        return True
    events = await Event.filter(organiser=organiser).count()
    return events > 0 and events == await Membership.filter(user=user, event__organiser=organiser, role=Role.ORGANISER).count()


async def change_organiser(user: User, organiser: Organiser, wanted: OrganiserForm) -> None:
    """Change who runs the events. Raises Forbidden, NameTaken. Invoices that are out keep what they said."""
    if not await may_change_organiser(user, organiser):
        raise Forbidden("These details belong to other events too. Ask an administrator, or somebody who organises all of them.")
    async with transaction():
        if await Organiser.filter(name=wanted.name).exclude(id=organiser.id).exists():
            raise NameTaken("There is another organiser of this name. Choose a different one.", field="name")
        changed = [name for name, value in wanted.model_dump().items() if getattr(organiser, name) != value]
        if not changed:
            return
        await organiser.change(**wanted.model_dump())
        for event in await Event.filter(organiser=organiser):
            await touch(event)
        await record("organiser.changed", organiser, by=user.label, fields=changed)


async def add_member(event: Event, user: User, role: Role, *, by: str = "") -> None:
    """Give a person a role at an event, instead of the one they had."""
    async with transaction():
        await Membership.update_or_create(user=user, event=event, defaults={"role": role})
        await record("member.added", event, by=by, user=user.id, role=role)


class LastOrganiser(Refused):
    kind = "last-organiser"
    title = "An event needs an organiser"


async def remove_member(event: Event, member: Membership, *, by: str) -> None:
    """Take a role away. Raises LastOrganiser when nobody would be left to run the event."""
    async with transaction():
        others = await Membership.filter(event=event, role=Role.ORGANISER).exclude(id=member.id).count()
        if member.role == Role.ORGANISER and not others:
            raise LastOrganiser("This is the only organiser. Make somebody else organiser first.")
        await member.delete()
        await record("member.removed", event, by=by, role=member.role)
