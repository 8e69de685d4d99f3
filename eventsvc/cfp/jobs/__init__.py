"""Letters of the call."""

from eventsvc.cfp.jobs import proposers, reviewing
from eventsvc.mail.jobs import Composer

letters: dict[str, Composer] = {**proposers.letters, **reviewing.letters}
sweep = proposers.sweep

__all__ = ["letters", "sweep"]
