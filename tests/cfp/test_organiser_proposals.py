"""The organiser's proposals: searched, filtered, counted; one with everything; moved by hand, edited, redacted, added for somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from eventsvc.agenda.models import Session
from eventsvc.cfp.models import Author, FieldTarget, Proposal, ProposalState, SpeakerAnswers
from eventsvc.cfp.rules import reports
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Assistant, Speaker
from tests.make import make_call, make_event, make_field, make_proposal, make_proposer, make_track
from tests.people import signed_in, system
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_the_list_is_searched_without_accents_and_filtered() -> None:
    event = await make_event()
    call, track = await make_call(event, types=[("Talk", 30), ("Poster", 5)], languages=["en", "fr"]), await make_track(event)
    lea = await make_proposer(event, name="Léa O’Brien", organisation="Łódź Works")
    poster = (await call.types.all())[1]
    await make_proposal(event, title="Café sensors", speakers=[lea], track=track, language="fr", type=poster)
    await make_proposal(event, title="Other words", state=ProposalState.DRAFT, submitted_at=None)
    async with await signed_in("rita", event) as rita:

        async def titles(query: str) -> list[bool]:
            text = (await rita.get(f"/manage/{event.slug}/proposals?{query}")).text
            return ["Café sensors" in text, "Other words" in text]

        found = [
            await titles(query) for query in ("", "search=cafe", "search=obrien+lodz", f"track={track.code}", "language=fr", "type=poster")
        ]
        drafts = await titles("state=draft")
        nothing = await titles("search=nobody&page=99")

    assert found == [[True, True]] + [[True, False]] * 5
    assert (drafts, nothing) == ([False, True], [False, False])


async def test_one_proposal_shows_everything_and_the_pending_decision() -> None:
    event = await make_event()
    call = await make_call(event)
    level, diet = await make_field(call, label="Level"), await make_field(call, label="Needs", target=FieldTarget.SPEAKER)
    ana = await make_proposer(event, name="Ana", biography="Builds sensors.")
    await SpeakerAnswers.create(speaker=ana, answers={diet.key: "A ramp"})
    proposal = await make_proposal(
        event, speakers=[ana], answers={level.key: "Low"}, notes="For you only.", pending=ProposalState.ACCEPTED, description="Longer."
    )
    async with await signed_in("olga", event) as olga:
        text = (await olga.get(f"/manage/{event.slug}/proposals/{proposal.code}")).text

    for said in ("Level", "Low", "Needs", "A ramp", "For you only.", "Builds sensors.", "Longer.", "→ accepted", ana.email, ana.secret):
        assert said in text


async def test_a_state_is_moved_by_hand_with_or_without_its_letter() -> None:
    event = await make_event()
    proposal = await make_proposal(event)
    at = f"/manage/{event.slug}/proposals/{proposal.code}"
    async with await signed_in("olga", event) as olga:
        await olga.post(at, data={"do": "move", "state": "waitlisted"})
        quiet = await Letter.all().count()
        await olga.post(at, data={"do": "move", "state": "accepted", "tell": "true"})
        again = await olga.post(at, data={"do": "move", "state": "accepted", "tell": "true"})
        wrong = await olga.post(at, data={"do": "move", "state": "draft"})

    assert (quiet, [one.kind for one in await Letter.all()]) == (0, ["cfp/accepted"])
    assert (again.status_code, wrong.status_code) == (303, 422)
    assert "that is accepted cannot become draft" in wrong.text
    assert await Session.filter(event=event).count() == 1


async def test_an_organiser_edits_on_behalf_whatever_its_state() -> None:
    event = await make_event()
    proposal = await make_proposal(event, state=ProposalState.REJECTED)
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(
            f"/manage/{event.slug}/proposals/{proposal.code}/edit", data={"title": "Clearer", "type": "talk", "abstract": "New."}
        )

    await proposal.refresh_from_db()
    assert (answer.status_code, proposal.title, proposal.abstract, proposal.state) == (303, "Clearer", "New.", ProposalState.REJECTED)


async def test_redacted_words_are_kept_where_they_differ_only() -> None:
    event = await make_event()
    field = await make_field(await make_call(event), label="Where")
    proposal = await make_proposal(event, abstract="We at Mercia built it.", answers={field.key: "At Mercia"})
    at = f"/manage/{event.slug}/proposals/{proposal.code}/redact"
    async with await signed_in("olga", event) as olga:
        shown = await olga.get(at)
        await olga.post(at, data={"title": proposal.title, "abstract": "We built it.", field.key: "At a university", "redacted": "x"})

    await proposal.refresh_from_db()
    assert shown.text.count("We at Mercia built it.") == 2
    assert proposal.redacted == {"abstract": "We built it.", field.key: "At a university"}
    assert proposal.abstract == "We at Mercia built it."


async def test_a_proposal_is_added_for_an_invited_speaker_after_the_deadline() -> None:
    event = await make_event()
    await make_call(event, closes_at=datetime(2020, 1, 1, tzinfo=UTC))
    form = {"do": "draft", "name": "Helen", "email": "helen@example.org", "title": "Keynote", "type": "talk", "tell": "true"}
    async with await signed_in("olga", event) as olga:
        at = f"/manage/{event.slug}/proposals/new"
        draft = await olga.post(at, data=form)
        missing = await olga.post(at, data={**form, "do": "submit"})
        sent = await olga.post(at, data={**form, "do": "submit", "title": "Second", "abstract": "There."})

    rows = await Proposal.all().order_by("id")
    assert (draft.status_code, missing.status_code, sent.status_code) == (303, 422, 303)
    assert [(one.title, one.state) for one in rows] == [("Keynote", "draft"), ("Second", "submitted")]
    assert await Speaker.filter(event=event).count() == 1
    assert [one.kind for one in await Letter.all().order_by("id")] == ["cfp/draft_waits", "cfp/acknowledged"]


async def test_numbers_add_up_day_by_day_without_gaps() -> None:
    event = await make_event(timezone="Europe/London")
    track = await make_track(event, name="Imaging")
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    ana = await make_proposer(event)
    for days, more in ((0, {"track": track}), (0, {}), (2, {"state": ProposalState.ACCEPTED})):
        await make_proposal(event, speakers=[ana], submitted_at=noon + timedelta(days=days), **more)
    draft = await make_proposal(event, state=ProposalState.DRAFT, submitted_at=None)

    found = reports.numbers(event, await reports.listing(draft.call, {}))

    assert (found.total, found.drafts, found.people) == (3, 1, 1)
    assert [count for _, count in found.days] == [2, 0, 1]
    assert found.tracks == [("No track", 2), ("Imaging", 1)]
    assert dict(found.states) == {"Submitted": 2, "Accepted": 1, "Draft": 1}
    async with await signed_in("olga", event) as olga:
        page = await olga.get(f"/manage/{event.slug}/proposals/numbers")
    assert page.text.count("<rect x=") == 3


async def test_the_csv_holds_what_was_filtered_and_runs_nothing() -> None:
    event = await make_event()
    call = await make_call(event)
    level, diet = await make_field(call, label="=Level"), await make_field(call, label="Needs", target=FieldTarget.SPEAKER)
    ana = await make_proposer(event, name="Ana", email="ana@example.org")
    await SpeakerAnswers.create(speaker=ana, answers={diet.key: "A ramp"})
    await make_proposal(event, speakers=[ana], title="=HYPERLINK(1)", answers={level.key: "+1"})
    await make_proposal(event, title="Draft", state=ProposalState.DRAFT)
    async with await signed_in("olga", event) as olga:
        csv = (await olga.get(f"/manage/{event.slug}/proposals.csv?state=submitted")).text

    assert "'=HYPERLINK(1)" in csv
    assert "'+1" in csv
    assert "'=Level" in csv
    assert "Ana: A ramp" in csv
    assert "Draft" not in csv


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("tara", 403), ("dev", 403), ("mallory", 404)])
async def test_who_reads_proposals(who: str, status: int) -> None:
    event = await make_event()
    proposal = await make_proposal(event)
    pages = ["proposals", "proposals.csv", "proposals/numbers", "proposals/new"] + [
        f"proposals/{proposal.code}{more}" for more in ("", "/edit", "/redact")
    ]
    async with await signed_in(who, event) as browser:
        found = {page: (await browser.get(f"/manage/{event.slug}/{page}")).status_code for page in pages}

    assert found == dict.fromkeys(pages, status)


async def test_another_events_proposal_is_not_found() -> None:
    event, other = await make_event(), await make_event()
    await make_call(event)
    foreign = await make_proposal(other, title="Foreign words")
    async with await signed_in("olga", event) as olga, await system(event, "programme") as api:
        answers = [await olga.get(f"/manage/{event.slug}/proposals/{foreign.code}{more}") for more in ("", "/edit", "/redact")]
        answers += [await olga.post(f"/manage/{event.slug}/proposals/{foreign.code}", data={"do": "move", "state": "accepted"})]
        answers += [
            await api.get(f"/api/v1/events/{event.slug}/proposals/{foreign.code}"),
            await api.get(f"/api/v1/events/{other.slug}/proposals"),
        ]
        listed = await olga.get(f"/manage/{event.slug}/proposals")
        asked = await api.get(f"/api/v1/events/{event.slug}/proposals")

    assert [answer.status_code for answer in answers] == [404] * 6
    assert "Foreign words" not in listed.text + asked.text


async def test_the_list_asks_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    await make_call(event)
    counts = []
    async with await signed_in("olga", event) as olga:
        for more in (1, 2):
            for _ in range(more):
                await make_proposal(event, track=await make_track(event))
            with counted() as count:
                await olga.get(f"/manage/{event.slug}/proposals")
                await olga.get(f"/manage/{event.slug}/proposals.csv")
            counts.append(int(count))

    assert counts[0] == counts[1]


async def test_the_api_makes_and_lists_proposals() -> None:
    event = await make_event()
    call, track = await make_call(event), await make_track(event)
    level = await make_field(call, required=True)
    at = f"/api/v1/events/{event.slug}/proposals"
    body = {
        "title": "From afar",
        "email": "eve@example.org",
        "name": "Eve",
        "type": "talk",
        "track": track.code,
        "abstract": "x",
        "answers": {level.key: "Low"},
    }
    async with await system(event, "programme") as api, await system(event, "read") as reader:
        made = await api.post(at, json=body)
        draft = await api.post(at, json={"title": "Later", "email": "eve@example.org", "name": "Eve", "submit": False})
        wrong = await api.post(at, json={**body, "type": "keynote", "answers": {}})
        first = (await api.get(f"{at}?limit=1")).json()
        second = (await api.get(f"{at}?limit=1&after={first['next']}")).json()
        one = (await api.get(f"{at}/{made.json()['code']}")).json()
        drafts = (await api.get(f"{at}?state=draft")).json()["items"]
        refused = [(await reader.get(at)).status_code, (await reader.post(at, json=body)).status_code]

    assert (made.status_code, draft.status_code, wrong.status_code, refused) == (201, 201, 422, [403, 403])
    assert {error["field"] for error in wrong.json()["errors"]} == {"type", f"answers.{level.key}"}
    assert (one["state"], one["track"], one["answers"], one["speakers"][0]["name"]) == ("submitted", track.code, {level.key: "Low"}, "Eve")
    assert ([first["items"][0]["title"], second["items"][0]["title"]], second["next"]) == (["From afar", "Later"], None)
    assert [item["title"] for item in drafts] == ["Later"]
    assert await Letter.all().count() == 0


async def test_an_assistant_looks_after_the_words_and_decides_nothing(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event, name="Ana")
    ben = await make_proposer(event, name="Ben")
    proposal = await make_proposal(event, speakers=[ana, ben])
    pat = await Assistant.create(speaker=ana, name="Pat", email="pat@example.org")
    at = f"/{event.slug}/speaker/{pat.secret}/proposals/{proposal.code}"

    pages = [await client.get(at + more) for more in ("", "/edit")]
    saved = await client.post(f"{at}/edit", data={"title": "By Pat", "type": "talk", "abstract": "x", "name": "Ana", "do": "save"})
    refused = [await client.get(f"{at}/withdraw"), await client.post(f"{at}/withdraw")]
    removed = await client.post(at, data={"do": "remove", "who": ben.code})

    await proposal.refresh_from_db()
    assert [answer.status_code for answer in [*pages, saved, *refused, removed]] == [200, 200, 303, 403, 403, 422]
    assert await Author.filter(proposal=proposal).count() == 2
    assert [ana.secret in page.text for page in pages] == [False, False]
    assert (proposal.title, proposal.state) == ("By Pat", ProposalState.SUBMITTED)
