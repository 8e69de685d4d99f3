"""ReviewPhase, ScoreCategory, Reviewer, Assignment, ConflictOfInterest, Review, Comment: what reviewers see, may, and think."""

from __future__ import annotations

import enum
from datetime import datetime

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.accounts.models import User
from eventsvc.cfp.models.calls import Call
from eventsvc.cfp.models.proposals import Proposal
from eventsvc.core.clock import now
from eventsvc.core.db import Row


class SeeOthers(enum.StrEnum):
    """When a reviewer sees what others think of a proposal."""

    NEVER = "never"
    AFTER_OWN = "after_own"
    ALWAYS = "always"


class ReviewPhase(Row):
    """A stretch of reviewing and its rights. At most one is under way: the first, by position, whose moments hold now."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="phases", on_delete=fields.CASCADE)
    call_id: int
    name = fields.CharField(max_length=120)
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    blind = fields.BooleanField(default=True)
    can_score = fields.BooleanField(default=True)
    can_comment = fields.BooleanField(default=True)
    see_others = fields.CharEnumField(SeeOthers, max_length=10, default=SeeOthers.AFTER_OWN)
    assigned_only = fields.BooleanField(default=False)
    per_proposal = fields.IntField(default=3)
    """Reviews wanted for each proposal: the aim of progress bars and of automatic assignment."""
    position = fields.IntField(default=0)

    class Meta:
        table = "review_phase"
        ordering = ("position", "id")

    def is_on(self, moment: datetime) -> bool:
        return (self.opens_at is None or self.opens_at <= moment) and (self.closes_at is None or moment < self.closes_at)


class ScoreCategory(Row):
    """One scale of a review: whole numbers from `low` to `high`, counted `weight` times. `labels` may name the numbers."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="categories", on_delete=fields.CASCADE)
    call_id: int
    name = fields.CharField(max_length=120)
    hint = fields.CharField(max_length=500, default="")
    weight = fields.IntField(default=1)
    low = fields.IntField(default=1)
    high = fields.IntField(default=5)
    labels: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    required = fields.BooleanField(default=True)
    tracks: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the tracks it is asked for; empty: all."""
    position = fields.IntField(default=0)

    class Meta:
        table = "score_category"
        ordering = ("position", "id")
        constraints = (CheckConstraint(check="high > low AND weight >= 0", name="ck_score_scale"),)


class Reviewer(Row):
    """Who reviews, and which tracks (codes; empty: all)."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="reviewers", on_delete=fields.CASCADE)
    call_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="reviewing", on_delete=fields.CASCADE)
    user_id: int
    organisation = fields.CharField(max_length=200, default="")
    tracks: fields.Field[list[str]] = fields.JSONField(default=list)

    class Meta:
        table = "reviewer"
        unique_together = (("call", "user"),)


class Assignment(Row):
    """A proposal a reviewer is asked to review; `by` is a person, or 'automatic'."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "cfp.Proposal", related_name="assignments", on_delete=fields.CASCADE
    )
    proposal_id: int
    reviewer: fields.ForeignKeyRelation[Reviewer] = fields.ForeignKeyField(
        "cfp.Reviewer", related_name="assignments", on_delete=fields.CASCADE
    )
    reviewer_id: int
    by = fields.CharField(max_length=120, default="")

    class Meta:
        table = "assignment"
        unique_together = (("proposal", "reviewer"),)


class ConflictOfInterest(Row):
    """A reviewer who must not review a proposal: said by themselves or an organiser."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "cfp.Proposal", related_name="conflicts", on_delete=fields.CASCADE
    )
    proposal_id: int
    reviewer: fields.ForeignKeyRelation[Reviewer] = fields.ForeignKeyField(
        "cfp.Reviewer", related_name="conflicts", on_delete=fields.CASCADE
    )
    reviewer_id: int
    reason = fields.CharField(max_length=300, default="")

    class Meta:
        table = "conflict_of_interest"
        unique_together = (("proposal", "reviewer"),)


class Review(Row):
    """One reviewer's scores (by category id, as text) and words; `abstained` when they would rather not say."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField("cfp.Proposal", related_name="reviews", on_delete=fields.CASCADE)
    proposal_id: int
    reviewer: fields.ForeignKeyRelation[Reviewer] = fields.ForeignKeyField("cfp.Reviewer", related_name="reviews", on_delete=fields.CASCADE)
    reviewer_id: int
    phase: fields.ForeignKeyNullableRelation[ReviewPhase] = fields.ForeignKeyField(
        "cfp.ReviewPhase", related_name="reviews", null=True, on_delete=fields.SET_NULL
    )
    phase_id: int | None
    scores: fields.Field[dict[str, int]] = fields.JSONField(default=dict)
    answers: fields.Field[dict[str, object]] = fields.JSONField(default=dict)
    """To the call's fields for reviewers, by `Field.key`."""
    text = fields.TextField(default="")
    abstained = fields.BooleanField(default=False)
    modified_at = fields.DatetimeField(default=now)

    class Meta:
        table = "review"
        unique_together = (("proposal", "reviewer"),)


class Comment(Row):
    """A word between reviewers and organisers about a proposal; never shown to its authors."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "cfp.Proposal", related_name="comments", on_delete=fields.CASCADE
    )
    proposal_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="comments", on_delete=fields.CASCADE)
    user_id: int
    text = fields.TextField()

    class Meta:
        table = "proposal_comment"
        ordering = ("id",)
