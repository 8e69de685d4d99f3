"""The organiser's member organisations: list, one of each with its free places here, many from a file."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.text import page_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, may_change_organiser
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance, Organisation, OrganisationKind
from eventsvc.members.rules import allowances, imports, links, organisations

PER_PAGE = 50
KINDS = [(OrganisationKind.MEMBER, "Member"), (OrganisationKind.PARTNER, "Partner"), (OrganisationKind.PUBLIC, "Public body")]


def link(event: Event) -> str:
    """What a member code is put behind for a link that has it in it."""
    return f"{settings().base_url}/{event.slug}/tickets?member="


async def member_list(request: Request) -> Response:
    """Organisations, searched by name or domain, with what each has here."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    search, number = request.query_params.get("search", "")[:60], page_number(request.query_params.get("page", ""))
    found = organisations.found(event, search)
    total = await found.count()
    rows = await found.order_by("left", "name").offset((number - 1) * PER_PAGE).limit(PER_PAGE).prefetch_related("domains")
    used = {one.organisation_id: one for one in await Allowance.filter(event=event, organisation_id__in=[row.id for row in rows])}
    return page(
        request,
        "members/list.html",
        event=event,
        rows=rows,
        used=used,
        kinds=dict(KINDS),
        total=total,
        number=number,
        last=max(1, -(-total // PER_PAGE)),
        search=search,
        done=request.query_params.get("done", ""),
        may=await may_change_organiser(request.state.user, event.organiser),
    )


async def member_page(request: Request) -> Response:
    """A new organisation, or one that is there: what it is everywhere, and its free places here."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    slug, user = request.path_params.get("slug"), request.state.user
    one = await organisations.of(event, slug) if slug else None
    allowance = await allowances.at(event, one) if one else None
    form, places = start(OrganisationForm, **_shown(one)), start(AllowanceForm, free=allowance.free if allowance else 0)
    if request.method == "POST":
        do = (await parse(request, AllowanceForm)).value("do")
        try:
            if do == "send" and one:
                await links.send(event, one, by=user.label)
                return redirect(f"{request.url.path}?done=sent")
            if do == "take-back" and one:
                await links.take_back(event, one, by=user.label)
                return redirect(f"{request.url.path}?done=taken-back")
            if do == "free" and one:
                places = await parse(request, AllowanceForm)
                if not places.errors:
                    await allowances.change(event, one, places.data, by=user.label)
                    return redirect(f"{request.url.path}?done=free")
            else:
                form = await parse(request, OrganisationForm)
                if not form.errors:
                    made = await organisations.save(user, event.organiser, one, form.data)
                    return redirect(f"/manage/{event.slug}/members/{made.slug}?done=saved")
        except Refused as refusal:
            (form if do == "save" else places).refuse(refusal)
    return page(
        request,
        "members/organisation.html",
        422 if form.errors or places.errors else 200,
        event=event,
        one=one,
        form=form,
        places=places,
        allowance=allowance,
        kinds=KINDS,
        link=link(event),
        company=links.address(event, allowance.secret) if allowance and allowance.secret else "",
        done=request.query_params.get("done", ""),
        may=await may_change_organiser(user, event.organiser),
    )


def _shown(one: Organisation | None) -> dict[str, str]:
    """An organisation as its form shows it."""
    if one is None:
        return {"kind": OrganisationKind.MEMBER}
    domains = "\n".join(row.domain for row in one.domains)
    return {
        "name": one.name,
        "kind": one.kind,
        "domains": domains,
        "code": one.code,
        "email": one.email,
        "left": "true" if one.left else "",
    }


async def bring(request: Request) -> Response:
    """Many organisations from a file or a paste; bad lines by their number, and then nothing is kept."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    form: Form[AllowanceForm] = start(AllowanceForm)
    result = None
    if request.method == "POST":
        async with request.form(max_fields=20, max_files=1) as posted:
            file, text = posted.get("file"), str(posted.get("text") or "")
            raw = await file.read() if isinstance(file, UploadFile) and file.filename else text.encode()
        form = Form({"text": text})
        try:
            result = await imports.bring(request.state.user, event, raw)
            if not result.wrong:
                return redirect(f"/manage/{event.slug}/members?done={result.added + result.changed}")
        except Refused as refusal:
            form.refuse(refusal, "text")
    return page(request, "members/import.html", 422 if form.errors or result else 200, event=event, form=form, result=result)


routes = [
    Route("/manage/{event}/members", member_list),
    Route("/manage/{event}/members/new", member_page, methods=["GET", "POST"], name="new_member"),
    Route("/manage/{event}/members/import", bring, methods=["GET", "POST"]),
    Route("/manage/{event}/members/{slug}", member_page, methods=["GET", "POST"]),
]
