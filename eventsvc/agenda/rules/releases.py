"""Publishing the draft: what would change, and the change itself, once, with a version that stays readable."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from eventsvc.agenda.models import Release, Room, Session, SessionSpeaker, SessionState, Slot
from eventsvc.agenda.rules.board import Board, load
from eventsvc.agenda.rules.clashes import Clash, clashes
from eventsvc.agenda.rules.draft import Place, public_place
from eventsvc.agenda.rules.impact import impact
from eventsvc.agenda.rules.release_changes import Row, differences
from eventsvc.agenda.rules.withdrawn import keep_what_leaves
from eventsvc.audit.rules import record
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.mail import rules as mail
from eventsvc.speakers.models import Speaker

TWICE = timedelta(minutes=5)
"""Within this, publishing the same version again by the same person is a double click."""


class NothingToPublish(Refused):
    kind = "nothing-to-publish"
    title = "There is nothing to publish"


class AlreadyPublished(Refused):
    kind = "already-published"
    title = "This version is out already"


class DraftChanged(Refused):
    kind = "draft-changed"
    title = "The draft has changed since you looked"


@dataclass
class Preview:
    """What publishing would do. `direct`: what was changed past the draft since the last version, public already. `unconfirmed`: moved
    sessions that the public sees only once their speakers confirm. `seen` goes back with the form: nothing unseen is published."""

    number: int
    changes: list[Row]
    direct: list[Row]
    unconfirmed: list[Session]
    clashes: list[Clash]
    impact: list[str]
    seen: str
    board: Board = field(repr=False)

    @property
    def counts(self) -> Counter[str]:
        return Counter(change["kind"] for change in self.changes)

    @property
    def empty(self) -> bool:
        return not self.changes and not self.unconfirmed and not self.direct and self.number > 1


async def preview(event: Event) -> Preview:
    """What would change for the public, what clashes still, and whom it hits."""
    last = await latest(event)
    board = await load(event)
    before, after = await programme(event), await programme(event, board.places)
    moved = [number for number, place in board.places.items() if place != public_place(board.sessions[number])]
    plan = board.plan()
    return Preview(
        number=last.number + 1 if last else 1,
        changes=differences(before, after),
        direct=differences(last.programme, before) if last else [],
        unconfirmed=[board.sessions[number] for number in moved if board.sessions[number].state == SessionState.DRAFT],
        clashes=clashes(plan),
        impact=await impact(event, board, set(moved)),
        seen=await _fingerprint(event),
        board=board,
    )


async def latest(event: Event) -> Release | None:
    """The newest version; None before the first publication."""
    return await Release.filter(event_id=event.id).order_by("-number").first()


async def find(event: Event, number: int) -> Release:
    """One version. Raises NotFound."""
    release = await Release.get_or_none(event_id=event.id, number=number)
    if release is None:
        raise NotFound("There is no such version of this agenda.")
    return release


async def programme(event: Event, places: Mapping[int, Place] | None = None) -> list[Row]:
    """The agenda as the public sees it, or would with sessions at these places: rows as `release_changes` describes them, by time."""
    rooms = {room.id: room for room in await Room.filter(event_id=event.id)}
    bills: dict[int, list[str]] = {}
    billed = SessionSpeaker.filter(session__event_id=event.id).order_by("position", "id")
    for session_id, code in await billed.values_list("session_id", "speaker__code"):
        bills.setdefault(int(str(session_id)), []).append(str(code))
    rows = []
    found = Session.filter(event_id=event.id).exclude(state=SessionState.DRAFT).select_related("track")
    for one in await found.only("id", "code", "title", "kind", "state", "room_id", "start", "end", "track_id", "track__name", "track__hue"):
        place = (places or {}).get(one.id) or public_place(one)
        if place.start is None or place.end is None:
            continue
        room = rooms.get(place.room_id) if place.room_id else None
        rows.append(
            {
                "code": one.code,
                "title": one.title,
                "kind": one.kind,
                "track": one.track.name if one.track else None,
                "hue": one.track.hue if one.track else None,
                "room": room.name if room else None,
                "room_code": room.code if room else None,
                "start": utc(place.start),
                "end": utc(place.end),
                "state": str(one.state),
                "speakers": bills.get(one.id, []),
            }
        )
    order = {room.code: n for n, room in enumerate(rooms.values())}
    return sorted(rows, key=lambda row: (row["start"], order.get(row["room_code"] or "", -1), row["title"]))


async def _fingerprint(event: Event) -> str:
    """What the draft holds, in sixteen letters."""
    slots = Slot.filter(session__event_id=event.id).exclude(session__state=SessionState.CANCELLED).order_by("session_id")
    rows = await slots.values_list("session_id", "room_id", "start", "end")
    told = "|".join(f"{row[0]} {row[1]} {utc(row[2]) if row[2] else ''} {utc(row[3]) if row[3] else ''}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def publish(
    event: Event,
    *,
    name: str = "",
    note: str = "",
    by: str,
    tell_speakers: bool = False,
    tell_attendees: bool = False,
    number: int | None = None,
    seen: str = "",
) -> Release:
    """Make the draft public: every session goes where the draft has it, and the version is kept.

    With `number`, the same version is published once, however often this is sent: the person who did it gets it again, anybody else
    AlreadyPublished. With `seen` (of a preview), DraftChanged when the draft is another one meanwhile. NothingToPublish when nothing
    differs from the version before. Speakers are told by letter here; attendees by a sweep over `Release.tell_attendees`.
    """
    async with transaction():
        await fetch(f"SELECT id FROM agenda_session WHERE event_id = $1 ORDER BY id {locked()}", event.id)  # noqa: S608
        await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608
        last = await latest(event)
        following = last.number + 1 if last else 1
        if number is not None and number != following:
            return await _again(event, number, by)
        if seen and seen != await _fingerprint(event):
            raise DraftChanged("Somebody has moved something since you opened this page. Look at the changes again, then publish.")
        before = await programme(event)
        await keep_what_leaves(event)
        moved = await _apply(event)
        after = await programme(event)
        changes = differences(last.programme if last else before, after)
        if last and not changes and not moved:
            raise NothingToPublish("The public sees the whole draft already. Move something first.")
        release = await Release.create(
            event_id=event.id,
            number=following,
            name=name or f"Version {following}",
            note=note,
            by=by[:120],
            changes=changes,
            programme=after,
            tell_attendees=tell_attendees,
        )
        if tell_speakers:
            await _tell_speakers(event, release)
        await touch(event)
        await record("release.published", release, by=by, changes=len(changes))
    return release


async def _again(event: Event, number: int, by: str) -> Release:
    known = await Release.get_or_none(event_id=event.id, number=number)
    if known is None:
        raise NotFound("There is no such version to publish.")
    if known.by == by[:120] and known.created_at > now() - TWICE:
        return known
    who = known.by or "Somebody"
    raise AlreadyPublished(f"{who} has published version {number} meanwhile. Nothing of yours was published; look at what is left.")


async def _apply(event: Event) -> int:
    """Every session to its place in the draft, one statement; its sequence rises (RFC 5545 §3.8.7.4). Returns how many."""
    rows = await fetch(
        """UPDATE agenda_session SET
             room_id = (SELECT room_id FROM slot WHERE slot.session_id = agenda_session.id),
             start = (SELECT start FROM slot WHERE slot.session_id = agenda_session.id),
             "end" = (SELECT "end" FROM slot WHERE slot.session_id = agenda_session.id),
             sequence = sequence + 1, modified_at = $2
           WHERE event_id = $1 AND state <> 'cancelled' AND id IN (SELECT session_id FROM slot) RETURNING id""",
        event.id,
        now(),
    )
    await Slot.filter(session__event_id=event.id).delete()
    return len(rows)


async def _tell_speakers(event: Event, release: Release) -> None:
    """A letter to everybody who gives or chairs a session that changed."""
    codes = [change["code"] for change in release.changes]
    sessions = await Session.filter(event_id=event.id, code__in=codes).only("id", "chair_id")
    people = {one.chair_id for one in sessions if one.chair_id}
    bills = SessionSpeaker.filter(session_id__in=[one.id for one in sessions])
    people |= {int(str(number)) for number in await bills.values_list("speaker_id", flat=True)}
    for speaker in await Speaker.filter(id__in=list(people)).exclude(email="").order_by("id"):
        await mail.queue(
            "agenda/published",
            speaker.email,
            event_id=event.id,
            dedupe=f"release:{release.id}:{speaker.id}",
            release=release.id,
            speaker=speaker.id,
        )


async def changes_for(speaker: Speaker, release: Release) -> list[Row]:
    """The changes of a version that are about sessions somebody gives or chairs."""
    given = await Session.filter(event_id=release.event_id, speakers__speaker_id=speaker.id).values_list("code", flat=True)
    chaired = await Session.filter(event_id=release.event_id, chair_id=speaker.id).values_list("code", flat=True)
    own = {*given, *chaired}
    return [change for change in release.changes if change["code"] in own]
