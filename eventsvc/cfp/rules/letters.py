"""The words of letters, the organiser's and ours, with placeholders from a closed list (`render.words`); and the promises of letters."""

from __future__ import annotations

from collections.abc import Iterable

from eventsvc.cfp.models import Author, Call, Proposal
from eventsvc.cfp.render.words import fill, tame
from eventsvc.core.text import one_line
from eventsvc.events.models import Event
from eventsvc.mail.rules import queue
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import link as speaker_link

KINDS = ("acknowledged", "accepted", "waitlisted", "rejected")


def _words(subject: str, *paragraphs: str) -> dict[str, str]:
    return {"subject": subject, "text": "\n\n".join(paragraphs)}


DEFAULTS: dict[str, dict[str, str]] = {
    "acknowledged": _words(
        "We have your proposal: {title}",
        "Hello {name},",
        "thank you for proposing “{title}” for {event}. We have it.",
        "This link is yours alone. Read, change or withdraw your proposal there, and add co-speakers:",
        "{link}",
        "We write to you as soon as it is decided.",
    ),
    "accepted": _words(
        "Your proposal for {event} is accepted",
        "Hello {name},",
        "good news: “{title}” is accepted for {event}. We look forward to it.",
        "Please confirm on your own page that you will come:",
        "{link}",
    ),
    "waitlisted": _words(
        "Your proposal for {event} is on the waiting list",
        "Hello {name},",
        "we liked “{title}” and have more good proposals than places, so it is on the waiting list for {event}. We "
        "write to you at once when a place becomes free. You need do nothing.",
        "Your page:",
        "{link}",
    ),
    "rejected": _words(
        "Your proposal for {event}",
        "Hello {name},",
        "thank you for proposing “{title}” for {event}. We had many more proposals than places, and could not take "
        "yours this time. We know the work that went into it, and hope to see you all the same.",
        "Your page:",
        "{link}",
    ),
}
OURS: dict[str, dict[str, str]] = {
    "draft_waits": _words(
        "Your draft for {event}: {title}",
        "Hello {name},",
        "“{title}” for {event} is kept as a draft. Nobody reads it before you submit it.",
        "This link is yours alone. Go on there, and submit it when it is ready{deadline}:",
        "{link}",
        "If you did not write it, you need do nothing.",
    ),
    "draft_reminder": _words(
        "Your draft for {event} is not submitted yet",
        "Hello {name},",
        "“{title}” is still a draft. The call for {event} closes {deadline}.",
        "Your draft:",
        "{link}",
    ),
    "co_speaker": _words(
        "{inviter} would like to present with you at {event}",
        "Hello,",
        "{inviter} proposes “{title}” for {event} and names you as a co-speaker.",
        "Join in one tap, or decline:",
        "{link}",
        "This link is yours alone. If you do not know what this is about, decline, and we forget your address.",
    ),
    "find": _words(
        "Your link for {event}",
        "Hello {name},",
        "here is your own page for {event}, with everything you proposed:",
        "{link}",
        "Keep the link to yourself. If you did not ask for it, you need do nothing.",
    ),
    "withdrawn": _words(
        "Withdrawn: {title}",
        "{name} has withdrawn “{title}” from the call for {event}.",
        "{link}",
    ),
    "invitation": _words(
        "An invitation to speak at {event}",
        "Hello,",
        "we would like you to speak at {event}. With this personal code you can send in a proposal{deadline}, also "
        "when the call is closed to others:",
        "{link}",
        "Your code: {code}",
    ),
}
"""Our own letters; their words are not the organiser's to change."""


def words_of(call: Call, kind: str) -> dict[str, str]:
    """Subject and text of a letter: the organiser's, or ours."""
    own = call.letters.get(kind) or {}
    return {part: own.get(part) or DEFAULTS[kind][part] for part in ("subject", "text")}


def values(event: Event, speaker: Speaker, proposal: Proposal) -> dict[str, str]:
    """What stands for the placeholders, but for the link."""
    return {"name": tame(speaker.name), "title": tame(proposal.title), "event": one_line(event.name)}


def preview(event: Event, call: Call, speaker: Speaker, proposal: Proposal, kind: str) -> tuple[str, str]:
    """(subject, text) of the letter `kind` as this person would get it."""
    words, said = words_of(call, kind), values(event, speaker, proposal)
    return fill(words["subject"], **said), fill(words["text"], **said, link=link(event, speaker))


def link(event: Event, speaker: Speaker, proposal: Proposal | None = None) -> str:
    """A speaker's own address, of their area or of one proposal in it."""
    return speaker_link(event, speaker.secret, f"/proposals/{proposal.code}" if proposal else "")


async def promise(kind: str, event: Event, proposal: Proposal, authors: Iterable[Author], *, dedupe: str = "") -> int:
    """Queue `cfp/<kind>` about a proposal to these authors. Load them with their speakers. Returns how many letters."""
    count = 0
    for author in authors:
        if author.speaker.email:
            count += await queue(
                f"cfp/{kind}",
                author.speaker.email,
                event_id=event.id,
                dedupe=f"{dedupe}:{author.speaker_id}" if dedupe else None,
                proposal=proposal.id,
                speaker=author.speaker_id,
            )
    return count


async def tell_decision(event: Event, proposal: Proposal) -> int:
    """Queue the letter that says what its state is to everybody who has joined it: accepted, waitlisted or rejected."""
    joined = await Author.filter(proposal=proposal).exclude(joined_at=None).select_related("speaker")
    return await promise(str(proposal.state), event, proposal, joined)
