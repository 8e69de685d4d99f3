"""Letters of the call."""

from eventsvc.cfp.jobs import reviewing
from eventsvc.mail.jobs import Composer

letters: dict[str, Composer] = {**reviewing.letters}

__all__ = ["letters"]
