"""Who is meant by a row of a file: a person known by code, by the other system's id, by e-mail, by name, in this order."""

from __future__ import annotations

from typing import Any

from eventsvc.agenda.forms.offer import OfferedSpeaker, Who, Wrong, same
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


class People:
    """The speakers of an event, and those that are about to be."""

    def __init__(self, event: Event, speakers: list[Speaker]) -> None:
        self.event = event
        self.codes: dict[str, Speaker] = {}
        self.sources: dict[str, Speaker] = {}
        self.emails: dict[str, list[Speaker]] = {}
        self.names: dict[str, list[Speaker]] = {}
        self.new: list[Speaker] = []
        self.changed: dict[int, dict[str, Any]] = {}
        self.wanted: set[int] = set()
        self.seen: dict[int, str] = {}
        for speaker in speakers:
            self._index(speaker)

    @classmethod
    async def load(cls, event: Event) -> People:
        return cls(event, await Speaker.filter(event=event))

    def _index(self, speaker: Speaker) -> None:
        self.codes[speaker.code] = speaker
        if speaker.external_id:
            self.sources[speaker.external_id] = speaker
        if speaker.email:
            self.emails.setdefault(speaker.email.lower(), []).append(speaker)
        self.names.setdefault(same(speaker.name), []).append(speaker)

    def known(self, who: Who) -> Speaker | None:
        """The person, or nobody. Raises Wrong where several may be meant."""
        if found := self.codes.get(who.code) or self.sources.get(who.source):
            return found
        if who.email:
            by_email = self.emails.get(who.email.lower(), [])
            exact = [one for one in by_email if not who.name or same(one.name) == same(who.name)]
            if len(exact) == 1 or (len(by_email) == 1 and not exact):
                return (exact or by_email)[0]
        named = self.names.get(same(who.name), []) if who.name else []
        if who.source or who.code:  # another system's person: not one who has come from it under another id
            named = [one for one in named if not (one.external_id and who.source)]
        if who.email:
            named = [one for one in named if not one.email]
        if len(named) > 1:
            raise Wrong(f"Several people are called {who.name}. Add their codes or e-mail addresses, so that it is clear who is meant.")
        return named[0] if named else None

    def person(self, who: Who) -> Speaker:
        """The person, made where there is none. Raises Wrong."""
        found = self.known(who)
        if found is not None:
            return found
        if not who.name:
            raise Wrong(f"There is no speaker {who.called} at this event, and no name is given.")
        code = who.code if who.code and who.code not in self.codes else ""
        speaker = Speaker(
            event=self.event,
            code=code or next(one for one in iter(lambda: short_code(6), None) if one not in self.codes),
            name=who.name,
            email=who.email,
            external_id=who.source or None,
            listed=False,
        )
        self.new.append(speaker)
        self._index(speaker)
        return speaker

    def take(self, offered: OfferedSpeaker) -> tuple[str, str, str]:
        """Bring one person up to date; (name, what it does, what differs). Raises Wrong."""
        found = self.known(offered.who)
        speaker = found or self.person(offered.who)
        if id(speaker) in self.seen:
            raise Wrong(f"The same person is in {self.seen[id(speaker)]} already.")
        self.seen[id(speaker)] = offered.line
        if any(speaker is one for one in self.new):
            self.wanted.add(id(speaker))
            for name, value in {"listed": offered.listed, **offered.values}.items():
                setattr(speaker, name, value)
            return speaker.name, "new", ""
        values = {name: value for name, value in offered.values.items() if getattr(speaker, name) != value}
        if offered.who.source and not speaker.external_id:
            values["external_id"] = offered.who.source
        if not values:
            return speaker.name, "same", ""
        self.changed[speaker.id] = values
        for name, value in values.items():
            setattr(speaker, name, value)
        details = sorted(name.replace("_", " ") for name in values if name != "external_id")
        return speaker.name, "changed", ", ".join(details)

    async def save(self, persons: list[Speaker]) -> list[Speaker]:
        """Write what changed, and those of the new people that a row really needs; returns those that only sessions named."""
        needed = {id(person) for person in persons}
        only_named = [one for one in self.new if id(one) in needed and id(one) not in self.wanted]
        for speaker in self.new:
            if id(speaker) in needed or id(speaker) in self.wanted:
                await speaker.save()
        by_id = {speaker.id: speaker for speaker in self.codes.values() if speaker.id}
        for speaker_id, values in self.changed.items():
            await by_id[speaker_id].change(**values)
        return only_named
