"""Places in a session: sign up, wait in order, give back, move up.

`Session.signed_up` is the number of GOING rows and never above `signup_places`: claimed by one conditional UPDATE, with a CHECK behind
it. Every verb locks the session's row first, so that nobody joins a queue at the moment in which a place becomes free.
Whoever moves up is told by the job `TELL`, written in the same transaction; agenda does not know how to reach a ticket.
"""

from __future__ import annotations

from tortoise.functions import Count

from eventsvc.agenda.models import Session, SessionState, Signup, SignupState
from eventsvc.audit.rules import record
from eventsvc.core import jobs
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import Refused

TELL = "website/place_free"
"""The job that tells the holder of `signup` that a place is theirs."""


class NoSignUp(Refused):
    kind = "no-sign-up"
    title = "There is nothing to sign up for"


class TooLate(Refused):
    kind = "too-late"
    title = "It is too late for that"


class TooFew(Refused):
    status = 422
    kind = "too-few-places"
    title = "More people have a place already"


async def sign_up(session: Session, ticket_id: int, *, by: str) -> SignupState:
    """Take a place, or the next one in the queue when all are taken. Asking again changes nothing. Raises NoSignUp, TooLate."""
    async with transaction():
        await _fresh(session)
        if session.signup_places is None or session.state != SessionState.CONFIRMED:
            raise NoSignUp("This session takes no sign-ups.")
        if session.end and session.end <= now():
            raise TooLate("This session is over.")
        before = await Signup.get_or_none(session=session, ticket_id=ticket_id)
        if before:
            return before.state
        state = SignupState.GOING if await _claim(session.id) else SignupState.WAITING
        await Signup.create(session=session, ticket_id=ticket_id, state=state)
        await record("signup.added", session, by=by, state=state)
    return state


async def give_back(session: Session, ticket_id: int, *, by: str) -> None:
    """Give a place back, or leave the queue; the first in the queue moves up. Giving back what one does not have changes nothing."""
    async with transaction():
        await _fresh(session)
        before = await Signup.get_or_none(session=session, ticket_id=ticket_id)
        if before is None:
            return
        await before.delete()
        if before.state == SignupState.GOING:
            await fetch("UPDATE agenda_session SET signed_up = signed_up - 1 WHERE id = $1 RETURNING id", session.id)
        await record("signup.given_back", session, by=by, state=before.state)
        await _move_up(session, by=by)


async def set_places(session: Session, places: int | None, *, by: str) -> None:
    """Offer so many places (None: no sign-up); who waits moves up. Raises TooFew below what is taken.

    For use inside the verb that changes the session.
    """
    async with transaction():
        await _fresh(session)
        if places == session.signup_places:
            return
        if session.signed_up > (places or 0):
            people = "1 person has" if session.signed_up == 1 else f"{session.signed_up} people have"
            raise TooFew(f"{people} a place already. Enter at least {session.signed_up}.", field="signup_places")
        await session.change(signup_places=places)
        if places is None:
            await Signup.filter(session=session).delete()
        await _move_up(session, by=by)


async def _fresh(session: Session) -> None:
    """Lock the row and look at it anew."""
    rows = await fetch(f"SELECT id FROM agenda_session WHERE id = $1 {locked()}", session.id)  # noqa: S608
    if not rows:
        raise NoSignUp("This session is not there any more.")
    await session.refresh_from_db(fields=["state", "start", "end", "signup_places", "signed_up"])


async def _claim(session_id: int) -> bool:
    """Take one place, if there is one."""
    return bool(
        await fetch(
            "UPDATE agenda_session SET signed_up = signed_up + 1 WHERE id = $1 AND signed_up < signup_places RETURNING id",
            session_id,
        )
    )


async def _move_up(session: Session, *, by: str) -> None:
    """Give free places to those who wait, in order, and have them told. Nobody is moved into a session that has begun."""
    if session.signup_places is None or (session.start and session.start <= now()) or session.state != SessionState.CONFIRMED:
        return
    for waiting in await Signup.filter(session=session, state=SignupState.WAITING).order_by("id").limit(max(session.signup_places, 0)):
        if not await _claim(session.id):
            break
        await waiting.change(state=SignupState.GOING)
        await record("signup.moved_up", session, by=by)
        await jobs.enqueue(TELL, dedupe=f"{TELL}:{waiting.id}", signup=waiting.id)
    await session.refresh_from_db(fields=["signed_up"])


async def queue_of(session: Session) -> list[Signup]:
    """Everybody: those with a place in the order in which they came, then those who wait."""
    rows = await Signup.filter(session=session).order_by("id")
    return sorted(rows, key=lambda one: (one.state != SignupState.GOING, one.id))


async def ahead_of(signup: Signup) -> int:
    """How many wait before this one."""
    return await Signup.filter(session_id=signup.session_id, state=SignupState.WAITING, id__lt=signup.id).count()


async def waiting(session: Session) -> int:
    """How many wait for a place."""
    return await Signup.filter(session=session, state=SignupState.WAITING).count()


def warnings(session: Session) -> list[str]:
    """What an organiser should look at again: told, not refused. The session needs its room loaded."""
    seats = session.room.capacity if session.room else None
    if session.signup_places is None or seats is None or session.signup_places <= seats:
        return []
    return [f"You offer {session.signup_places} places, and {session.room.name} has {seats} seats." if session.room else ""]


async def place_errors() -> list[str]:
    """Sessions whose number of places taken is not the number of rows: one sentence each, none when all is well."""
    rows = dict(
        await Signup.filter(state=SignupState.GOING).group_by("session_id").annotate(many=Count("id")).values_list("session_id", "many")
    )
    said = await Session.filter(signed_up__gt=0).values_list("id", "signed_up", "code")
    known = {int(str(number)): (int(str(taken)), code) for number, taken, code in said}
    wrong = [
        f"Session {code}: {taken} places taken, {rows.get(number, 0)} people signed up."
        for number, (taken, code) in known.items()
        if taken != rows.get(number, 0)
    ]
    return wrong + [f"A session with no place taken has {many} people signed up." for number, many in rows.items() if number not in known]
