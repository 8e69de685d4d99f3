"""What is heard, how it is signed and tried again, where nothing is ever sent, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eventsvc.audit.rules import record
from eventsvc.core.clock import now, travel
from eventsvc.core.config import settings
from eventsvc.events.models import Event
from eventsvc.webhooks import jobs
from eventsvc.webhooks.forms import EndpointForm
from eventsvc.webhooks.models import AFTER, Delivery, DeliveryState, Endpoint
from eventsvc.webhooks.rules import endpoints, network
from tests.make import make_event
from tests.people import signed_in, system
from tests.webhooks.receiver import receiving

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    """Receivers of tests listen on this machine."""
    monkeypatch.setattr(settings(), "webhook_allow_private", True)


async def listening(event: Event, url: str, *wants: str) -> Endpoint:
    return await endpoints.add(event, EndpointForm(url=url, events=list(wants) or ["*"]), by="test")


async def test_what_happens_is_sent_signed_with_a_message_that_names_nobody(private: None) -> None:
    event = await make_event()
    async with receiving() as receiver:
        endpoint = await listening(event, receiver.url)
        await record("order.paid", event, by="Olga Organiser", amount=9500)

        await jobs.run()

    heard = next(one for one in receiver.heard if one.message["type"] == "order.paid")
    assert heard.is_signed_with(endpoint.secret)
    assert heard.message["data"] == {"event": event.slug, "kind": "event", "code": event.slug, "amount": 9500}
    assert heard.headers["content-type"] == "application/json"
    assert "Olga" not in heard.body.decode()


async def test_only_what_was_asked_for_and_only_of_this_event_and_only_from_now_on(private: None) -> None:
    event, other = await make_event(), await make_event()
    await record("order.placed", event, by="before")
    async with receiving() as receiver:
        await listening(event, receiver.url, "order.*", "session.changed")
        for action, where in [("order.paid", event), ("session.changed", event), ("session.added", event), ("order.paid", other)]:
            await record(action, where)

        await jobs.run()
        await jobs.run()

    assert sorted((one.message["type"], one.message["data"]["event"]) for one in receiver.heard) == [
        ("order.paid", event.slug),
        ("session.changed", event.slug),
    ]


async def test_a_failed_delivery_is_tried_again_later_with_the_same_id_and_body(private: None) -> None:
    event = await make_event()
    async with receiving(500, 302) as receiver:
        await listening(event, receiver.url, "order.paid")
        await record("order.paid", event)
        await jobs.run()
        at_once = await jobs.run()
        with travel(now() + AFTER[0] + timedelta(seconds=1)):
            await jobs.run()
        with travel(now() + AFTER[0] + AFTER[1] + timedelta(seconds=2)):
            await jobs.run()

    delivery = await Delivery.get(endpoint__event=event)
    assert at_once == 0
    assert len(receiver.heard) == 3
    assert len({(one.headers["webhook-id"], one.body) for one in receiver.heard}) == 1
    assert (delivery.state, delivery.attempts, delivery.status) == (DeliveryState.SENT, 3, 200)


async def test_after_the_last_try_it_is_a_dead_letter_that_can_be_sent_again(private: None) -> None:
    event = await make_event()
    async with receiving(*[503] * 10) as receiver:
        await listening(event, receiver.url, "order.paid")
        await record("order.paid", event)
        moment = now()
        for wait in [timedelta(0), *AFTER]:
            moment += wait + timedelta(seconds=1)
            with travel(moment):
                await jobs.run()
        dead = await Delivery.get(endpoint__event=event)
        async with await signed_in("olga", event) as olga:
            page = await olga.get(f"/manage/{event.slug}/webhooks/{(await Endpoint.get(event=event)).code}")
        await endpoints.resend(event, dead.code, by="test")
        await jobs.run()

    assert (dead.state, dead.attempts, dead.error) == (DeliveryState.FAILED, 10, "The answer was 503.")
    assert "Given up" in page.text
    assert (await Delivery.get(id=dead.id)).state == DeliveryState.SENT


async def test_whoever_answers_410_hears_nothing_more_until_it_is_resumed(private: None) -> None:
    event = await make_event()
    async with receiving(410) as receiver:
        endpoint = await listening(event, receiver.url, "order.*")
        await record("order.paid", event)
        await jobs.run()
        await record("order.cancelled", event)
        await jobs.run()
        silent = len(receiver.heard)
        await endpoints.resume(endpoint, by="test")
        await jobs.run()

    assert (silent, [one.message["type"] for one in receiver.heard]) == (1, ["order.paid", "order.cancelled"])


async def test_an_address_that_cannot_be_sent_to_holds_up_no_other(private: None) -> None:
    event, other = await make_event(), await make_event()
    async with receiving() as receiver:
        bad = await listening(event, receiver.url, "order.paid")
        await Endpoint.filter(id=bad.id).update(url="http://127.0.0.1/h\u00fc")
        await listening(other, receiver.url, "order.paid")
        await record("order.paid", event)
        await record("order.paid", other)

        await jobs.run()

    assert [one.message["data"]["event"] for one in receiver.heard] == [other.slug]
    assert (await Delivery.get(endpoint=bad)).error == "The address cannot be used. Add it again."


async def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(private: None, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make_event()
    monkeypatch.setattr(network, "IN_ALL", 0.3)
    async with receiving() as receiver:
        receiver.drips = 0.1
        await listening(event, receiver.url, "order.paid")
        await record("order.paid", event)

        await jobs.run()

    assert (await Delivery.get(endpoint__event=event)).error.startswith("No answer within")


async def test_nobody_there_is_an_error_that_says_so(private: None) -> None:
    event = await make_event()
    await listening(event, "http://127.0.0.1:9/", "order.paid")
    await record("order.paid", event)

    await jobs.run()

    delivery = await Delivery.get(endpoint__event=event)
    assert (delivery.state, delivery.status) == (DeliveryState.WAITING, None)
    assert delivery.error.startswith("The connection failed")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "::",
        "ff02::1",
        "::a00:1",
        "64:ff9b:1::a00:1",
        "fec0::1",
    ],
)
async def test_private_addresses_are_not_public(address: str) -> None:
    assert network.is_public(address) is False


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
async def test_public_addresses_are(address: str) -> None:
    assert network.is_public(address) is True


@pytest.mark.parametrize(
    "url",
    ["http://localhost/x", "http://127.0.0.1:8000/", "http://[::1]/", "http://0x7f000001/", "http://2130706433/", "https://10.0.0.1/"],
)
async def test_an_address_in_a_private_network_is_refused(url: str) -> None:
    event = await make_event()
    async with await system(event, "admin") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/webhooks", json={"url": url, "events": ["*"]})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")
    assert await Endpoint.filter(event=event).count() == 0


async def test_a_name_that_turns_private_after_it_was_accepted_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make_event()
    async with receiving() as receiver:
        monkeypatch.setattr(settings(), "webhook_allow_private", True)
        await listening(event, receiver.url, "order.paid")
        monkeypatch.setattr(settings(), "webhook_allow_private", False)
        await record("order.paid", event)

        await jobs.run()

    delivery = await Delivery.get(endpoint__event=event)
    assert receiver.heard == []
    assert "private network" in delivery.error


@pytest.mark.parametrize(
    "body",
    [
        {"url": "ftp://x.org/"},
        {"url": "https://u:p@x.org/"},
        {"url": "nonsense"},
        {"url": "https://x.org/\u00fc"},
        {"url": "https://x.org/a b"},
        {"url": "https://x.org/", "events": ["a b"]},
    ],
)
async def test_nonsense_is_refused(body: dict[str, Any]) -> None:
    event = await make_event()
    async with await system(event, "admin") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/webhooks", json=body)

    assert answer.status_code == 422


async def test_the_secret_is_told_once(private: None) -> None:
    event = await make_event()
    async with receiving() as receiver, await system(event, "admin") as api:
        made = (await api.post(f"/api/v1/events/{event.slug}/webhooks", json={"url": receiver.url, "events": ["order.paid"]})).json()
        listed = await api.get(f"/api/v1/events/{event.slug}/webhooks")
        gone = await api.delete(f"/api/v1/events/{event.slug}/webhooks/{made['id']}")

    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in listed.text
    assert (gone.status_code, await Endpoint.filter(event=event).count()) == (204, 0)


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 403), ("rita", 403), ("mallory", 404)])
async def test_who_sees_webhooks(private: None, name: str, status: int) -> None:
    event = await make_event()
    endpoint = await listening(event, "http://127.0.0.1:9/")
    async with await signed_in(name, event) as here:
        answers = [await here.get(f"/manage/{event.slug}/webhooks{path}") for path in ("", f"/{endpoint.code}")]

    assert [answer.status_code for answer in answers] == [status] * 2


async def test_webhooks_and_deliveries_of_another_event_are_not_there(private: None) -> None:
    event, other = await make_event(), await make_event()
    theirs = await listening(other, "http://127.0.0.1:9/")
    await record("order.paid", other)
    await jobs.run()
    delivery = await Delivery.filter(endpoint=theirs).first()
    assert delivery is not None
    async with await system(event, "admin") as api:
        base = f"/api/v1/events/{event.slug}/webhooks"
        answers = [
            await api.delete(f"{base}/{theirs.code}"),
            await api.get(f"{base}/{theirs.code}/deliveries"),
            await api.post(f"{base}/deliveries/{delivery.code}/resend"),
        ]

    assert [answer.status_code for answer in answers] == [404] * 3
