"""Who reviews: invited by mail with a role that opens nothing else, and taken off again without losing what they said."""

from __future__ import annotations

from collections import Counter

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import RIGHTS, Right, Role, User
from eventsvc.agenda.models import Track
from eventsvc.audit.rules import record
from eventsvc.cfp.forms.review import ReviewerChange, ReviewerForm
from eventsvc.cfp.models import Assignment, Call, ConflictOfInterest, Proposal, Review, Reviewer, ReviewPhase
from eventsvc.cfp.rules.assignment import REVIEWED_STATES
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events import rules as events
from eventsvc.events.models import Event, Membership
from eventsvc.mail import rules as mail

PAIR = ("proposal_id", "reviewer_id")
REVIEWING = [role for role, rights in RIGHTS.items() if Right.REVIEW in rights]


class OtherRole(Refused):
    kind = "other-role"
    title = "This person has another role here"


class Closed(Refused):
    kind = "not-now"
    title = "Reviewing is closed"


class NoSuchTrack(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such track at this event"


async def reviewer_of(call: Call, user: User) -> Reviewer | None:
    """This person as a reviewer; None for organisers who do not review."""
    reviewer = await Reviewer.get_or_none(call=call, user=user)
    if reviewer:
        reviewer.user = user
    return reviewer


async def on_duty(call: Call) -> list[Reviewer]:
    """All who review now, with their users: those whose role at the event still lets them."""
    members = await Membership.filter(event_id=call.event_id, role__in=REVIEWING).select_related("user")
    may = {member.user.id for member in members}
    everybody = await Reviewer.filter(call=call).select_related("user").order_by("id")
    return [one for one in everybody if one.user_id in may or one.user.is_admin]


async def add_reviewer(event: Event, call: Call, wanted: ReviewerForm, *, by: str) -> tuple[Reviewer, bool]:
    """Make somebody a reviewer and send the invitation; says whether they are new. Their account is made when there is none.

    Raises OtherRole when their role at the event does not include reviewing: it is not changed behind an organiser's back.
    """
    async with transaction():
        await _check_tracks(event, wanted.tracks)
        user, fresh = await accounts.invite(wanted.email, wanted.name)
        member = await Membership.get_or_none(user=user, event=event)
        if member is None and not user.is_admin:
            await events.add_member(event, user, Role.REVIEWER, by=by)
        elif member and Right.REVIEW not in RIGHTS[member.role]:
            raise OtherRole(
                f"{user.label} is {member.role} at this event. Change that to reviewer or programme under Settings, Team first.",
                field="email",
            )
        reviewer, new = await Reviewer.get_or_create(
            call=call, user=user, defaults={"organisation": wanted.organisation, "tracks": wanted.tracks}
        )
        if not new:
            await reviewer.change(organisation=wanted.organisation or reviewer.organisation, tracks=wanted.tracks)
        reviewer.user = user
        await _invite(event, reviewer, fresh=fresh, once=True)
        await record("reviewer.added", call, by=by, reviewer=reviewer.id)
    return reviewer, new


async def invite_again(event: Event, reviewer: Reviewer, *, by: str) -> None:
    """Send the invitation once more; with a way in only where the account opens nothing but reviewing here."""
    async with transaction():
        roles = [member.role for member in await Membership.filter(user=reviewer.user)]
        only_reviews = roles == [Role.REVIEWER] and not reviewer.user.is_admin and not reviewer.user.password
        await _invite(event, reviewer, fresh=only_reviews, once=False)
        await record("reviewer.invited", reviewer.call, by=by, reviewer=reviewer.id)


async def _invite(event: Event, reviewer: Reviewer, *, fresh: bool, once: bool) -> None:
    await mail.queue(
        "cfp/reviewer_invitation",
        reviewer.user.email,
        event_id=event.id,
        dedupe=f"reviewer:{reviewer.id}:invited" if once else None,
        reviewer=reviewer.id,
        fresh=fresh,
    )


async def left_to_do(call: Call) -> dict[int, int]:
    """How many of the proposals that they were asked for and are still open each reviewer has not answered, by reviewer."""
    asked = await Assignment.filter(proposal__call_id=call.id, proposal__state__in=REVIEWED_STATES)
    answered = {(one.proposal_id, one.reviewer_id) for one in await Review.filter(proposal__call_id=call.id).only("id", *PAIR)}
    return Counter(one.reviewer_id for one in asked if (one.proposal_id, one.reviewer_id) not in answered)


async def remind(event: Event, call: Call, phase: ReviewPhase, *, by: str) -> int:
    """Write to every reviewer who has something left, once a day at most. Returns how many letters. Raises Closed outside `phase`."""
    if not phase.can_score or not phase.is_on(now()):
        raise Closed("Reviews are not taken at the moment, so there is nothing to remind of.")
    async with transaction():
        left, count = await left_to_do(call), 0
        for reviewer in await on_duty(call):
            if left.get(reviewer.id):
                count += await mail.queue(
                    "cfp/reviewer_reminder",
                    reviewer.user.email,
                    event_id=event.id,
                    dedupe=f"reviewer:{reviewer.id}:reminded:{event.local(now()):%Y-%m-%d}",
                    reviewer=reviewer.id,
                )
        if count:
            await record("reviewer.reminded", call, by=by, letters=count)
    return count


async def change_reviewer(event: Event, reviewer: Reviewer, wanted: ReviewerChange, *, by: str) -> None:
    """Change the organisation and tracks by which conflicts and shares are judged. Raises NoSuchTrack."""
    async with transaction():
        await _check_tracks(event, wanted.tracks)
        await reviewer.change(organisation=wanted.organisation, tracks=wanted.tracks)
        await record("reviewer.changed", reviewer.call, by=by, reviewer=reviewer.id)


async def remove_reviewer(event: Event, reviewer: Reviewer, *, by: str) -> None:
    """They can no longer review, and what was only asked of them is free again. Reviews they gave stay and count."""
    async with transaction():
        await Membership.filter(event=event, user_id=reviewer.user_id, role=Role.REVIEWER).delete()
        done = await Review.filter(reviewer=reviewer).values_list("proposal_id", flat=True)
        await Assignment.filter(reviewer=reviewer).exclude(proposal_id__in=list(done)).delete()
        if not done:
            await reviewer.delete()
        await record("reviewer.removed", reviewer.call, by=by, reviewer=reviewer.id)


async def forget_conflict(call: Call, proposal: Proposal, reviewer: Reviewer, *, by: str) -> None:
    """A conflict that was declared by mistake is none."""
    async with transaction():
        if await ConflictOfInterest.filter(proposal=proposal, reviewer=reviewer).delete():
            await record("reviewer.conflict_forgotten", call, by=by, proposal=proposal.code, reviewer=reviewer.id)


async def _check_tracks(event: Event, codes: list[str]) -> None:
    known = set(await Track.filter(event=event).values_list("code", flat=True))
    if unknown := sorted(set(codes) - known):
        raise NoSuchTrack(f"There is no track “{unknown[0]}” at this event.", field="tracks")
