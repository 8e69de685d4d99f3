"""Tables of the call: `calls` (what is asked), `proposals` (what came in), `reviews` (what is thought of it)."""

from eventsvc.cfp.models.calls import AccessCode, Answers, Call, Field, FieldKind, FieldTarget, ProposalType
from eventsvc.cfp.models.proposals import DECISIONS, PROPOSAL_MOVES, Author, Proposal, ProposalState, SpeakerAnswers
from eventsvc.cfp.models.reviews import (
    Assignment,
    Comment,
    ConflictOfInterest,
    Review,
    Reviewer,
    ReviewPhase,
    ScoreCategory,
    SeeOthers,
)

__all__ = [
    "DECISIONS",
    "PROPOSAL_MOVES",
    "AccessCode",
    "Answers",
    "Assignment",
    "Author",
    "Call",
    "Comment",
    "ConflictOfInterest",
    "Field",
    "FieldKind",
    "FieldTarget",
    "Proposal",
    "ProposalState",
    "ProposalType",
    "Review",
    "ReviewPhase",
    "Reviewer",
    "ScoreCategory",
    "SeeOthers",
    "SpeakerAnswers",
]
