"""Letters of the call."""

from eventsvc.mail.jobs import Composer

letters: dict[str, Composer] = {}

__all__ = ["letters"]
