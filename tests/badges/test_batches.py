"""Many badges at once: asked for by page or API, made by the worker, kept for a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsvc.audit.models import Entry
from eventsvc.badges import jobs, rules
from eventsvc.badges.models import Batch, BatchState
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid
from eventsvc.core.jobs import Job
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState
from eventsvc.worker import drain
from tests.badges.paper import sizes, words
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def _made(event: Event, **how: list[str] | None) -> Batch:
    """A batch, ordered and made."""
    batch = await rules.order_batch(event, "a6", how.get("codes"), types=how.get("types"), by="Olga")
    await drain()
    return await Batch.get(id=batch.id)


async def test_a_batch_is_sorted_by_last_name_and_without_the_cancelled() -> None:
    event = await make_event()
    for name in ("Zoë Ångström", "Ada Lovelace", "Grace Hopper", "Émile Zola"):
        await make_ticket(event, name=name)
    await make_ticket(event, name="Gone Away", state=TicketState.CANCELLED)

    batch = await _made(event)

    assert (batch.state, batch.count, batch.whose) == (BatchState.DONE, 4, "Everybody")
    assert [next(name for name in ("Ångström", "Hopper", "Lovelace", "Zola") if name in page) for page in words(batch.pdf or b"")] == [
        "Ångström",
        "Hopper",
        "Lovelace",
        "Zola",
    ]


async def test_a_batch_of_some_types_holds_only_those() -> None:
    event = await make_event()
    speaker = await make_ticket_type(event, name="Speaker", places=None)
    await make_ticket(event, ticket_type=speaker, name="Ada Lovelace")
    await make_ticket(event, name="Ben Visitor")

    batch = await _made(event, types=[speaker.code])

    assert (batch.whose, batch.count) == ("Speaker", 1)
    assert "Ada Lovelace" in words(batch.pdf or b"")[0]


async def test_who_cancels_before_the_worker_comes_gets_no_badge() -> None:
    event = await make_event()
    stays, goes = await make_ticket(event, name="Stays Here"), await make_ticket(event, name="Goes Away")
    batch = await rules.order_batch(event, "a6", [stays.code, goes.code], by="Olga")
    await Ticket.filter(id=goes.id).update(state=TicketState.CANCELLED)

    await drain()

    batch = await Batch.get(id=batch.id)
    assert (batch.state, batch.count, batch.whose) == (BatchState.DONE, 1, "2 chosen")
    assert "Stays Here" in words(batch.pdf or b"")[0]


async def test_a_batch_of_which_nobody_is_left_fails_with_a_sentence() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    batch = await rules.order_batch(event, "a6", [ticket.code], by="Olga")
    await Ticket.filter(id=ticket.id).update(state=TicketState.CANCELLED)

    await drain()

    batch = await Batch.get(id=batch.id)
    assert (batch.state, batch.count, batch.pdf) == (BatchState.FAILED, 0, None)
    assert batch.error.startswith("There is no badge to print yet.")


async def test_a_batch_is_made_once_however_often_its_job_runs() -> None:
    event = await make_event()
    await make_ticket(event)
    batch = await _made(event)

    await jobs.batch(batch.id)
    await jobs.batch(10**9)

    assert await Entry.filter(action="badge_batch.finished", subject=batch.code).count() == 1


async def test_a_batch_is_in_the_journal_without_names() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")

    batch = await _made(event, codes=[ticket.code])

    ordered = await Entry.get(action="badge_batch.ordered", subject=batch.code)
    assert (ordered.actor, ordered.facts) == ("Olga", {"design": "a6", "whose": "1 chosen", "count": 1})


@pytest.mark.parametrize("design", ["poster", "A 6", "../a6"])
async def test_a_design_that_is_not_there_names_those_that_are(design: str) -> None:
    event = await make_event()
    await make_ticket(event)

    with pytest.raises(rules.NoSuchDesign, match="a6, a6-4up, label-86x54"):
        await rules.order_batch(event, design, None, by="Olga")

    assert (await Batch.all().count(), await Job.filter(kind="badges/batch").count()) == (0, 0)


async def test_no_tickets_is_nothing_to_print() -> None:
    event = await make_event()
    await make_ticket(event, state=TicketState.CANCELLED)

    with pytest.raises(rules.NothingToPrint):
        await rules.order_batch(event, "a6", None, by="Olga")
    with pytest.raises(rules.NothingToPrint):
        await rules.badges_pdf(event, [])


async def test_more_than_a_pdf_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsvc.badges.rules.printing.MOST", 2)
    event = await make_event()
    for _ in range(3):
        await make_ticket(event)

    with pytest.raises(rules.TooManyBadges, match="These are 3 badges, and one PDF holds 2"):
        await rules.order_batch(event, "a6", None, by="Olga")


async def test_codes_are_read_as_a_scanner_gives_them() -> None:
    event = await make_event()
    ticket = await make_ticket(event, code="0123456789ABCDEF")

    found = await rules.tickets_for(event, ["HTTP://TESTSERVER/T/0123456789ABCDEF", "o123456789abcdef"])

    assert [one.id for one in found] == [ticket.id]


async def test_codes_that_are_no_ticket_are_named() -> None:
    event, other = await make_event(), await make_event()
    mine, foreign = await make_ticket(event), await make_ticket(other)

    with pytest.raises(Invalid) as refused:
        await rules.tickets_for(event, [mine.code, foreign.code, *map(str, range(9))])

    assert refused.value.errors == [("tickets", f"No live ticket of this event: {foreign.code}, 0, 1, 2, 3 and 5 more.")]


async def test_batches_are_forgotten_after_a_week() -> None:
    event = await make_event()
    for code, days in (("old", 8), ("new", 6)):
        await Batch.create(event=event, code=code, design="a6", created_at=now() - timedelta(days=days))

    forgotten = await rules.sweep()

    assert forgotten == 1
    assert [batch.code for batch in await Batch.filter(event=event)] == ["new"]


async def test_a_system_orders_a_batch_and_fetches_it() -> None:
    event = await make_event()
    for _ in range(3):
        await make_ticket(event)
    async with await system(event, "orders") as api:
        ordered = await api.post(f"/api/v1/events/{event.slug}/badges", json={"design": "a6-4up"})
        address = f"/api/v1/events/{event.slug}/badges/{ordered.json()['id']}"
        waiting = await api.get(address)
        await drain()
        done = await api.get(address)

    assert (ordered.status_code, ordered.json()["state"]) == (202, "waiting")
    assert (waiting.status_code, waiting.json()) == (200, ordered.json())
    assert waiting.json() == {"id": ordered.json()["id"], "state": "waiting", "design": "a6-4up", "count": 3, "error": ""}
    assert (done.headers["content-type"], done.headers["cache-control"]) == ("application/pdf", "no-store")
    assert sizes(done.content) == [(210.0, 297.0)]


async def test_what_a_system_asks_wrongly_is_named() -> None:
    event, other = await make_event(), await make_event()
    mine, foreign = await make_ticket(event), await make_ticket(other)
    address = f"/api/v1/events/{event.slug}/badges"
    async with await system(event, "orders") as api:
        unknown = await api.post(address, json={"tickets": [mine.code, foreign.code]})
        design = await api.post(address, json={"design": "poster"})
        nothing = await api.post(address, json={"tickets": []})
        shape = await api.post(address, json={"tickets": "all"})

    assert unknown.json()["errors"] == [{"field": "tickets", "message": f"No live ticket of this event: {foreign.code}."}]
    assert (design.status_code, design.json()["errors"][0]["field"]) == (422, "design")
    assert (nothing.status_code, shape.status_code) == (409, 422)
    assert await Batch.all().count() == 0


async def test_one_badge_in_each_form() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")
    base = f"/api/v1/events/{event.slug}/tickets/{ticket.code.lower()}"
    async with await system(event, "read") as api:
        answers = [await api.get(f"{base}/{name}") for name in ("badge.pdf", "badge.pdf?design=label-86x54", "badge.png", "qr.png")]
        wrong = await api.get(f"{base}/badge.pdf?design=poster")

    assert [answer.headers["content-type"] for answer in answers] == ["application/pdf", "application/pdf", "image/png", "image/png"]
    assert [sizes(answer.content)[0] for answer in answers[:2]] == [(105.0, 148.0), (86.0, 54.0)]
    assert wrong.status_code == 422


async def test_badges_of_another_event_or_a_cancelled_ticket_are_not_found() -> None:
    event, other = await make_event(), await make_event()
    mine, foreign = await make_ticket(event), await make_ticket(other)
    gone = await make_ticket(event, state=TicketState.CANCELLED)
    batch = await Batch.create(event=other, code="x" * 20, design="a6", state=BatchState.DONE, pdf=b"%PDF")
    base = f"/api/v1/events/{event.slug}"
    files = ("badge.pdf", "badge.png", "qr.png")
    async with await system(event, "admin") as api:
        there = [await api.get(f"{base}/tickets/{mine.code}/{file}") for file in files]
        away = [await api.get(f"{base}/tickets/{ticket.code}/{file}") for ticket in (foreign, gone) for file in files]
        elsewhere = [await api.get(f"{base}/badges/{batch.code}"), await api.get(f"/api/v1/events/{other.slug}/badges/{batch.code}")]

    assert {answer.status_code for answer in there} == {200}
    assert {answer.status_code for answer in [*away, *elsewhere]} == {404}


@pytest.mark.parametrize(("scope", "one", "many"), [("read", 200, 403), ("orders", 200, 202), ("checkin", 403, 403), ("admin", 200, 202)])
async def test_what_a_token_may_print(scope: str, one: int, many: int) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    async with await system(event, scope) as api:
        badge = await api.get(f"/api/v1/events/{event.slug}/tickets/{ticket.code}/badge.pdf")
        batch = await api.post(f"/api/v1/events/{event.slug}/badges", json={})
        nobody = await api.get(f"/api/v1/events/{event.slug}/tickets/{ticket.code}/badge.pdf", headers={"authorization": ""})

    assert (badge.status_code, batch.status_code, nobody.status_code) == (one, many, 401)


async def test_a_batch_that_could_not_be_printed_says_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsvc.badges.rules.press.LIMIT", 0.0001)
    monkeypatch.setattr("eventsvc.badges.rules.batches.MANY", 1)
    event = await make_event()
    for _ in range(2):
        await make_ticket(event)

    batch = await _made(event)

    assert batch.state == BatchState.FAILED
    assert batch.error.startswith("The page could not be made.")
    assert batch.error.endswith("Printing one ticket type after the other takes less memory.")
