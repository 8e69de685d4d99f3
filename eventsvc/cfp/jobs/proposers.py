"""Letters to those who propose, and the reminder of drafts."""

from __future__ import annotations

from eventsvc.cfp.models import AccessCode, Author, Call, Proposal, ProposalState
from eventsvc.cfp.render.words import fill, left, paragraphs, tame
from eventsvc.cfp.rules import letters as rules
from eventsvc.cfp.rules.calls import deadline
from eventsvc.cfp.rules.reminders import remind_due
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.text import one_line
from eventsvc.core.web import moment
from eventsvc.events.models import Event
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers.models import Speaker

DECIDED = {"accepted", "waitlisted", "rejected"}
sweep = remind_due


def message(event: Event, words: dict[str, str], link: str, button: str, /, **values: str) -> Message:
    """A letter of these words. `link` is the only one in it."""
    return compose(
        "cfp/words",
        fill(words["subject"], **values),
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        text=fill(words["text"], **values, link=link),
        paragraphs=paragraphs(words["text"], **values),
        link=link,
        button=button,
    )


async def _facts(letter: Letter) -> tuple[Proposal, Speaker, Author] | None:
    """What a letter is about, while it is still there and this person is one of its authors."""
    author = await Author.get_or_none(proposal_id=letter.facts["proposal"], speaker_id=letter.facts["speaker"]).select_related(
        "speaker", "proposal__call__event__organiser", "proposal__type"
    )
    return (author.proposal, author.speaker, author) if author else None


async def organisers_words(letter: Letter) -> Message | None:
    """Acknowledged, accepted, waitlisted, rejected. None when it is not so any more."""
    kind, found = letter.kind.partition("/")[2], await _facts(letter)
    if found is None:
        return None
    proposal, speaker, _ = found
    if (kind in DECIDED and proposal.state != kind) or proposal.state == ProposalState.WITHDRAWN:
        return None
    event = proposal.call.event
    link = rules.link(event, speaker, proposal if kind == "acknowledged" else None)
    values = rules.values(event, speaker, proposal)
    return message(event, rules.words_of(proposal.call, kind), link, "Open my page" if kind in DECIDED else "My proposal", **values)


async def draft(letter: Letter) -> Message | None:
    """It waits, or it is time to submit it. None when it is no draft any more, or can no longer be submitted."""
    kind, found = letter.kind.partition("/")[2], await _facts(letter)
    if found is None or found[0].state != ProposalState.DRAFT:
        return None
    proposal, speaker, _ = found
    event, until = proposal.call.event, deadline(proposal.call, proposal.type)
    if kind == "draft_reminder":
        if until is None or until <= now():
            return None
        said = f"{left(until, now())}, on {moment(event.local(until))}"
    else:
        said = f", before {moment(event.local(until))}" if until and until > now() else ""
    values = rules.values(event, speaker, proposal)
    return message(event, rules.OURS[kind], rules.link(event, speaker, proposal), "Open my draft", **values, deadline=said)


async def co_speaker(letter: Letter) -> Message | None:
    """None when they joined or declined meanwhile, or it was withdrawn."""
    found = await _facts(letter)
    if found is None or found[2].joined_at is not None or found[0].state == ProposalState.WITHDRAWN:
        return None
    proposal, speaker, _ = found
    first = await Author.filter(proposal=proposal).order_by("position", "id").select_related("speaker").first()
    assert first is not None
    event = proposal.call.event
    values = {**rules.values(event, speaker, proposal), "inviter": tame(first.speaker.name)}
    return message(event, rules.OURS["co_speaker"], rules.link(event, speaker, proposal), "Join or decline", **values)


async def find(letter: Letter) -> Message | None:
    """The link to somebody's own page, which they asked for."""
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"]).select_related("event__organiser")
    if speaker is None:
        return None
    event = speaker.event
    values = {"name": tame(speaker.name), "event": one_line(event.name)}
    return message(event, rules.OURS["find"], rules.link(event, speaker), "Open my page", **values)


async def withdrawn(letter: Letter) -> Message | None:
    """To the organisers."""
    proposal = await Proposal.get_or_none(id=letter.facts["proposal"]).select_related("call__event__organiser")
    if proposal is None or proposal.state != ProposalState.WITHDRAWN:
        return None
    first = await Author.filter(proposal=proposal).order_by("position", "id").select_related("speaker").first()
    event = proposal.call.event
    link = f"{settings().base_url}/manage/{event.slug}/proposals/{proposal.code}"
    values = {"name": tame(first.speaker.name) if first else "Somebody", "title": tame(proposal.title), "event": one_line(event.name)}
    return message(event, rules.OURS["withdrawn"], link, "See it", **values)


async def invitation(letter: Letter) -> Message | None:
    """A personal code. None when it was taken back or used."""
    code = await AccessCode.get_or_none(id=letter.facts["code"]).select_related("call__event__organiser")
    if code is None or code.used >= code.uses:
        return None
    call: Call = code.call
    event = call.event
    link = f"{settings().base_url}/{event.slug}/cfp/submit?code={code.code}"
    said = f" until {moment(event.local(code.expires_at))}" if code.expires_at else ""
    values = {"event": one_line(event.name), "code": code.code, "deadline": said}
    return message(event, rules.OURS["invitation"], link, "Propose a session", **values)


letters: dict[str, Composer] = {
    **{f"cfp/{kind}": organisers_words for kind in rules.KINDS},
    "cfp/draft_waits": draft,
    "cfp/draft_reminder": draft,
    "cfp/co_speaker": co_speaker,
    "cfp/find": find,
    "cfp/withdrawn": withdrawn,
    "cfp/invitation": invitation,
}
