from eventsvc.mail.jobs import Composer

letters: dict[str, Composer] = {}


async def invite_due() -> None: ...
