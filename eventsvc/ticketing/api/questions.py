"""What registration asks, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eventsvc.core.api import Items, get
from eventsvc.events.models import Event
from eventsvc.ticketing.models import AskedWhen, QuestionKind
from eventsvc.ticketing.rules import questions


class Condition(BaseModel):
    question: str
    is_: str = Field(serialization_alias="is", validation_alias="is")


class TicketQuestionOut(BaseModel):
    code: str = Field(description="the key in an order's `answers`")
    label: str
    hint: str
    kind: QuestionKind
    choices: list[str]
    required: bool
    ticket_types: list[str] = Field(description="codes; empty: all")
    asked: AskedWhen
    shown_if: dict[str, list[Condition]] = Field(description="`all` or `any` of these answers; empty: always asked")
    sensitive: bool = Field(description="kept apart, never given out again")
    version: int = Field(description="rises when its meaning changes")


async def list_ticket_questions(event: Event) -> Items[TicketQuestionOut]:
    """What registration asks, in order."""
    rows = await questions.questions_of(event)
    return Items(items=[TicketQuestionOut.model_validate(one, from_attributes=True) for one in rows], next=None)


routes = [get("/events/{event}/questions", list_ticket_questions, None)]
