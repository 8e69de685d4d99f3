"""Organisation, Domain, Allowance."""

from __future__ import annotations

import enum

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row, fetch
from eventsvc.events.models import Event, Organiser


class OrganisationKind(enum.StrEnum):
    MEMBER = "member"
    PARTNER = "partner"
    PUBLIC = "public"


class Organisation(Row):
    """Of an organiser, at all its events. `left` keeps what it bought and gives it no price any more."""

    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="organisations", on_delete=fields.CASCADE
    )
    organiser_id: int
    slug = fields.CharField(max_length=60)
    name = fields.CharField(max_length=200)
    folded = fields.CharField(max_length=400, default="")
    kind = fields.CharEnumField(OrganisationKind, max_length=10, default=OrganisationKind.MEMBER)
    code = fields.CharField(max_length=40)
    email = fields.CharField(max_length=254, default="")
    """Whom to write to about its places; empty: nobody."""
    left = fields.BooleanField(default=False)
    domains: fields.ReverseRelation[Domain]
    allowances: fields.ReverseRelation[Allowance]

    class Meta:
        table = "organisation"
        unique_together = (("organiser", "slug"), ("organiser", "name"), ("organiser", "code"))

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "organisation", str(self.id)


class Domain(Row):
    """The part of an address behind the @, in ASCII and small letters; those below it count too."""

    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="member_domains", on_delete=fields.CASCADE
    )
    organiser_id: int
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "members.Organisation", related_name="domains", on_delete=fields.CASCADE
    )
    organisation_id: int
    domain = fields.CharField(max_length=253)

    class Meta:
        table = "organisation_domain"
        unique_together = (("organiser", "domain"),)
        ordering = ("id",)


class Allowance(Row):
    """How many free places an organisation has at an event, and how many are taken."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="allowances", on_delete=fields.CASCADE)
    event_id: int
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "members.Organisation", related_name="allowances", on_delete=fields.RESTRICT
    )
    organisation_id: int
    free = fields.IntField(default=0)
    used = fields.IntField(default=0)
    secret: fields.Field[str | None] = fields.CharField(max_length=32, null=True, unique=True)
    """Of the organisation's own page at the event; None: there is none."""

    class Meta:
        table = "allowance"
        unique_together = (("event", "organisation"),)
        constraints = (CheckConstraint(check="used >= 0 AND used <= free", name="ck_allowance_used"),)

    @property
    def left(self) -> int:
        return max(0, self.free - self.used)

    @staticmethod
    async def claim(allowance_id: int, count: int) -> bool:
        """Take `count` free places, all or none. The conditional UPDATE locks the row until the transaction ends. Before any voucher
        and any quota, so that orders lock rows in one order."""
        rows = await fetch(
            "UPDATE allowance SET used = used + $2 WHERE id = $1 AND used + $2 <= free RETURNING id",
            allowance_id,
            count,
        )
        return bool(rows)

    @staticmethod
    async def release(allowance_id: int, count: int) -> None:
        """Give `count` free places back."""
        await fetch("UPDATE allowance SET used = used - $2 WHERE id = $1 RETURNING id", allowance_id, count)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "allowance", str(self.id)
