"""The organiser's call: started, written, opened; types, form, codes, letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from eventsvc.cfp.models import AccessCode, Call, Field, FieldKind, FieldTarget, ProposalType
from eventsvc.cfp.rules import acceptance, calls, codes, fields
from eventsvc.core.clock import now
from eventsvc.mail.models import Letter
from tests.make import make_call, make_event, make_field, make_proposal, make_proposer, make_track
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_a_call_is_started_written_and_opened(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Europe/Berlin")
    at = f"/manage/{event.slug}/call"
    values = {
        "do": "save",
        "text": "We look for **tests**.",
        "opens_at": "",
        "closes_at": "2030-01-31T23:59",
        "languages": "en, de",
        "asks_track": "true",
    }
    async with await signed_in("olga", event) as olga:
        empty = await olga.get(at)
        await olga.post(at, data={"do": "start"})
        await olga.post(at, data={"do": "start"})
        hidden = await client.get(f"/{event.slug}/cfp")
        saved = await olga.post(at, data={**values, "published": "true"})

    public = await client.get(f"/{event.slug}/cfp")
    call = await Call.get(event=event)
    assert "No call yet" in empty.text
    assert (hidden.status_code, saved.status_code, public.status_code) == (404, 303, 200)
    assert (call.languages, call.asks_track, call.max_per_person) == (["en", "de"], True, None)
    assert call.closes_at == datetime(2030, 1, 31, 22, 59, tzinfo=UTC)
    assert await ProposalType.filter(call=call).values_list("code", "minutes") == [("talk", 30), ("workshop", 90)]
    assert "<strong>tests</strong>" in public.text
    assert "31 Jan 2030, 23:59" in public.text
    assert "English, German" in public.text


async def test_a_wrong_order_of_moments_is_told_and_the_text_stays() -> None:
    event = await make_event()
    await make_call(event)
    values = {"do": "save", "text": "My long text", "opens_at": "2030-02-01T00:00", "closes_at": "2030-01-01T00:00"}
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/call", data=values)

    assert answer.status_code == 422
    assert "closes before it opens" in answer.text
    assert "My long text</textarea>" in answer.text


async def test_the_text_is_previewed_without_being_saved_and_runs_nothing() -> None:
    event = await make_event()
    call = await make_call(event, text="Old")
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(
            f"/manage/{event.slug}/call", data={"do": "preview", "text": "# New <script>alert(1)</script>[x](javascript:alert(1))"}
        )

    await call.refresh_from_db()
    assert (answer.status_code, call.text) == (200, "Old")
    assert "<h2>New" in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="javascript' not in answer.text


async def test_types_are_added_changed_and_removed_unless_used() -> None:
    event = await make_event()
    call = await make_call(event)
    await make_proposal(event, call=call)
    at = f"/manage/{event.slug}/call/types"
    async with await signed_in("olga", event) as olga:
        await olga.post(
            f"{at}/new", data={"do": "save", "name": "Poster", "minutes": "5", "closes_at": "2030-03-01T12:00", "position": "1"}
        )
        await olga.post(f"{at}/poster", data={"do": "save", "name": "Posters", "minutes": "10", "by_code_only": "true", "position": "1"})
        used = await olga.post(f"{at}/talk", data={"do": "remove", "name": "Talk"})

    poster = await ProposalType.get(call=call, code="poster")
    assert (poster.name, poster.minutes, poster.by_code_only, poster.closes_at) == ("Posters", 10, True, None)
    assert used.status_code == 422
    assert "There are proposals of this type" in used.text
    await calls.remove_type(event, call, poster, by="Olga")
    assert await ProposalType.filter(call=call).values_list("code", flat=True) == ["talk"]


async def test_fields_are_added_with_what_belongs_to_their_kind() -> None:
    event = await make_event()
    call = await make_call(event)
    at = f"/manage/{event.slug}/call/form/new"
    one = {
        "do": "save",
        "label": "Level",
        "kind": "one_of",
        "target": "session",
        "choices": "Beginner\n\nExpert\nBeginner",
        "required": "true",
        "types": ["talk"],
    }
    async with await signed_in("olga", event) as olga:
        await olga.post(at, data=one)
        await olga.post(
            at, data={"do": "save", "label": "Score", "kind": "line", "target": "reviewer", "public": "true", "choices": "ignored"}
        )
        few = await olga.post(at, data={**one, "choices": "Only one"})
        lengths = await olga.post(
            at, data={"do": "save", "label": "x", "kind": "text", "target": "session", "min_length": "90", "max_length": "10"}
        )
        builder = await olga.get(f"/manage/{event.slug}/call/form")

    level, score = await Field.filter(call=call)
    assert (level.kind, level.choices, level.required, level.types) == (FieldKind.ONE_OF, ["Beginner", "Expert"], True, ["talk"])
    assert (score.target, score.public, score.choices) == (FieldTarget.REVIEWER, False, [])
    assert (few.status_code, lengths.status_code) == (422, 422)
    assert "at least two answers" in few.text
    assert "Level" in builder.text


async def test_fields_move_retire_and_come_back() -> None:
    event = await make_event()
    call = await make_call(event)
    first, second, third = [await make_field(call, label=name) for name in ("First", "Second", "Third")]
    other = await make_field(call, target=FieldTarget.SPEAKER, label="Other")
    await make_proposal(event, call=call, answers={first.key: "x"})

    async def labels() -> list[str]:
        return [one.label for one in await fields.fields_of(call, FieldTarget.SESSION)]

    async with await signed_in("olga", event) as olga:
        at = f"/manage/{event.slug}/call/form"
        await olga.post(at, data={"field": str(third.id), "do": "up"})
        up = await labels()
        await olga.post(at, data={"order": f"{second.id},{third.id},{first.id},999999,x"})
        dragged = await labels()
        for one in (first, third):
            await olga.post(at, data={"field": str(one.id), "do": "retire"})
        retired = await labels()
        await olga.post(at, data={"field": str(first.id), "do": "restore"})
        foreign = await olga.post(at, data={"field": str((await make_field(await make_call(await make_event()))).id), "do": "retire"})

    assert (up, dragged, retired, await labels()) == (
        ["First", "Third", "Second"],
        ["Second", "Third", "First"],
        ["Second"],
        ["Second", "First"],
    )
    assert await Field.filter(id=third.id).count() == 0
    assert foreign.status_code == 404
    assert (await fields.fields_of(call, FieldTarget.SPEAKER))[0].id == other.id


async def test_a_field_that_was_answered_keeps_its_kind() -> None:
    event = await make_event()
    call = await make_call(event)
    field = await make_field(call, label="Level")
    await make_proposal(event, call=call, answers={field.key: "x"})
    async with await signed_in("olga", event) as olga:
        at = f"/manage/{event.slug}/call/form/{field.id}"
        kind = await olga.post(at, data={"do": "save", "label": "Level", "kind": "number", "target": "session"})
        label = await olga.post(at, data={"do": "save", "label": "Your level", "kind": "line", "target": "session"})

    assert (kind.status_code, label.status_code) == (422, 303)
    assert "its kind stays" in kind.text


async def test_what_is_public_of_answers_follows_the_field() -> None:
    event = await make_event()
    call = await make_call(event)
    field = await make_field(call, label="Level")
    proposal = await make_proposal(event, call=call, answers={field.key: "Beginner"})
    session = await acceptance.accept(event, proposal, by="Olga")
    before = session.extra["answers"]
    async with await signed_in("olga", event) as olga:
        form = {"do": "save", "label": "Audience", "kind": "line", "target": "session", "public": "true"}
        await olga.post(f"/manage/{event.slug}/call/form/{field.id}", data=form)

    await session.refresh_from_db()
    assert (before, session.extra["answers"]) == ([], [{"label": "Audience", "value": "Beginner"}])


async def test_codes_are_made_sent_exported_and_taken_back() -> None:
    event = await make_event()
    call = await make_call(event)
    at = f"/manage/{event.slug}/call/codes"
    async with await signed_in("olga", event) as olga:
        await olga.post(at, data={"do": "make", "emails": "", "count": "3", "uses": "5", "note": "=Board()", "type": "talk"})
        await olga.post(
            at,
            data={"do": "make", "emails": "Eve@example.org\nbob@example.org", "count": "1", "uses": "1", "expires_at": "2030-01-01T12:00"},
        )
        wrong = await olga.post(at, data={"do": "make", "emails": "eve@", "count": "1", "uses": "1"})
        csv = await olga.get(f"{at}.csv")
        gone = await AccessCode.filter(call=call).order_by("id").first()
        assert gone is not None
        await olga.post(at, data={"do": "remove", "remove": gone.code})

    rows = await AccessCode.filter(call=call).order_by("id")
    assert [(one.email, one.uses) for one in rows] == [("", 5), ("", 5), ("eve@example.org", 1), ("bob@example.org", 1)]
    assert wrong.status_code == 422
    assert sorted(letter.to for letter in await Letter.filter(kind="cfp/invitation")) == ["bob@example.org", "eve@example.org"]
    assert "'=Board()" in csv.text
    assert csv.text.count("/cfp/submit?code=") == 5
    with pytest.raises(codes.NoSuchCode):
        await codes.find_code(call, gone.code)


async def test_letters_take_a_closed_list_of_placeholders_only(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event)
    at = f"/manage/{event.slug}/call/letters"
    async with await signed_in("olga", event) as olga:
        shown = await olga.get(at)
        wrong = await olga.post(at, data={"do": "save", "accepted_text": "Dear {name.__class__}"})
        preview = await olga.post(at, data={"do": "preview", "accepted_text": "Dear {name}, <b>{title}</b>"})
        saved = await olga.post(at, data={"do": "save", "accepted_subject": "Yes", "accepted_text": "Dear {name}: {link}"})

    await call.refresh_from_db()
    assert "We have your proposal: {title}" in shown.text
    assert (wrong.status_code, saved.status_code) == (422, 303)
    assert "There is no {name.__class__}." in wrong.text
    assert "Dear Ana Example, &lt;b&gt;Sensors from paper&lt;/b&gt;" in preview.text
    assert call.letters == {"accepted": {"subject": "Yes", "text": "Dear {name}: {link}"}}


PAGES = ["call", "call/types/new", "call/types/talk", "call/form", "call/form/new", "call/codes", "call/codes.csv", "call/letters"]


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("tara", 403), ("dev", 403), ("mallory", 404)])
async def test_who_makes_a_call(who: str, status: int) -> None:
    event = await make_event()
    await make_call(event)
    async with await signed_in(who, event) as browser:
        found = {page: (await browser.get(f"/manage/{event.slug}/{page}")).status_code for page in PAGES}

    assert found == dict.fromkeys(PAGES, status)


async def test_the_lists_ask_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    call, counts = await make_call(event), []
    async with await signed_in("olga", event) as olga:
        for more in (1, 2):
            for _ in range(more):
                await make_field(call)
                await AccessCode.create(call=call, code=f"CODE{now().timestamp()}"[-12:], expires_at=now() + timedelta(days=1))
                await make_track(event)
            with counted() as count:
                for page in ("call", "call/form", "call/codes"):
                    await olga.get(f"/manage/{event.slug}/{page}")
            counts.append(int(count))

    assert counts[0] == counts[1]


async def test_a_hostile_call_reaches_nobody(client: httpx.AsyncClient) -> None:
    event = await make_event()
    bad = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    call = await make_call(event, text=bad, types=[("Talk", 30), (bad, 5)])
    await make_field(call, label=bad, hint=bad, kind=FieldKind.ONE_OF, choices=[bad, "y"])
    await make_proposal(event, call=call, speakers=[await make_proposer(event, name=bad)], title=bad)
    async with await signed_in("olga", event) as olga:
        pages = [await olga.get(f"/manage/{event.slug}/{page}") for page in PAGES]

    for answer in [*pages, await client.get(f"/{event.slug}/cfp"), await client.get(f"/{event.slug}/cfp/submit")]:
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert ">49<" not in answer.text
