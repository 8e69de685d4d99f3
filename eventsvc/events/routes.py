"""The settings of an event, its team, its tokens; a new event."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import ApiToken, Right, Role, Scope
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.forms import start
from eventsvc.core.text import is_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events import rules
from eventsvc.events.forms import EventForm, MemberForm, NewEventForm, OrganiserForm, TokenForm
from eventsvc.events.models import Event, EventState, Membership


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/")]


STATES = [
    (EventState.DRAFT, "Draft: only the team sees it"),
    (EventState.PUBLISHED, "Published: everybody sees it"),
    (EventState.ARCHIVED, "Archived: readable, registration closed"),
]


async def settings_page(request: Request) -> Response:
    event = await rules.event_for(request, Right.MANAGE_EVENT)
    values = {name: getattr(event, name) for name in EventForm.model_fields}
    form = start(EventForm, **{**values, "changes_until": event.typed(event.changes_until)})
    if request.method == "POST":
        form = await parse(request, EventForm)
        if not form.errors:
            await rules.change_event(event, form.data, by=request.state.user.label)
            return redirect(f"{request.url.path}?done=1")
    return page(
        request,
        "events/settings.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        zones=_zones(),
        states_all=STATES,
        done="done" in request.query_params,
    )


async def organiser_page(request: Request) -> Response:
    """Who runs the event: name and address on invoices, bank details, VAT."""
    event = await rules.event_for(request, Right.MANAGE_EVENT)
    user, organiser = request.state.user, event.organiser
    form = start(OrganiserForm, **{name: getattr(organiser, name) for name in OrganiserForm.model_fields})
    if request.method == "POST":
        form = await parse(request, OrganiserForm)
        if not form.errors:
            try:
                await rules.change_organiser(user, organiser, form.data)
                return redirect(f"{request.url.path}?done=1")
            except rules.NameTaken as refusal:
                form.refuse(refusal)
    return page(
        request,
        "events/organiser.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        may=await rules.may_change_organiser(user, organiser),
        others=await Event.filter(organiser=organiser).exclude(id=event.id).order_by("-start").limit(20),
        done="done" in request.query_params,
    )


async def new_event(request: Request) -> Response:
    """Administrators make events; the maker becomes its organiser."""
    user = await rules.viewer(request)
    if not user.is_admin:
        raise Forbidden("Only an administrator makes new events. Ask yours.")
    form = start(NewEventForm, timezone="Europe/London")
    if request.method == "POST":
        form = await parse(request, NewEventForm)
        if not form.errors:
            wanted = form.data
            try:
                event = await rules.found_event(user, wanted)
                return redirect(f"/manage/{event.slug}/")
            except Refused as refusal:
                form.refuse(refusal)
    return page(request, "events/new.html", 422 if form.errors else 200, form=form, zones=_zones())


async def team(request: Request) -> Response:
    """Who may do what here, and which systems have a token."""
    event = await rules.event_for(request, Right.MANAGE_EVENT)
    forms: dict[str, Any] = {"member": start(MemberForm, role=Role.ORGANISER), "token": start(TokenForm)}
    shown = {"link": "", "token": ""}
    if request.method == "POST":
        async with request.form(max_fields=50) as posted:
            do = str(posted.get("do", ""))
        shown = await _change_team(request, event, do, forms)
        if not shown:
            return redirect(f"{request.url.path}?done=1")
    return page(
        request,
        "events/team.html",
        422 if any(form.errors for form in forms.values()) else 200,
        event=event,
        forms=forms,
        shown=shown,
        members=await Membership.filter(event=event).select_related("user").order_by("id"),
        tokens=await ApiToken.filter(event_id=event.id, revoked_at=None).order_by("id"),
        roles=[(role, role.capitalize()) for role in Role],
        scopes=list(Scope),
        done="done" in request.query_params,
    )


async def _change_team(request: Request, event: Event, do: str, forms: dict[str, Any]) -> dict[str, str]:
    """Do one thing; returns what must be shown once (a link, a token), empty when there is nothing to show."""
    by = request.state.user.label
    if do == "member":
        form = forms["member"] = await parse(request, MemberForm)
        if form.errors:
            return {"link": "", "token": ""}
        user, new = await accounts.invite(form.data.email, form.data.name)
        await rules.add_member(event, user, form.data.role, by=by)
        # Whoever has an account signs in as ever: a link to it is nobody else's to see.
        return {"link": await accounts.make_link(user), "token": ""} if new else {}
    if do == "token":
        tokens = forms["token"] = await parse(request, TokenForm)
        if tokens.errors:
            return {"link": "", "token": ""}
        _, text = await accounts.add_token(tokens.data.name, [str(scope) for scope in tokens.data.scopes], event.id, by=by)
        return {"link": "", "token": text}
    await _take_away(request, event, do, by)
    return {}


async def _take_away(request: Request, event: Event, do: str, by: str) -> None:
    async with request.form(max_fields=50) as posted:
        number = str(posted.get("id", ""))
    if do == "revoke" and is_number(number) and (token := await ApiToken.get_or_none(event_id=event.id, id=int(number))):
        await accounts.revoke_token(token, by=by)
    elif do == "remove" and is_number(number) and (member := await Membership.get_or_none(event=event, id=int(number))):
        await rules.remove_member(event, member, by=by)
    else:
        raise NotFound("That is not there any more.")


routes = [
    Route("/manage/new", new_event, methods=["GET", "POST"]),
    Route("/manage/{event}/organiser", organiser_page, methods=["GET", "POST"]),
    Route("/manage/{event}/settings", settings_page, methods=["GET", "POST"]),
    Route("/manage/{event}/team", team, methods=["GET", "POST"]),
]
