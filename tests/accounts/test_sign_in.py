"""Signing in: links that work once, passwords, attempts that are counted."""

from __future__ import annotations

import httpx
import pytest

from eventsvc.accounts import rules
from eventsvc.accounts.models import Session, User
from eventsvc.core.errors import Refused, TooMany
from eventsvc.core.web import local_path
from eventsvc.mail.models import Letter
from tests.make import make_event
from tests.people import browser, person, signed_in, system


async def test_a_link_needs_one_tap_and_works_once(client: httpx.AsyncClient) -> None:
    path = (await rules.make_link(await person("olga"))).removeprefix("http://testserver")

    looked = await client.get(path)
    signed = await client.post(path)
    home = await client.get("/manage/")
    async with browser() as other:
        again = await other.post(path)

    assert "One tap to sign in" in looked.text
    assert (signed.status_code, home.status_code, again.status_code) == (303, 200, 410)
    assert "used or is too old" in again.text


async def test_a_link_is_sent_only_to_an_account_and_nobody_can_tell(client: httpx.AsyncClient) -> None:
    await person("olga")

    known = await client.post("/sign-in", data={"email": "olga@example.org"})
    unknown = await client.post("/sign-in", data={"email": "nobody@example.org"})

    assert known.text.replace("olga", "nobody") == unknown.text
    assert [letter.to for letter in await Letter.filter(kind="accounts/sign_in")] == ["olga@example.org"]


async def test_a_password_signs_in_and_a_wrong_one_says_what_to_do(client: httpx.AsyncClient) -> None:
    await rules.set_password(await person("olga"), "correct horse battery", {})

    wrong = await client.post("/sign-in", data={"email": "olga@example.org", "password": "wrong"})
    right = await client.post(
        "/sign-in", data={"email": "olga@example.org", "password": "correct horse battery", "next": "/manage/account"}
    )

    assert (wrong.status_code, right.headers["location"]) == (422, "/manage/account")
    assert "You can also ask for a link instead" in wrong.text


async def test_too_many_attempts_are_refused(client: httpx.AsyncClient) -> None:
    await person("olga")
    for _ in range(5):
        await rules.ask_for_link("olga@example.org", "10.0.0.1")

    with pytest.raises(TooMany):
        await rules.ask_for_link("olga@example.org", "10.0.0.2")


async def test_a_forwarded_address_does_not_reset_the_count(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/sign-in", data={"email": f"a{n}@example.org"}, headers={"x-forwarded-for": f"10.0.0.{n}"}) for n in range(32)
    ]

    assert answers[-1].status_code == 422
    assert "Too many attempts" in answers[-1].text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "/a\nb", ""])
def test_signing_in_never_leads_elsewhere(to: str) -> None:
    assert local_path(to) == "/manage/"


async def test_tokens_links_and_sessions_are_stored_hashed(client: httpx.AsyncClient) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        cookie = olga.cookies[rules.cookie_name()]
    _, text = await rules.add_token("t", ["read"], event.id)

    assert not await Session.filter(token_hash=cookie).exists()
    assert (await rules.find_token(f"Bearer {text}")) is not None
    assert (await rules.find_token(f"Bearer {text}x")) is None


async def test_a_revoked_token_ends_at_once(client: httpx.AsyncClient) -> None:
    event = await make_event()
    async with await system(event, "read") as api:
        before = await api.get(f"/api/v1/events/{event.slug}/tickets")
        token = await rules.find_token(api.headers["authorization"])
        assert token is not None
        await rules.revoke_token(token)

        after = await api.get(f"/api/v1/events/{event.slug}/tickets")

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_scope_that_is_not_one_is_refused(client: httpx.AsyncClient) -> None:
    with pytest.raises(Refused, match="There is no scope everything"):
        await rules.add_token("t", ["everything"], None)


async def test_a_team_member_is_added_and_gets_a_link(client: httpx.AsyncClient) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(
            f"/manage/{event.slug}/team", data={"do": "member", "email": "new@example.org", "name": "New", "role": "door"}
        )
        last = await olga.post(f"/manage/{event.slug}/team", data={"do": "token", "name": "CRM", "scopes": ["read", "orders"]})

    assert "/sign-in/" in answer.text
    assert "evs_" in last.text
    assert await User.filter(email="new@example.org").count() == 1


async def test_settings_change_the_public_page_and_the_journal(client: httpx.AsyncClient) -> None:
    event = await make_event(name="Old name")
    await client.get(f"/{event.slug}/")
    values = {"name": "New name", "start": event.start, "end": event.end, "timezone": "Europe/London", "hue": "120", "state": "published"}
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/settings", data=values)
        history = (await olga.get(f"/manage/{event.slug}/history")).text

    page = (await client.get(f"/{event.slug}/")).text
    assert answer.status_code == 303
    assert "New name" in page
    assert "--hue:120" in page
    assert "Event changed" in history


async def test_settings_refuse_dates_in_the_wrong_order(client: httpx.AsyncClient) -> None:
    event = await make_event()
    values = {"name": "Kept name", "start": "2027-05-14", "end": "2027-05-13", "timezone": "Europe/London", "state": "published"}
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/settings", data=values)

    assert answer.status_code == 422
    assert "The last day is before the first day" in answer.text
    assert "Kept name" in answer.text
