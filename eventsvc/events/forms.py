"""What the settings of an event take."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from eventsvc.accounts.models import Role, Scope
from eventsvc.core.forms import Blank, Day, Email, FormModel, Line, LocalMoment, Name, Prose
from eventsvc.events.models import EventState


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("Choose a time zone such as Europe/London.")
    return ZoneInfo(value).key


TimeZone = Annotated[Name, AfterValidator(_zone)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]


class EventForm(FormModel):
    name: Name
    tagline: Annotated[Line, Field(max_length=300)] = ""
    description: Prose = ""
    start: Day
    end: Day
    timezone: TimeZone = "Europe/London"
    place: Line = ""
    address: Prose = ""
    travel: Prose = ""
    hue: Annotated[int, Field(ge=0, lt=360)] = 275
    contact_email: Line = ""
    privacy: Prose = ""
    sponsors: Prose = ""
    changes_until: Annotated[LocalMoment | None, Blank] = None
    state: EventState = EventState.DRAFT

    @model_validator(mode="after")
    def _order(self) -> EventForm:
        if self.end < self.start:
            raise ValueError("The last day is before the first day. Check both dates.")
        if (self.end - self.start).days > 60:
            raise ValueError("An event lasts at most 60 days. Check both dates.")
        return self


class OrganiserForm(FormModel):
    """Who is on invoices and privacy notices."""

    name: Name
    address: Annotated[Prose, Field(max_length=1000)] = ""
    contact_email: Line = ""
    bank_details: Annotated[Prose, Field(max_length=1000)] = ""
    company_number: Annotated[Line, Field(max_length=60)] = ""
    vat_number: Annotated[Line, Field(max_length=30, pattern=r"^([A-Za-z]{2}[A-Za-z0-9 ]{5,20})?$")] = ""
    invoice_prefix: Annotated[Line, Field(max_length=12, pattern=r"^[A-Za-z0-9]*$")] = ""


class NewEventForm(FormModel):
    """The little that a new event needs; the rest is in its settings."""

    organiser: Name
    name: Name
    slug: Slug
    start: Day
    end: Day
    timezone: TimeZone = "Europe/London"

    def as_event(self) -> EventForm:
        return EventForm(name=self.name, start=self.start, end=max(self.start, self.end), timezone=self.timezone)


class MemberForm(FormModel):
    email: Email
    name: Line = ""
    role: Role


class TokenForm(FormModel):
    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1)]
