"""The frame around everything: health, errors, cross-site checks, static files."""

from __future__ import annotations

import httpx

from tests.make import make_event
from tests.people import browser, signed_in


async def test_health_and_readiness(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok"
    assert (await client.get("/readyz")).json() == {"database": "ok", "schema": "ok"}
    assert "eventsvc_requests_total" in (await client.get("/metrics")).text


async def test_an_unknown_page_says_what_to_do(client: httpx.AsyncClient) -> None:
    answer = await client.get("/no-such-event/nowhere/at/all")

    assert answer.status_code == 404
    assert "Go to the front page" in answer.text


async def test_an_unknown_api_address_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sign-in")

    policy = answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_form_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    async with browser(**{"sec-fetch-site": "cross-site"}) as elsewhere:
        answer = await elsewhere.post("/sign-in", data={"email": "olga@example.org"})

    assert answer.status_code == 403
    assert "another site" in answer.text


async def test_an_organiser_page_sends_a_stranger_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/manage/account")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/manage/account"


async def test_signing_out_ends_the_session(client: httpx.AsyncClient) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        assert (await olga.get("/manage/account")).status_code == 200
        cookie = dict(olga.cookies)
        await olga.post("/sign-out")
        olga.cookies.update(cookie)

        again = await olga.get("/manage/account")

    assert again.status_code == 303


async def test_static_files_are_compressed_and_kept(client: httpx.AsyncClient) -> None:
    from eventsvc.core import static

    answer = await client.get(static.url("styles/app.css"))

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    again = await client.get(static.url("styles/app.css"), headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_static_files_do_not_lead_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/static/pages/base.html", "/static/styles/..%2f..%2fpyproject.toml", "/static/fonts/../../pyproject.toml"):
        assert (await client.get(path)).status_code == 404
