"""Organiser, Event, Membership."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.accounts.models import Role, User
from eventsvc.core.db import Row


class EventState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Organiser(Row):
    """Who runs events: the legal person on invoices and privacy notices."""

    name = fields.CharField(max_length=200, unique=True)
    address = fields.TextField(default="")
    contact_email = fields.CharField(max_length=254, default="")
    bank_details = fields.TextField(default="")
    company_number = fields.CharField(max_length=60, default="")
    vat_number = fields.CharField(max_length=30, default="")
    """Empty: not registered for VAT, so invoices show none."""
    invoice_prefix = fields.CharField(max_length=12, default="")
    """Before the number of every invoice, as in `WM-2027-0001`."""

    class Meta:
        table = "organiser"

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "organiser", str(self.id)


class Event(Row):
    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="events", on_delete=fields.RESTRICT
    )
    organiser_id: int
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=200)
    tagline = fields.CharField(max_length=300, default="")
    description = fields.TextField(default="")
    start = fields.DateField()
    end = fields.DateField()
    timezone = fields.CharField(max_length=60, default="Europe/London")
    place = fields.CharField(max_length=200, default="")
    address = fields.TextField(default="")
    travel = fields.TextField(default="")
    hue = fields.IntField(default=275)
    currency = fields.CharField(max_length=3, default="GBP")
    contact_email = fields.CharField(max_length=254, default="")
    privacy = fields.TextField(default="")
    sponsors = fields.TextField(default="")
    state = fields.CharEnumField(EventState, max_length=10, default=EventState.DRAFT)
    changes_until = fields.DatetimeField(null=True)
    """Until then attendees and buyers change what is theirs; without it until the event starts (`changes_end`)."""
    version = fields.BigIntField(default=1)
    updated_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "event"
        constraints = (
            CheckConstraint(check='"end" >= start', name="ck_event_dates"),
            CheckConstraint(check="hue >= 0 AND hue < 360", name="ck_event_hue"),
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def days(self) -> list[date]:
        """The event's days, in its own zone."""
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    @property
    def starts_at(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.start, datetime.min.time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The last moment of the last day."""
        return datetime.combine(self.end + timedelta(days=1), datetime.min.time(), self.zone)

    @property
    def changes_end(self) -> datetime:
        """Until when attendees and buyers change what is theirs by themselves."""
        return self.changes_until or self.starts_at

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def aware(self, moment: datetime) -> datetime:
        """A moment as somebody typed it: without a zone it is the event's local time."""
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def typed(self, moment: datetime | None) -> str:
        """A moment as <input type=datetime-local> takes it, in the event's zone; None is an empty box."""
        return f"{self.local(moment):%Y-%m-%dT%H:%M}" if moment else ""

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.id, "event", self.slug


class Membership(Row):
    """Who holds which role where."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="memberships", on_delete=fields.CASCADE)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="memberships", on_delete=fields.CASCADE)
    role = fields.CharEnumField(Role, max_length=20)

    class Meta:
        table = "membership"
        unique_together = (("user", "event"),)
