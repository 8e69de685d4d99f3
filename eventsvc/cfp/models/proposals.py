"""Proposal, Author, SpeakerAnswers: what came in, and from whom."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields

from eventsvc.agenda.models import Session, Track
from eventsvc.cfp.models.calls import AccessCode, Call, ProposalType
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.speakers.models import Speaker


class ProposalState(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


PROPOSAL_MOVES: dict[ProposalState, set[ProposalState]] = {
    ProposalState.DRAFT: {ProposalState.SUBMITTED, ProposalState.WITHDRAWN},
    ProposalState.SUBMITTED: {ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED, ProposalState.WITHDRAWN},
    ProposalState.WAITLISTED: {ProposalState.ACCEPTED, ProposalState.REJECTED, ProposalState.WITHDRAWN},
    ProposalState.ACCEPTED: {ProposalState.WAITLISTED, ProposalState.REJECTED, ProposalState.WITHDRAWN},
    ProposalState.REJECTED: {ProposalState.ACCEPTED, ProposalState.WAITLISTED},
    ProposalState.WITHDRAWN: {ProposalState.SUBMITTED},
}

DECISIONS = (ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED)
"""What a decision can be. It is `pending` first, and becomes the state when decisions are released."""


class Proposal(Row):
    """`redacted` holds the words reviewers see instead in a blind phase, by column name or `Field.key`."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="proposals", on_delete=fields.CASCADE)
    call_id: int
    code = fields.CharField(max_length=20)
    title = fields.CharField(max_length=400)
    abstract = fields.TextField(default="")
    description = fields.TextField(default="")
    notes = fields.TextField(default="")
    """For the organisers only."""
    language = fields.CharField(max_length=20, default="")
    type: fields.ForeignKeyRelation[ProposalType] = fields.ForeignKeyField(
        "cfp.ProposalType", related_name="proposals", on_delete=fields.RESTRICT
    )
    type_id: int
    track: fields.ForeignKeyNullableRelation[Track] = fields.ForeignKeyField(
        "agenda.Track", related_name="proposals", null=True, on_delete=fields.SET_NULL
    )
    track_id: int | None
    access_code: fields.ForeignKeyNullableRelation[AccessCode] = fields.ForeignKeyField(
        "cfp.AccessCode", related_name="proposals", null=True, on_delete=fields.SET_NULL
    )
    access_code_id: int | None
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    redacted: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    state = fields.CharEnumField(ProposalState, max_length=10, default=ProposalState.DRAFT)
    pending = fields.CharEnumField(ProposalState, max_length=10, null=True)
    pending_by = fields.CharField(max_length=120, default="")
    submitted_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    modified_at = fields.DatetimeField(default=now)
    session: fields.OneToOneNullableRelation[Session] = fields.OneToOneField(
        "agenda.Session", related_name="proposal", null=True, on_delete=fields.SET_NULL
    )
    session_id: int | None
    authors: fields.ReverseRelation[Author]

    class Meta:
        table = "proposal"
        unique_together = (("call", "code"),)
        indexes = (("call_id", "state"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        # The event is the call's: load a proposal with its call.
        return self.call.event_id, "proposal", self.code


class Author(Row):
    """Who proposes it, in the order of the bill. A co-speaker is invited by mail and has not `joined_at` yet."""

    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField("cfp.Proposal", related_name="authors", on_delete=fields.CASCADE)
    proposal_id: int
    speaker: fields.ForeignKeyRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="authored", on_delete=fields.CASCADE
    )
    speaker_id: int
    position = fields.IntField(default=0)
    joined_at = fields.DatetimeField(null=True)

    class Meta:
        table = "proposal_author"
        unique_together = (("proposal", "speaker"),)
        ordering = ("position", "id")


class SpeakerAnswers(Row):
    """A speaker's answers to the call's fields about speakers; once for all their proposals."""

    speaker: fields.OneToOneRelation[Speaker] = fields.OneToOneField("speakers.Speaker", related_name="answers", on_delete=fields.CASCADE)
    speaker_id: int
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "speaker_answers"
