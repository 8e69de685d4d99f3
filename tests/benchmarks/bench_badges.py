"""How long printing takes: codes, one badge, a thousand badges in one script and in twelve.

`bench()` needs no database; `python -m tests.benchmarks.bench_badges` prints what it measured.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import date

os.environ.setdefault("EVENTSVC_BASE_URL", "https://conference.example.org")
os.environ.setdefault("EVENTSVC_SECRET_KEY", "a-key-for-the-benchmarks-only")

from tortoise import Tortoise

from eventsvc.badges import rules
from eventsvc.badges.render import qr
from eventsvc.badges.render.layouts import PRESETS
from eventsvc.core.db import tortoise_config
from eventsvc.core.signing import ticket_code
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketType

LATIN = [("Ada Lovelace", "Analyst", "Analytical Engines Ltd"), ("Zoë Łukaszewicz", "Head of Research", "Université de Genève")]
LATIN += [("Maximiliana-Alexandrina von Hohenzollern-Sigmaringen", "Deputy Director General", "Bundesministerium für Wirtschaft")]
MIXED = [
    *LATIN,
    ("Οδυσσέας Παπαδόπουλος", "Καθηγητής", "Εθνικό Μετσόβιο Πολυτεχνείο"),
    ("Дмитрий Шостакович", "Композитор", "Ленинградская консерватория"),
    ("محمد عبد الرحمن", "مدير المشاريع", "جامعة القاهرة"),
    ("דוד בן־גוריון", "מנכ״ל", "אוניברסיטת תל אביב"),
    ("अनुष्का शर्मा", "वरिष्ठ अभियंता", "भारतीय प्रौद्योगिकी संस्थान"),
    ("রবীন্দ্রনাথ ঠাকুর", "কবি", "বিশ্বভারতী"),
    ("สมชาย ใจดี", "วิศวกร", "จุฬาลงกรณ์มหาวิทยาลัย"),
    ("田中 太郎", "主任研究員", "株式会社日立製作所"),
    ("김민수", "연구원", "서울대학교"),
]
MANY = 1000


def _event() -> Event:
    day = date(2027, 5, 14)
    return Event(id=1, slug="summit", name="Health Data Summit", start=day, end=day, place="The Exchange, Birmingham", hue=200)


def _tickets(people: list[tuple[str, str, str]], many: int) -> list[Ticket]:
    kind = TicketType(id=1, name="Delegate", hue=250)
    kind._saved_in_db = True
    made = []
    for number in range(many):
        name, role, organisation = people[number % len(people)]
        # Every name is another, as at a real event: nothing is laid out only once.
        values = {"name": f"{name} {number}", "job_title": role, "organisation": organisation, "code": ticket_code()}
        made.append(Ticket(id=number, ticket_type=kind, **values))
    return made


async def _seconds(work: Callable[[], Awaitable[bytes]]) -> float:
    began = time.perf_counter()
    assert (await work()).startswith((b"%PDF", b"\x89PNG"))
    return time.perf_counter() - began


async def bench() -> list[tuple[str, float, str]]:
    """(what, how much, unit) of each measure. The press is started first, as it would be in a server that prints."""
    await Tortoise.init(config=tortoise_config("sqlite://:memory:"))
    event, one = _event(), _tickets(LATIN, 1)
    await rules.badges_pdf(event, one, "a6")
    found = [
        ("one badge, PDF", 1000 * min([await _seconds(lambda: rules.badges_pdf(event, _tickets(LATIN, 1), "a6")) for _ in range(5)]), "ms"),
        ("one badge, PNG at 300 dpi", 1000 * min([await _seconds(lambda: rules.badge_png(event, one[0], "a6")) for _ in range(3)]), "ms"),
    ]
    for script, people in (("Latin", LATIN), ("mixed scripts", MIXED)):
        for design in PRESETS:
            tickets = _tickets(people, MANY)
            await rules.stop_press()
            found.append(
                (f"{MANY} badges, {design}, {script}", await _seconds(lambda t=tickets, d=design: rules.badges_pdf(event, t, d)), "s")
            )  # type: ignore[misc]
    await rules.stop_press()
    began = time.perf_counter()
    for _ in range(2000):
        qr.matrix(qr.url(ticket_code()))
    found.append(("QR symbols", 2000 / (time.perf_counter() - began), "/s"))
    began = time.perf_counter()
    for _ in range(500):
        qr.png(ticket_code())
    found.append(("QR pictures", 500 / (time.perf_counter() - began), "/s"))
    await Tortoise.close_connections()
    return found


def main() -> None:
    for what, much, unit in asyncio.run(bench()):
        print(f"{what:40} {much:10.2f} {unit}")


if __name__ == "__main__":
    main()
