"""The organiser's words in letters, with placeholders from a closed list, and the promises of letters.

Never `str.format`: a placeholder is looked up in the list, or stays as it is written. What strangers wrote cannot add lines or links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eventsvc.cfp.models import Author, Call, Proposal
from eventsvc.core.config import settings
from eventsvc.core.text import one_line
from eventsvc.events.models import Event
from eventsvc.mail.rules import queue
from eventsvc.speakers.models import Speaker

PLACEHOLDERS = {
    "name": "the person's name",
    "title": "the title of the proposal",
    "event": "the name of the event",
    "link": "their own link",
}
KINDS = ("acknowledged", "accepted", "waitlisted", "rejected")
DEFAULTS: dict[str, dict[str, str]] = {
    "acknowledged": {
        "subject": "We have your proposal: {title}",
        "text": "Hello {name},\n\nthank you for proposing “{title}” for {event}. We have it.\n\nThis link is yours alone. Read, change or "
        "withdraw your proposal there, and add co-speakers:\n\n{link}\n\nWe write to you as soon as it is decided.",
    },
    "accepted": {
        "subject": "Your proposal for {event} is accepted",
        "text": "Hello {name},\n\ngood news: “{title}” is accepted for {event}. We look forward to it.\n\n"
        "Please confirm on your own page that you will come:\n\n{link}",
    },
    "waitlisted": {
        "subject": "Your proposal for {event} is on the waiting list",
        "text": "Hello {name},\n\nwe liked “{title}” and have more good proposals than places, so it is on the waiting list for {event}. "
        "We write to you at once when a place becomes free. You need do nothing.\n\nYour page:\n\n{link}",
    },
    "rejected": {
        "subject": "Your proposal for {event}",
        "text": "Hello {name},\n\nthank you for proposing “{title}” for {event}. We had many more proposals than places, and could not "
        "take yours this time. We know the work that went into it, and hope to see you all the same.\n\nYour page:\n\n{link}",
    },
}
_PLACEHOLDER = re.compile(r"\{([^{}\s]{0,60})\}")
_LINK = re.compile(r"://|(?<=\w)[.@](?=[a-z]{2,})", re.IGNORECASE)


def words_of(call: Call, kind: str) -> dict[str, str]:
    """Subject and text of a letter: the organiser's, or ours."""
    own = call.letters.get(kind) or {}
    return {part: own.get(part) or DEFAULTS[kind][part] for part in ("subject", "text")}


def unknown(text: str) -> list[str]:
    """What looks like a placeholder and is none."""
    return [found for found in _PLACEHOLDER.findall(text) if found not in PLACEHOLDERS]


def fill(text: str, **values: str) -> str:
    """Put `values` in place of `{name}`, `{title}`, `{event}`, `{link}`; one pass, so that a value cannot bring a placeholder."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def tame(text: str, most: int = 150) -> str:
    """A stranger's name or title as it may stand in a letter: one line, not long, and nothing in it that a mail program makes a link of."""
    line = one_line(text)
    return _LINK.sub(lambda match: f"{match[0]}\u200b", line if len(line) <= most else f"{line[: most - 1]}…")


def values(event: Event, speaker: Speaker, proposal: Proposal, link: str) -> dict[str, str]:
    return {"name": tame(speaker.name), "title": tame(proposal.title), "event": one_line(event.name), "link": link}


def link(event: Event, speaker: Speaker, proposal: Proposal | None = None) -> str:
    """A speaker's own address, of their area or of one proposal in it."""
    area = f"{settings().base_url}/{event.slug}/speaker/{speaker.secret}"
    return f"{area}/proposals/{proposal.code}" if proposal else area


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
