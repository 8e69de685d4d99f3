"""Refusals: what a rule says when the answer is no. One handler in `app.py` turns each into a page or a problem."""

from __future__ import annotations


class Refused(Exception):
    """A rule said no. The text is a sentence a person can read and act on.

    `status` is the HTTP status; `kind` is the last part of the RFC 9457 `type`; `field` names the input to blame, if any;
    `retry_after` says in how many seconds it is worth another try, 0 when nobody knows (RFC 9110 §10.2.3).
    """

    status = 409
    kind = "refused"
    title = "That is not possible"
    retry_after = 0

    def __init__(self, sentence: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence or self.title)
        self.sentence = sentence or self.title
        self.field = field


class NotFound(Refused):
    """It does not exist, or it is not yours to know about."""

    status = 404
    kind = "not-found"
    title = "We could not find that"


class Forbidden(Refused):
    """You are known, and may not do this."""

    status = 403
    kind = "forbidden"
    title = "You may not do this"


class Unauthorised(Refused):
    """Nobody knows who you are yet."""

    status = 401
    kind = "unauthorised"
    title = "Please sign in"


class Invalid(Refused):
    """What was sent does not make sense; `errors` is a list of (field, sentence)."""

    status = 422
    kind = "invalid"
    title = "Some of this needs another look"

    def __init__(self, errors: list[tuple[str, str]], sentence: str = "") -> None:
        super().__init__(sentence)
        self.errors = errors


class TooMany(Refused):
    """Too many attempts; try again later."""

    status = 429
    kind = "too-many-requests"
    title = "Too many attempts. Please wait a few minutes and try again"


class TooLarge(Refused):
    """The body is larger than this address takes."""

    status = 413
    kind = "too-large"
    title = "That is too large to accept"
