"""Reviewing the demo's proposals: a blind round under way, five reviewers who differ, some decisions that wait to be released."""

from __future__ import annotations

import random
from datetime import timedelta

from eventsvc.accounts.models import User
from eventsvc.cfp.forms.review import CategoryForm, Opinion, PhaseForm, ReviewerForm
from eventsvc.cfp.models import Call, Proposal, ProposalState, Reviewer, ReviewPhase, ScoreCategory, SeeOthers
from eventsvc.cfp.rules import assignment, decisions, phases, reviewers, reviews, standing
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter, LetterState

REVIEWER = "reviewer@example.org"
PEOPLE = [
    # address, name, organisation, how much kinder (points of a scale of five)
    (REVIEWER, "Rosalind Achterberg", "Mercia University", 0.2),
    ("bola.adewale@example.org", "Bola Adewale", "Arden Hospitals NHS Trust", 0.7),
    ("hamish.kerr@example.org", "Hamish Kerr", "Longbridge Imaging", -1.1),
    ("sunniva.lie@example.org", "Sunniva Lie", "Midlands Genomics", 0.0),
    ("tobias.wren@example.org", "Tobias Wren", "", 0.3),
]
SCALES = [
    CategoryForm(
        name="Fit for our audience",
        hint="Will people who make, buy, use or study diagnostics take something home?",
        weight=2,
        labels="1 = Not for us\n3 = For some\n5 = For all",
        required=True,
    ),
    CategoryForm(
        name="Substance", hint="Numbers, experience, or an argument that holds.", weight=2, labels="1 = Thin\n5 = Solid", required=True
    ),
    CategoryForm(name="New to us", weight=1, low=0, high=3, labels="0 = Heard it\n3 = Never heard it", required=True),
]
WORDS = [
    ["A fine idea that needs a result. Perhaps next year, or as a poster.", "Reads like a brochure. Who paid for the study?", ""],
    [
        "The numbers are promising, but from one ward. I would ask for a second site.",
        "With a patient or a clinician beside them it could be good.",
        "",
    ],
    [
        "Clear, honest about what failed, and short enough to work after lunch.",
        "Exactly what our commissioners ask about. Put it in a large room.",
        "I would come to this one myself.",
    ],
]
"""By how good it is."""
TALK = ["Is this not close to the talk we had last year?", "Close, but with patients this time. I would take it."]


async def fill(event: Event) -> None:
    """Made when the demo is; nothing where it has no proposals."""
    call = await Call.get_or_none(event=event)
    if call is None or not await Proposal.filter(call=call, state=ProposalState.SUBMITTED).exists():
        return
    call.event = event
    with travel(now() - timedelta(days=5)):
        phase = await _rounds(event, call)
        people = [await _reviewer(event, call, *one) for one in PEOPLE]
        await assignment.assign_automatically(call, people, 4, by="demo")
    chance = random.Random(7)
    for reviewer, (*_, kinder) in zip(people, PEOPLE, strict=True):
        await _review(call, phase, reviewer, kinder, chance, leave=6 if reviewer.user.email == REVIEWER else 1)
    await _decide(call)


async def reviewer_account() -> User | None:
    """Whose way in the demo prints."""
    return await User.get_or_none(email=REVIEWER)


async def _rounds(event: Event, call: Call) -> ReviewPhase:
    today = event.local(now()).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    opens, turns, ends = today, today + timedelta(days=14, hours=18), today + timedelta(days=21, hours=18)
    first = PhaseForm(name="First round", opens_at=opens, closes_at=turns, blind=True, can_score=True, can_comment=True, per_proposal=4)
    last = PhaseForm(
        name="Final round",
        opens_at=turns,
        closes_at=ends,
        can_score=True,
        can_comment=True,
        see_others=SeeOthers.ALWAYS,
        assigned_only=True,
    )
    phase = await phases.save_phase(event, call, None, first, by="demo")
    await phases.save_phase(event, call, None, last, by="demo")
    for scale in SCALES:
        await phases.save_category(call, None, scale, by="demo")
    return phase


async def _reviewer(event: Event, call: Call, address: str, name: str, organisation: str, _: float) -> Reviewer:
    reviewer, _new = await reviewers.add_reviewer(
        event, call, ReviewerForm(email=address, name=name, organisation=organisation), by="Olivia Organiser"
    )
    # Invitations of five days ago were sent long since.
    await Letter.filter(to=address, kind="cfp/reviewer_invitation").update(
        state=LetterState.SENT, sent_at=now(), subject=f"{event.name}: please review proposals"
    )
    return reviewer


async def _review(call: Call, phase: ReviewPhase, reviewer: Reviewer, kinder: float, chance: random.Random, leave: int) -> None:
    """Most of what they were asked for; one stepped back from, one abstained from."""
    desk = await reviews.desk(call, reviewer, phase)
    scales: list[ScoreCategory] = list(await ScoreCategory.filter(call=call))
    asked = [one for one in desk.todo if one.assigned]
    for number, one in enumerate(asked[: max(0, len(asked) - leave)]):
        proposal = await reviews.find(call, reviewer, phase, one.seen.code)
        with travel(now() - timedelta(hours=chance.randint(2, 100))):
            if number == 4 and kinder < 0:
                await reviews.declare_conflict(proposal, reviewer, "We compete with them.", by=reviewer.user.label)
                continue
            worth = (sum(map(ord, one.seen.title)) % 23) / 22  # how good it is, whoever judges
            scores = {
                str(scale.id): round(
                    min(scale.high, max(scale.low, scale.low + (scale.high - scale.low) * (worth + kinder / 4 + chance.gauss(0, 0.13))))
                )
                for scale in scales
            }
            abstained = number == 2 and not reviewer.organisation
            opinion = Opinion(
                {} if abstained else scores,
                {},
                "Too close to my own work." if abstained else chance.choice(WORDS[min(2, int(3 * worth))]),
                abstained,
            )
            await reviews.give(proposal, reviewer, phase, opinion, by=reviewer.user.label)
            if number == 1 and kinder in (0.7, 0.0):
                await reviews.comment(proposal, reviewer, phase, TALK[kinder == 0.0], by=reviewer.user.label)


async def _decide(call: Call) -> None:
    """The clear cases are decided, and wait."""
    table = await standing.standings(call)
    ranked = [
        row.proposal
        for row in standing.in_order(table.rows, "-score")
        if row.proposal.state == ProposalState.SUBMITTED and row.tally.count >= 2
    ]
    for row in ranked:
        row.call = call
    await decisions.decide(ranked[:3], ProposalState.ACCEPTED, by="Olivia Organiser")
    await decisions.decide(ranked[3:4], ProposalState.WAITLISTED, by="Olivia Organiser")
    await decisions.decide(ranked[-2:] if len(ranked) > 6 else [], ProposalState.REJECTED, by="Olivia Organiser")
