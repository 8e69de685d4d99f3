"""User, Session, SignInLink, ApiToken, Role."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.core.clock import now
from eventsvc.core.db import Row


class Right(enum.StrEnum):
    """Something a person may do with an event."""

    SEE = "see"
    MANAGE_EVENT = "manage_event"
    MANAGE_PROGRAMME = "manage_programme"
    REVIEW = "review"
    """Judge proposals. Alone, it opens nothing that could name an author."""
    MANAGE_ORDERS = "manage_orders"
    CHECK_IN = "check_in"
    SEE_SURVEYS = "see_surveys"


class Role(enum.StrEnum):
    ORGANISER = "organiser"
    PROGRAMME = "programme"
    TICKETS = "tickets"
    DOOR = "door"
    VIEWER = "viewer"
    REVIEWER = "reviewer"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ORGANISER: frozenset(Right),
    Role.PROGRAMME: frozenset({Right.SEE, Right.MANAGE_PROGRAMME, Right.REVIEW, Right.SEE_SURVEYS}),
    Role.TICKETS: frozenset({Right.SEE, Right.MANAGE_ORDERS, Right.CHECK_IN}),
    Role.DOOR: frozenset({Right.CHECK_IN}),
    Role.VIEWER: frozenset({Right.SEE}),
    Role.REVIEWER: frozenset({Right.REVIEW}),
}


class Scope(enum.StrEnum):
    """What an API token may do. `admin` includes the others."""

    READ = "read"
    ORDERS = "orders"
    CHECKIN = "checkin"
    PROGRAMME = "programme"
    SURVEYS = "surveys"
    PRINT = "print"
    """Only for print stations: it reads nothing but the badges it is told to print."""
    ADMIN = "admin"


class User(Row):
    email = fields.CharField(max_length=254, unique=True)
    name = fields.CharField(max_length=200, default="")
    is_admin = fields.BooleanField(default=False)
    password = fields.CharField(max_length=200, default="")

    class Meta:
        table = "user_account"

    @property
    def label(self) -> str:
        return self.name or self.email

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "user", str(self.id)


class Session(Row):
    """A signed-in browser. The cookie holds the token; the row holds its hash, so signing out really ends it."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="sessions", on_delete=fields.CASCADE)
    token_hash = fields.CharField(max_length=64, unique=True)
    seen_at = fields.DatetimeField(default=now)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"


class SignInLink(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="links", on_delete=fields.CASCADE)
    token_hash = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in_link"


class ApiToken(Row):
    """`event_id` is a plain number: accounts lie below events. No event: the token of an administrator."""

    event_id = fields.BigIntField(null=True, db_index=True)
    name = fields.CharField(max_length=120)
    token_hash = fields.CharField(max_length=64, unique=True)
    tail = fields.CharField(max_length=8)
    scopes: fields.Field[list[str]] = fields.JSONField(default=list)
    revoked_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "token", self.tail
