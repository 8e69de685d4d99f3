"""A proposer's own pages, behind their link: read, edit, submit, withdraw; co-speakers; joining in one tap."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.cfp.forms.entry import Entry, blank, read
from eventsvc.cfp.forms.proposal import CoSpeakerForm
from eventsvc.cfp.models import Author, Field, FieldTarget, Proposal, SpeakerAnswers
from eventsvc.cfp.render.words import language, left
from eventsvc.cfp.routes.visitor import about_form, posted
from eventsvc.cfp.rules import authors, calls, codes, entries, proposals, proposing, reminders
from eventsvc.cfp.rules.seen import words
from eventsvc.core.clock import now
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import client, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules as speaker_rules
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import Visitor


async def _mine(request: Request) -> tuple[Event, Visitor, Proposal, Author]:
    """The proposal in the address, of the person whose link this is, or whose assistant's."""
    event = await public_event(request)
    visitor = await speaker_rules.visitor(event, request.path_params["secret"])
    proposal = await proposals.find(event, request.path_params["code"], visitor.speaker)
    me = next(one for one in proposal.authors if one.speaker_id == visitor.speaker.id)
    return event, visitor, proposal, me


def _own(event: Event, visitor: Visitor) -> str:
    """Where the area of this link begins: an assistant never sees the speaker's own link."""
    return f"/{event.slug}/speaker/{visitor.secret}"


def _decides(visitor: Visitor) -> None:
    """An assistant looks after the words; whether somebody gives a session is theirs to say."""
    if visitor.assistant:
        raise Forbidden("Only the speaker decides this. Ask them to do it on their own page.")


def _joined(me: Author) -> None:
    """Whoever was only asked to join reads, and decides; the rest is for those who joined."""
    if me.joined_at is None:
        raise NotFound("There is no such page. Join the proposal first.")


async def read_page(request: Request) -> Response:
    """What it says and how it stands; POST submits a draft, joins, declines, invites or takes off a co-speaker."""
    event, visitor, proposal, me = await _mine(request)
    speaker = visitor.speaker
    form: Form[CoSpeakerForm] = start(CoSpeakerForm)
    if request.method == "POST":
        pairs = await posted(request)
        given = dict(pairs)
        form = check(CoSpeakerForm, pairs) if given.get("do") == "invite" else start(CoSpeakerForm)
        if not form.errors:
            try:
                said = await _act(request, event, visitor, proposal, me, given, form)
                own = _own(event, visitor)
                return redirect(f"{own}/proposals?done=declined" if said == "declined" else f"{request.url.path}?done={said}")
            except Refused as refusal:
                form.refuse(refusal)
                await proposal.refresh_from_db(fields=["state"])
    moment = now()
    fields = await Field.filter(call_id=proposal.call_id, target=FieldTarget.SESSION)
    about = await SpeakerAnswers.get_or_none(speaker=speaker)
    person = await Field.filter(call_id=proposal.call_id, target=FieldTarget.SPEAKER)
    until = calls.deadline(proposal.call, proposal.type)
    return page(
        request,
        "cfp/proposal.html",
        422 if form.errors else 200,
        event=event,
        speaker=speaker,
        own=_own(event, visitor),
        proposal=proposal,
        me=me,
        first=me.position == 0 and not visitor.assistant,
        decides=not visitor.assistant,
        form=form,
        answers=[(one.label, words(proposal.answers[one.key])) for one in fields if one.key in proposal.answers],
        about=[(one.label, words(about.answers[one.key])) for one in person if one.key in about.answers] if about else [],
        editable=me.joined_at is not None and proposals.can_edit(proposal, moment),
        submittable=me.joined_at is not None and proposals.can_submit(proposal, moment),
        until=until,
        moment=moment,
        left=left,
        language=language,
        done=request.query_params.get("done", ""),
    )


async def _act(
    request: Request, event: Event, visitor: Visitor, proposal: Proposal, me: Author, given: dict[str, str], form: Form[CoSpeakerForm]
) -> str:
    """One of the page's buttons; says what was done."""
    match given.get("do"):
        case "join":
            _decides(visitor)
            await authors.join(event, proposal, me, by=visitor.by)
            return "joined"
        case "decline":
            _decides(visitor)
            await authors.remove(event, proposal, me, by=visitor.by)
            return "declined"
        case "submit":
            _joined(me)
            await proposals.submit_complete(event, proposal, by=visitor.by)
            return "submitted"
        case "invite":
            _joined(me)
            await reminders.count_asking(client(request), form.data.email)
            await authors.invite(event, proposal, form.data.email, by=visitor.by)
            return "invited"
        case "remove" if me.position == 0:
            _decides(visitor)
            other = next((one for one in proposal.authors if one.speaker.code == given.get("who") and one.id != me.id), None)
            if other is not None:
                await authors.remove(event, proposal, other, by=visitor.by)
            return "removed"
    raise NotFound("There is no such thing to do here.")


async def edit(request: Request) -> Response:
    """The form with what it says; POST saves, or saves and submits."""
    event, visitor, proposal, me = await _mine(request)
    speaker = visitor.speaker
    _joined(me)
    asked = await entries.asked(event, proposal.call, proposal.access_code, proposal)
    entry, public = await _filled(asked_values(proposal), speaker, asked), await entries.is_public(event, speaker)
    if request.method == "POST":
        pairs = await posted(request)
        do = dict(pairs).get("do")
        complete = do == "submit" or proposal.submitted_at is not None
        entry = read(asked, pairs, complete=complete, person=None if public else SpeakerForm)
        if not entry.form.errors:
            try:
                await proposals.save(event, proposal, speaker, entry, by=visitor.by, submit=do == "submit")
                done = "submitted" if do == "submit" else "saved"
                return redirect(f"{_own(event, visitor)}/proposals/{proposal.code}?done={done}")
            except Refused as refusal:
                entry.form.refuse(refusal)
    if not proposals.can_edit(proposal, now()):
        return redirect(f"{_own(event, visitor)}/proposals/{proposal.code}")
    return page(
        request,
        "cfp/edit.html",
        422 if entry.form.errors else 200,
        event=event,
        speaker=speaker,
        own=_own(event, visitor),
        proposal=proposal,
        asked=asked,
        public=public,
        form=entry.form,
        submittable=proposals.can_submit(proposal, now()),
        **about_form(event, asked),
    )


def asked_values(proposal: Proposal) -> dict[str, Any]:
    """A proposal as its form shows it."""
    columns = {name: getattr(proposal, name) for name in ("title", "abstract", "description", "notes", "language")}
    return {**columns, "type": proposal.type.code, "track": proposal.track.code if proposal.track else "", **proposal.answers}


async def _filled(values: dict[str, Any], speaker: Speaker, asked: Any) -> Entry:
    about = await SpeakerAnswers.get_or_none(speaker=speaker)
    person = {name: getattr(speaker, name) for name in SpeakerForm.model_fields}
    return blank(asked, **person, **(about.answers if about else {}), **values)


async def another(request: Request) -> Response:
    """A further proposal of somebody who is known: no address to type, and no letter to wait for."""
    event = await public_event(request)
    visitor = await speaker_rules.visitor(event, request.path_params["secret"])
    speaker = visitor.speaker
    call = await calls.published_call(event)
    pairs = await posted(request) if request.method == "POST" else []
    typed = dict(pairs).get("code", request.query_params.get("code", ""))[:40]
    code, refusal = None, None
    try:
        code = await codes.find_code(call, typed)
    except Refused as said:
        refusal = said
    asked = await entries.asked(event, call, code)
    entry, public = await _filled({"code": typed}, speaker, asked), await entries.is_public(event, speaker)
    if request.method == "POST" and dict(pairs).get("do") != "code":
        complete = dict(pairs).get("do") == "submit"
        entry = read(asked, pairs, complete=complete, person=None if public else SpeakerForm)
        if not entry.form.errors and refusal is None:
            try:
                await reminders.count_asking(client(request), speaker.email)
                made = await proposing.start_own(event, call, speaker, entry, code=code, submit=complete)
                done = "submitted" if complete else "saved"
                return redirect(f"{_own(event, visitor)}/proposals/{made.code}?done={done}")
            except Refused as said:
                refusal = said
    if refusal is not None:
        entry.form.refuse(refusal)
    return page(
        request,
        "cfp/edit.html",
        422 if entry.form.errors else 200,
        event=event,
        speaker=speaker,
        own=_own(event, visitor),
        proposal=None,
        asked=asked,
        public=public,
        form=entry.form,
        code=code,
        submittable=True,
        **about_form(event, asked),
    )


async def listed(request: Request) -> Response:
    """Everything they propose, or are asked to join."""
    event = await public_event(request)
    visitor = await speaker_rules.visitor(event, request.path_params["secret"])
    speaker = visitor.speaker
    call = await calls.call_of(event)
    open_now = call is not None and bool((await entries.asked(event, call)).types)
    return page(
        request,
        "cfp/mine.html",
        event=event,
        speaker=speaker,
        own=_own(event, visitor),
        proposals=await proposals.proposals_of(speaker),
        open=open_now,
        done=request.query_params.get("done", ""),
    )


async def withdraw(request: Request) -> Response:
    """GET asks once more; POST withdraws. Only whoever proposed it."""
    event, visitor, proposal, me = await _mine(request)
    _decides(visitor)
    if me.position != 0:
        raise NotFound("Only whoever proposed it can withdraw it. You can leave it on its page.")
    if request.method == "POST":
        await proposals.withdraw(event, proposal, by=visitor.by)
        return redirect(f"{_own(event, visitor)}/proposals/{proposal.code}?done=withdrawn")
    return page(request, "cfp/withdraw.html", event=event, own=_own(event, visitor), proposal=proposal)


_AT = "/{event}/speaker/{secret}/proposals"
routes = [
    Route(_AT, listed),
    Route(f"{_AT}/new", another, methods=["GET", "POST"], name="another_proposal"),
    Route(f"{_AT}/{{code}}", read_page, methods=["GET", "POST"]),
    Route(f"{_AT}/{{code}}/edit", edit, methods=["GET", "POST"]),
    Route(f"{_AT}/{{code}}/withdraw", withdraw, methods=["GET", "POST"]),
]
