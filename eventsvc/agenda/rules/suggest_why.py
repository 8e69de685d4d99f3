"""Why a session found no place: the first reason that alone explains it, as a sentence an organiser can act on."""

from __future__ import annotations

from eventsvc.agenda.rules.suggest_board import STEP, Board, Person, Talk, Window, runs, span


def why(board: Board, talk: Talk) -> str:
    """One sentence about a talk that is not on the board."""
    length = board.length(talk)
    hours = board.open & ~board.everyone
    if not any(talk.room in (None, hall.id) for hall in board.problem.halls):
        return "There is no room yet. Add one first."
    if not board.open:
        return "There are no opening hours on any day."
    if not runs(hours, length):
        return f"It lasts {talk.minutes} minutes, and the longest stretch without a break is {_longest(hours) * STEP}."
    if not board.halls_for(talk):
        halls = [hall for hall in board.problem.halls if talk.room in (None, hall.id)]
        largest = max(halls, key=lambda hall: hall.seats or 0)
        what = "its room" if talk.room is not None else "the largest room"
        return f"{talk.wanted} people want to see it, and {what}, {largest.name}, has {largest.seats} seats."
    people = sorted((board.problem.people[one] for one in talk.people), key=lambda person: person.name)
    for person in people:
        if said := _one(board, talk, person, hours):
            return said
    together = board.hours(talk)
    if not together:
        return f"{_listed([person.name for person in people])} are never free at the same time for {talk.minutes} minutes."
    return _rooms(board, talk, people)


def _one(board: Board, talk: Talk, person: Person, hours: int) -> str:
    """What about this person alone makes it impossible; empty when it is not them."""
    length = board.length(talk)
    here = hours & ~board.away.get(person.id, 0)
    when = _windows(board, person.windows)
    if not runs(here, length):
        return f"{person.name} is only available {when}, and {talk.minutes} minutes do not fit between the breaks then."
    if runs(here & ~board.busy.get(person.id, 0), length):
        return ""
    if person.windows:
        return f"{person.name} is only available {when}, when they already have {_engagements(board, person, talk)}."
    return f"{person.name} is never free for {talk.minutes} minutes beside {_engagements(board, person, talk)}."


def _engagements(board: Board, person: Person, talk: Talk) -> str:
    """What else they do, by title."""
    titles = [one.title for one in board.problem.taken if person.id in one.people]
    titles += [board.talks[one].title for one in board.by_person.get(person.id, []) if one in board.spots and one != talk.id]
    shown = ", ".join(f"“{_short(title)}”" for title in titles[:2])
    return shown + (f" and {len(titles) - 2} more" if len(titles) > 2 else "")


def _rooms(board: Board, talk: Talk, people: list[Person]) -> str:
    """People could, rooms cannot."""
    when = ""
    limited = [person for person in people if person.windows or board.busy.get(person.id)]
    if limited:
        when = f" whenever {_listed([person.name for person in limited[:3]])} could come"
    halls = board.halls_for(talk)
    names = ", ".join(hall.name for hall in halls[:3])
    if talk.room is not None:
        return f"{names} is taken{when}."
    if len(halls) < len(board.problem.halls):
        return f"{talk.wanted} people want to see it, and {names} {'is' if len(halls) == 1 else 'are'} taken{when}."
    if when:
        return f"Every room is taken{when}."
    return f"No room is free for {talk.minutes} minutes. Add a room, a day or longer hours."


def _longest(free: int) -> int:
    """The longest run of free steps."""
    length = 0
    while free:
        free &= free >> 1
        length += 1
    return length


def _windows(board: Board, windows: tuple[Window, ...]) -> str:
    """'Tuesday 09:00–12:00 and Wednesday 14:00–17:00'."""
    zone = board.problem.zone
    inside = [one for one in windows if span(board.step(one[0], up=True), board.step(one[1])) & board.open] or list(windows)
    said = []
    for start, end in inside[:3]:
        here, there = start.astimezone(zone), end.astimezone(zone)
        same = here.date() == there.date()
        said.append(f"{here:%A %H:%M}–{there:%H:%M}" if same else f"from {here:%A %H:%M} to {there:%A %H:%M}")
    if len(inside) > 3:
        said.append(f"{len(inside) - 3} more times")
    return _listed(said)


def _listed(words: list[str]) -> str:
    """'A, B and C'."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _short(title: str) -> str:
    return title if len(title) <= 60 else title[:57].rstrip() + "…"
