"""The hub: who may listen, what each is told, and who is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from eventsvc.audit.models import Entry
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.live.models import Presence
from eventsvc.live.rules import presence
from eventsvc.live.rules.hub import BACKLOG, MOST, PER_ADDRESS, Full, Hub, Listener, message, network
from eventsvc.live.rules.reader import Reader
from tests.make import make_event, make_session
from tests.people import person
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def nothing() -> None: ...


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    yield made
    await made.close()


def messages(listener: Listener) -> list[bytes]:
    return [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]


def listen(hub: Hub, event: Event, address: str = "10.0.0.1", user_id: int | None = None) -> Listener:
    listener = Listener(event.id, address, event.version, user_id)
    hub.join(listener, nothing)
    return listener


async def test_a_listener_hears_that_its_event_changed_and_nothing_of_another(hub: Hub) -> None:
    event, other = await make_event(), await make_event()
    here, there = listen(hub, event), listen(hub, other)
    reader = Reader(hub)
    await reader.once()

    await touch(event)
    await reader.once()
    await reader.once()

    assert messages(here) == [message("agenda", {"version": event.version + 1})]
    assert messages(there) == []


async def test_what_happened_before_the_first_look_is_old(hub: Hub) -> None:
    event = await make_event()
    session = await make_session(event)
    await record("session.late", session, minutes=5)
    here = listen(hub, event)

    reader = Reader(hub)
    await reader.once()
    await record("session.late", session, minutes=10)
    await reader.once()

    assert messages(here) == [message("late", {"session": session.code, "minutes": 10})]


async def test_an_entry_that_becomes_visible_after_a_later_number_is_told_once(hub: Hub) -> None:
    """On PostgreSQL the number is given before the row can be seen."""
    event = await make_event()
    session = await make_session(event)
    await record("session.late", session, minutes=1)
    highest = (await Entry.all().order_by("-id").first()).id  # type: ignore[union-attr]
    here, reader = listen(hub, event), Reader(hub)
    await reader.once()
    values = {"event_id": event.id, "action": "session.late", "subject_kind": "session", "subject": session.code}
    await Entry.create(id=highest + 7, facts={"minutes": 7}, **values)
    await reader.once()

    await Entry.create(id=highest + 3, facts={"minutes": 3}, **values)
    await reader.once()
    await reader.once()

    said = [message("late", {"session": session.code, "minutes": minutes}) for minutes in (7, 3)]
    assert messages(here) == said


async def test_moves_are_told_to_organisers_only(hub: Hub) -> None:
    event = await make_event()
    session = await make_session(event)
    olga = await person("olga", event)
    here, organiser, reader = listen(hub, event), listen(hub, event, user_id=olga.id), Reader(hub)
    await reader.once()
    messages(organiser)

    await record("session.moved", session, by="Rita")
    await reader.once()

    assert messages(here) == []
    assert messages(organiser) == [message("moved", {"session": session.code, "by": "Rita"})]


async def test_organisers_are_told_who_else_is_here(hub: Hub) -> None:
    event, other = await make_event(), await make_event()
    olga, rita, tara = [await person(name, event) for name in ("olga", "rita", "tara")]
    first, second = listen(hub, event, user_id=olga.id), listen(hub, event, user_id=rita.id)
    elsewhere = listen(hub, other, user_id=tara.id)
    for listener in (first, second, elsewhere):
        await presence.arrive(listener)
    reader = Reader(hub)

    await reader.once()
    await presence.depart(second)
    await reader.once()

    assert messages(first) == [message("presence", {"people": ["Rita"]}), message("presence", {"people": []})]
    assert messages(elsewhere) == [message("presence", {"people": []})]


async def test_who_died_without_a_word_is_forgotten(hub: Hub) -> None:
    event = await make_event()
    olga, rita = await person("olga", event), await person("rita", event)
    first, dead = listen(hub, event, user_id=olga.id), Listener(event.id, "10.0.0.2", 1, rita.id)
    await presence.arrive(first)
    await presence.arrive(dead)
    await Presence.filter(stream=dead.stream).update(seen_at=now() - presence.ALIVE)

    await Reader(hub).once()

    assert messages(first) == [message("presence", {"people": []})]
    assert await presence.forget() == 1
    assert await Presence.all().count() == 1


async def test_looking_costs_the_same_for_one_listener_and_for_three(hub: Hub) -> None:
    event = await make_event()
    listen(hub, event)
    reader = Reader(hub)
    await reader.once()
    with counted() as one:
        await reader.once()
    listen(hub, event)
    listen(hub, event)

    with counted() as three:
        await reader.once()

    assert int(three) == int(one) == 3


async def test_a_listener_that_cannot_keep_up_is_let_go(hub: Hub) -> None:
    slow = listen(hub, await make_event())

    for number in range(BACKLOG):
        slow.say("agenda", {"version": number})
    kept = not slow.ended.done()
    slow.say("agenda", {"version": BACKLOG})

    assert kept
    assert slow.ended.done()


async def test_the_reader_runs_only_while_somebody_listens(hub: Hub) -> None:
    event, runs = await make_event(), []

    async def read() -> None:
        runs.append(1)
        while hub.listeners:
            await asyncio.sleep(0)

    first, second = Listener(event.id, "a", 1), Listener(event.id, "b", 1)
    hub.join(first, read)
    hub.join(second, read)
    await asyncio.sleep(0.01)
    hub.leave(first)
    await asyncio.sleep(0.01)
    still = hub.reading is not None and not hub.reading.done()
    hub.leave(second)
    await asyncio.sleep(0.01)

    assert runs == [1]
    assert still
    assert hub.reading is not None
    assert hub.reading.done()
    assert len(hub) == 0


async def test_one_address_may_not_crowd_out_the_others(hub: Hub) -> None:
    """A venue often has one address: it may have many, until half of the places are taken."""
    event = await make_event()
    for number in range(MOST // 2):
        listen(hub, event, address="venue" if number > PER_ADDRESS else f"home-{number}")

    with pytest.raises(Full):
        listen(hub, event, address="venue")
    for _ in range(PER_ADDRESS):
        listen(hub, event, address="another")
    with pytest.raises(Full):
        listen(hub, event, address="another")

    assert len(hub) == MOST // 2 + PER_ADDRESS


async def test_a_full_process_refuses_and_says_when_to_come_back(hub: Hub) -> None:
    event = await make_event()
    for number in range(MOST):
        listen(hub, event, address=f"address-{number}")

    with pytest.raises(Full) as refused:
        listen(hub, event, address="one-more")

    assert (refused.value.status, refused.value.retry_after) == (503, 60)


async def test_after_stop_nobody_joins(hub: Hub) -> None:
    event = await make_event()
    here = listen(hub, event)

    hub.stop()

    assert here.ended.done()
    with pytest.raises(Full):
        listen(hub, event)


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
async def test_an_ipv6_host_counts_as_one_whatever_address_it_picks(address: str, counted_as: str) -> None:
    assert network(address) == counted_as
