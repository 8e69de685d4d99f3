"""Letters to staff."""

from __future__ import annotations

from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose


async def sign_in(letter: Letter) -> Message:
    return compose("accounts/sign_in", "Your sign-in link", link=letter.facts["link"])


letters: dict[str, Composer] = {"accounts/sign_in": sign_in}
