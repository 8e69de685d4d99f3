"""Where sessions could go: the most constrained first, then room is made for what is left, then the whole is bettered a little.

Nothing here knows the database. The same problem always gets the same answer, unless the time limit cuts the search short.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from eventsvc.agenda.rules.suggest_board import HOUR, STEP, Board, Hall, Problem, Spot, Talk, span, steps
from eventsvc.agenda.rules.suggest_why import why

SAME_TRACK, POPULAR, CROOKED, IDLE, REST, LATE, EMPTY_SEATS = 3.0, 4.0, 1.0, 0.6, 1.0, 0.012, 6.0
"""What speaks against a place, by step of five minutes where it lasts: the same track beside it; another session that many want to see;
a start off the half hour; an idle room before it; a rest after it that nothing fits into; a later start; a room larger than it needs."""
EVERY_15, DEPTH, TRIES, SWAPS, ROUNDS, STARTS = 3, 3, 40, 3000, 3, 3


@dataclass(frozen=True)
class Placed:
    """`talk` goes to `room` from `start` to `end`."""

    talk: int
    room: int
    start: datetime
    end: datetime


@dataclass
class Suggestion:
    """`placed` never clash with each other or with what is there. `left` says of each of the others why, in a sentence."""

    placed: list[Placed] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)
    cost: float = 0.0
    seconds: float = 0.0


def suggest(problem: Problem, *, seconds: float = 8.0, seed: int = 1) -> Suggestion:
    """Places for as many of the problem's talks as possible."""
    began = time.perf_counter()
    best: _Search | None = None
    for turn in range(STARTS):
        search = _Search(problem, began + seconds, seed + turn)
        search.greedy(shuffled=turn > 0)
        search.repair()
        if best is None or len(search.board.spots) > len(best.board.spots):
            best = search
        if search.over or len(best.board.spots) == len(problem.talks):
            break
    assert best is not None
    best.better()
    best.repair()
    found, board = Suggestion(cost=best.total()), best.board
    for talk in problem.talks:
        spot = board.spots.get(talk.id)
        if spot is None:
            found.left[talk.id] = why(board, talk)
        else:
            start = board.moment(spot.at)
            found.placed.append(Placed(talk.id, spot.hall, start, start + timedelta(minutes=talk.minutes)))
    found.placed.sort(key=lambda one: (one.start, one.room))
    found.seconds = time.perf_counter() - began
    return found


class _Search:
    def __init__(self, problem: Problem, until: float, seed: int) -> None:
        self.problem, self.until = problem, until
        self.board = Board(problem)
        self.random = random.Random(seed)
        self.halls: dict[int, list[tuple[Hall, float]]] = {}
        self.seats = max((hall.seats or 0 for hall in problem.halls), default=0) or 1
        for talk in problem.talks:
            self.halls[talk.id] = [(hall, self._seats(talk, hall)) for hall in self.board.halls_for(talk)]
        self.quarters = sum(1 << at for at in range(0, self.board.size, EVERY_15))
        self.budget = TRIES * 40
        self.shortest = min((self.board.length(talk) for talk in problem.talks), default=1) + -(-problem.gap // STEP)

    def _seats(self, talk: Talk, hall: Hall) -> float:
        if hall.seats is None or not talk.wanted:
            return 0.0
        return EMPTY_SEATS * (hall.seats - talk.wanted) / self.seats

    @property
    def over(self) -> bool:
        return time.perf_counter() > self.until

    # What it costs

    def cost(self, talk: Talk, hall: int, at: int, seats: float, times: dict[int, float]) -> float:
        """`times` remembers what the time alone costs: it is the same in every room."""
        if at not in times:
            times[at] = self._time(talk, at)
        board = self.board
        taken = (board.rooms[hall] | board.everyone | ~board.open) & ((1 << at) - 1)
        idle = at - taken.bit_length()
        idle = 0 if idle == board.pad(talk) else min(idle, HOUR)
        return times[at] + seats + IDLE * idle + REST * self._rest(talk, hall, at)

    def _rest(self, talk: Talk, hall: int, at: int) -> int:
        """Steps that would be lost between its end and whatever is next in the room."""
        board, end = self.board, at + self.board.length(talk)
        after = (board.rooms[hall] | board.everyone | ~board.open) >> end
        rest = (after & -after).bit_length() - 1
        return rest if rest < self.shortest else 0

    def _time(self, talk: Talk, at: int) -> float:
        board, end = self.board, at + self.board.length(talk)
        cost = LATE * at + (0 if at % 6 == 0 else CROOKED if at % EVERY_15 == 0 else 2 * CROOKED)
        if talk.track is not None and talk.track in board.load:
            cost += SAME_TRACK * sum(board.load[talk.track][at:end])
        if talk.wanted:
            cost += POPULAR * board.popularity(talk) * sum(board.crowd[at:end])
        return cost

    def total(self) -> float:
        """What all placed talks cost together."""
        said = 0.0
        for talk_id in list(self.board.spots):
            said += self._now(self.board.talks[talk_id])
        return said

    def _now(self, talk: Talk) -> float:
        """What its place costs it, seen without itself."""
        spot = self.board.take(talk)
        cost = self.cost(talk, spot.hall, spot.at, self._seat_cost(talk, spot.hall), {})
        self.board.put(talk, spot)
        return cost

    def _seat_cost(self, talk: Talk, hall: int) -> float:
        return next((cost for one, cost in self.halls[talk.id] if one.id == hall), 0.0)

    # Greedy

    def greedy(self, *, shuffled: bool = False) -> None:
        """The most constrained first: the fewest places, the busiest people, the longest. `shuffled`: a little out of that order."""
        board = self.board
        freedom = {talk.id: self._freedom(talk) for talk in self.problem.talks}
        busy = {person: sum(board.talks[one].minutes for one in ids) for person, ids in board.by_person.items()}
        chance = {talk.id: self.random.uniform(0.5, 1.5) if shuffled else 1.0 for talk in self.problem.talks}
        order = sorted(
            self.problem.talks,
            key=lambda t: (freedom[t.id] * chance[t.id] // 40, -max((busy[p] for p in t.people), default=0), -t.minutes, -t.wanted, t.id),
        )
        for talk in order:
            if self.over:
                return
            if spot := self.best(talk):
                board.put(talk, spot)

    def _freedom(self, talk: Talk) -> int:
        hours = self.board.hours(talk)
        return sum(self.board.starts(talk, hall.id, hours).bit_count() for hall, _ in self.halls[talk.id])

    def best(self, talk: Talk) -> Spot | None:
        """The cheapest free place: at the start of each free stretch, and at every quarter of an hour in it."""
        board, hours = self.board, self.board.hours(talk)
        times: dict[int, float] = {}
        found: Spot | None = None
        if not hours:
            return None
        for hall, seats in self.halls[talk.id]:
            free = board.starts(talk, hall.id, hours)
            for at in steps(free & ~(free << 1) | free & self.quarters):
                cost = self.cost(talk, hall.id, at, seats, times)
                if found is None or cost < found.cost - 1e-9:
                    found = Spot(hall.id, at, cost)
        return found

    # Repair

    def repair(self) -> None:
        """Make room for what is left: whatever is in the way goes elsewhere, and so does what is then in the way of that."""
        left = [talk for talk in self.problem.talks if talk.id not in self.board.spots]
        for talk in sorted(left, key=lambda t: (-t.minutes, t.id)):
            if self.over:
                return
            if spot := self.best(talk):
                self.board.put(talk, spot)
            else:
                self.budget = TRIES * 40
                self._insert(talk, DEPTH, {talk.id})

    def _insert(self, talk: Talk, depth: int, moving: set[int]) -> bool:
        """Put `talk` where it pushes out the fewest others, if all of those find a new place. Else everything is as before."""
        board = self.board
        for hall, at, blockers in self._ways_in(talk, moving)[:TRIES]:
            self.budget -= 1
            if self.budget < 0 or self.over:
                return False
            before = dict(board.spots)
            out = sorted((board.talks[one] for one in blockers), key=lambda other: (-other.minutes, other.id))
            for other in out:
                board.take(other)
            board.put(talk, Spot(hall, at))
            if all(self._elsewhere(other, depth, moving | set(blockers)) for other in out):
                return True
            board.restore(before)
        return False

    def _elsewhere(self, talk: Talk, depth: int, moving: set[int]) -> bool:
        if spot := self.best(talk):
            self.board.put(talk, spot)
            return True
        return depth > 1 and self._insert(talk, depth - 1, moving)

    def _ways_in(self, talk: Talk, moving: set[int]) -> list[tuple[int, int, list[int]]]:
        """(room, start, who is in the way) wherever only talks that may move are: the fewest first."""
        board, length, pad = self.board, self.board.length(talk), self.board.pad(talk)
        hours = board.hours(talk, fixed_only=True)
        people = {one for person in talk.people for one in board.by_person.get(person, []) if one in board.spots}
        found = []
        for hall, _ in self.halls[talk.id]:
            free = board.starts(talk, hall.id, hours, fixed_only=True)
            inside = [(one, self._covers(one)) for one in board.in_hall[hall.id]]
            for at in steps(free & ~(free << 1) | free & self.quarters):
                wanted, own = span(at - pad, at + length), span(at, at + length)
                blockers = {one for one, covers in inside if covers & wanted}
                blockers |= {one for one in people if self._runs(one) & own}
                if blockers and len(blockers) <= 3 and not blockers & moving:
                    found.append((len(blockers), sum(board.talks[one].minutes for one in blockers), at, hall.id, sorted(blockers)))
        found.sort()
        return [(hall_id, at, blockers) for _, _, at, hall_id, blockers in found]

    def _covers(self, one: int) -> int:
        spot, talk = self.board.spots[one], self.board.talks[one]
        return span(spot.at - self.board.pad(talk), spot.at + self.board.length(talk))

    def _runs(self, one: int) -> int:
        spot, talk = self.board.spots[one], self.board.talks[one]
        return span(spot.at, spot.at + self.board.length(talk))

    # Bettering

    def better(self) -> None:
        """Each talk in turn to the best place it now has; then pairs change places where both together are better off."""
        for _ in range(ROUNDS):
            moved = False
            for talk_id in sorted(self.board.spots, key=lambda one: (-self.board.spots[one].cost, one)):
                if self.over:
                    return
                moved |= self._settle(self.board.talks[talk_id])
            if not moved:
                break
        placed = sorted(self.board.spots)
        if len(placed) < 2:
            return
        for _ in range(min(SWAPS, len(placed) * 20)):
            if self.over:
                return
            self._swap(*(self.board.talks[one] for one in self.random.sample(placed, 2)))

    def _settle(self, talk: Talk) -> bool:
        spot = self.board.take(talk)
        spot.cost = self.cost(talk, spot.hall, spot.at, self._seat_cost(talk, spot.hall), {})
        better = self.best(talk)
        if better is None or better.cost > spot.cost - 0.01:
            self.board.put(talk, spot)
            return False
        self.board.put(talk, better)
        return True

    def _swap(self, one: Talk, other: Talk) -> None:
        board = self.board
        if abs(board.length(one) - board.length(other)) * STEP > 15:
            return
        first, second = board.take(one), board.take(other)
        before = self._both(one, first, other, second)
        after = self._both(one, Spot(second.hall, second.at), other, Spot(first.hall, first.at)) if before is not None else None
        if before is None or after is None or after > before - 0.01:
            board.put(one, first)
            board.put(other, second)
        else:
            board.put(one, Spot(second.hall, second.at))
            board.put(other, Spot(first.hall, first.at))

    def _both(self, one: Talk, there: Spot, other: Talk, here: Spot) -> float | None:
        """What the two cost at these places together; None where one cannot be there."""
        cost = self._fits(one, there)
        if cost is None:
            return None
        self.board.put(one, there)
        more = self._fits(other, here)
        self.board.take(one)
        return None if more is None else cost + more

    def _fits(self, talk: Talk, spot: Spot) -> float | None:
        seats = next((cost for hall, cost in self.halls[talk.id] if hall.id == spot.hall), None)
        if seats is None or not self.board.starts(talk, spot.hall, self.board.hours(talk)) >> spot.at & 1:
            return None
        return self.cost(talk, spot.hall, spot.at, seats, {})
