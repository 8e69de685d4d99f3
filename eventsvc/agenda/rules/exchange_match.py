"""Which session is meant by a row of a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from eventsvc.agenda.forms.offer import SOURCE, OfferedSession, Who, Wrong, same
from eventsvc.agenda.models import Session
from eventsvc.agenda.rules.exchange_people import People
from eventsvc.speakers.models import Speaker


class Match:
    """`known` are the event's sessions, `bills` the speakers of each by number, `utc` makes a moment of the event one in UTC."""

    def __init__(
        self,
        sessions: list[OfferedSession],
        known: list[Session],
        bills: dict[int, list[int]],
        people: People,
        utc: Callable[[datetime], datetime],
    ) -> None:
        self.sessions, self.known, self.bills, self.people, self.utc = sessions, known, bills, people, utc
        self.codes = {one.code for one in sessions if one.code}
        self.by_code = {one.code: one for one in known}
        self.by_source = {str(one.extra.get(SOURCE)): one for one in known if one.extra.get(SOURCE)}
        self.claimed: set[int] = set()

    def found(self) -> list[tuple[OfferedSession, Session | None]]:
        """Each offered session with the one it means, if there is one: the surest ways first, each session meant once."""
        meant: dict[int, Session] = {}

        def claim(index: int, session: Session | None) -> None:
            if session is not None and session.id not in self.claimed:
                meant[index] = session
                self.claimed.add(session.id)

        for index, one in enumerate(self.sessions):
            claim(index, self.by_code.get(one.code) or self.by_source.get(one.source))
        titles: dict[str, list[Session]] = {}
        for session in self.known:
            titles.setdefault(same(session.title), []).append(session)
        for with_time in (True, False):
            for index, one in enumerate(self.sessions):
                if index in meant or not one.title or one.only_known:
                    continue
                found = [s for s in titles.get(same(one.title), []) if s.id not in self.claimed and self._alike(one, s, with_time)]
                if len(found) == 1 or (found and with_time):
                    claim(index, found[0])
        return [(one, meant.get(index)) for index, one in enumerate(self.sessions)]

    def _alike(self, one: OfferedSession, session: Session, with_time: bool) -> bool:
        """Same speakers, as far as both say so; and the same time, where that is asked."""
        if with_time and not (one.start and session.start and self.utc(one.start) == minute(session.start)):
            return False
        if one.code and session.code != one.code and session.code in self.codes:
            return False
        theirs = self.bills.get(session.id, [])
        if not one.speakers or not theirs:
            return True
        return any(person.id in theirs for who in one.speakers if (person := self._known(who)) is not None)

    def _known(self, who: Who) -> Speaker | None:
        try:
            return self.people.known(who)
        except Wrong:
            return None

    def key(self, one: OfferedSession, session: Session | None) -> tuple[Any, ...]:
        """What no second row may share with this one. Raises Wrong for a row that cannot stand."""
        bill = tuple(sorted(same(who.called) for who in one.speakers or []))
        if session is not None:
            return (same(one.title) or session.id, bill, one.start, one.code, one.source)
        if one.code in self.by_code or one.source in self.by_source:
            raise Wrong("This session is in the file a second time. Only the first is taken.")
        if one.only_known:
            raise Wrong(f"There is no session {one.code or one.title} at this event yet. Import the sessions first.")
        if not one.title:
            raise Wrong(f"There is no session {one.code} at this event, and it has no title." if one.code else "Title: fill this in.")
        if not (one.code or one.source):
            self._unmistakable(one)
        return (same(one.title), bill, one.start, one.code, one.source)

    def _unmistakable(self, one: OfferedSession) -> None:
        """A row known only by its title may be new only where nothing here could be meant. Raises Wrong."""
        alike = [s for s in self.known if same(s.title) == same(one.title) and self._alike(one, s, False)]
        if any(s.id not in self.claimed for s in alike):
            raise Wrong("Several sessions have this title. Add the column code, so that it is clear which is meant.")
        if any(not one.start or self._alike(one, s, True) for s in alike):
            raise Wrong("This session is in the file a second time. Only the first is taken.")


def minute(moment: datetime) -> datetime:
    """Without seconds, as tables say it."""
    return moment.replace(second=0, microsecond=0)
