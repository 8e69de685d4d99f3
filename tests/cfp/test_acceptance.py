"""An accepted proposal is a draft session, once; nobody is public for having proposed."""

from __future__ import annotations

import httpx
import pytest

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules import sessions
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.audit.models import Entry
from eventsvc.cfp.models import Author, FieldTarget, ProposalState, SpeakerAnswers
from eventsvc.cfp.rules import acceptance, fields, proposals
from eventsvc.events.models import Event
from eventsvc.speakers.models import Portrait
from tests.make import make_call, make_event, make_field, make_proposal, make_proposer, make_session, make_speaker, make_track
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def names(event: Event) -> list[str]:
    return sorted(speaker.name for speaker in await public_speakers(event))


async def test_an_accepted_proposal_becomes_a_draft_session() -> None:
    event = await make_event()
    call, track = await make_call(event, types=[("Workshop", 90)]), await make_track(event)
    level = await make_field(call, label="Level", public=True)
    secret = await make_field(call, label="Budget")
    ana = await make_proposer(event, name="Ana")
    proposal = await make_proposal(
        event, speakers=[ana], track=track, language="en", title="Paper sensors", answers={level.key: "Beginner", secret.key: "None"}
    )

    session = await acceptance.accept(event, proposal, by="Olga")

    await session.fetch_related("track", "speakers__speaker")
    assert (session.title, session.state, session.track, session.kind, session.start) == ("Paper sensors", "draft", track, "workshop", None)
    assert [one.speaker.name for one in session.speakers] == ["Ana"]
    assert session.extra == {"minutes": 90, "answers": [{"label": "Level", "value": "Beginner"}], "speaker_answers": {}}
    assert (proposal.state, proposal.session_id, proposal.decided_at is not None) == (ProposalState.ACCEPTED, session.id, True)


async def test_public_answers_are_on_the_pages_of_session_and_speaker_once_these_are_public(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event)
    level = await make_field(call, label="Level?", public=True)
    home, budget = [
        await make_field(call, label=name, target=FieldTarget.SPEAKER, public=name == "Home town?") for name in ("Home town?", "Fee?")
    ]
    ana = await make_proposer(event, name="Ana")
    await SpeakerAnswers.create(speaker=ana, answers={home.key: "Smethwick <b>", budget.key: "900"})
    proposal = await make_proposal(event, speakers=[ana], answers={level.key: "Beginner"})

    session = await acceptance.accept(event, proposal, by="Olga")
    await sessions.change_session(event, session, {"state": SessionState.CONFIRMED}, by="Ana")
    talk = (await client.get(f"/{event.slug}/sessions/{session.code}")).text
    person = (await client.get(f"/{event.slug}/speakers/{ana.code}")).text

    assert "<dt>Level?</dt><dd>Beginner</dd>" in talk
    assert "<dt>Home town?</dt><dd>Smethwick &lt;b&gt;</dd>" in person
    assert "Fee?" not in talk + person


async def test_a_changed_field_asks_as_often_for_three_accepted_proposals_as_for_one() -> None:
    event = await make_event()
    call = await make_call(event)
    home = await make_field(call, target=FieldTarget.SPEAKER, public=True)
    asked = []
    for _ in range(3):
        ana = await make_proposer(event)
        await SpeakerAnswers.create(speaker=ana, answers={home.key: "Smethwick"})
        session = await acceptance.accept(event, await make_proposal(event, speakers=[ana]), by="Olga")
        with counted() as count:
            await fields.restore(event, call, home, by="Olga")
        asked.append(int(count))

    assert session.extra["speaker_answers"][ana.code][0]["value"] == "Smethwick"
    assert asked[0] == asked[2]


async def test_accepting_twice_makes_one_session() -> None:
    event = await make_event()
    proposal = await make_proposal(event)
    again = await proposals.find(event, proposal.code)

    first = await acceptance.accept(event, proposal, by="Olga")
    second = await acceptance.accept(event, again, by="Olga")

    assert first.id == second.id
    assert await Session.filter(event=event).count() == 1
    assert await Entry.filter(event_id=event.id, action="proposal.accepted").count() == 1


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.WITHDRAWN])
async def test_a_draft_and_what_was_withdrawn_cannot_be_accepted(state: ProposalState) -> None:
    event = await make_event()
    proposal = await make_proposal(event, state=state)

    with pytest.raises(acceptance.CannotMove):
        await acceptance.accept(event, proposal, by="Olga")

    assert await Session.filter(event=event).count() == 0


async def test_who_has_not_joined_is_not_on_the_bill() -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name="Ana")])
    await Author.create(proposal=proposal, speaker=await make_proposer(event, name="Ben"), position=1)

    session = await acceptance.accept(event, proposal, by="Olga")

    await session.fetch_related("speakers__speaker")
    assert [one.speaker.name for one in session.speakers] == ["Ana"]


async def test_taking_an_acceptance_back_removes_a_draft_session_and_cancels_one_that_was_seen() -> None:
    event = await make_event()
    unseen, seen = await make_proposal(event), await make_proposal(event)
    await acceptance.accept(event, unseen, by="Olga")
    session = await acceptance.accept(event, seen, by="Olga")
    await sessions.change_session(event, session, {"state": SessionState.CONFIRMED}, by="Ana")

    for proposal in (unseen, seen):
        await proposals.set_state(event, proposal, ProposalState.REJECTED, by="Olga")

    assert [(one.id, one.state) for one in await Session.filter(event=event)] == [(session.id, SessionState.CANCELLED)]


async def test_a_proposer_is_public_only_once_their_session_is() -> None:
    event = await make_event()
    await make_session(event, speakers=[await make_speaker(event, name="Known")])
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name="Ana")])
    proposed = await names(event)

    session = await acceptance.accept(event, proposal, by="Olga")
    accepted = await names(event)
    await sessions.change_session(event, session, {"state": SessionState.CONFIRMED}, by="Ana")
    confirmed = await names(event)

    assert (proposed, accepted, confirmed) == (["Known"], ["Known"], ["Ana", "Known"])


async def test_a_proposer_is_on_no_public_page_feed_or_api_answer(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, title="Public talk", speakers=[await make_speaker(event, name="Known Speaker")])
    ana = await make_proposer(event, name="Ana Unannounced", biography="Ana Unannounced writes.")
    await Portrait.create(speaker=ana, webp=b"RIFF")
    await ana.change(portrait_version="abcdef123456")
    await make_proposal(event, speakers=[ana], title="Unannounced title")
    accepted = await make_proposal(event, speakers=[ana], title="Unannounced second")
    await acceptance.accept(event, accepted, by="Olga")
    at, api = f"/{event.slug}", f"/api/v1/events/{event.slug}"
    pages = ["/", "/agenda", "/speakers", "/calendar.ics", "/schedule.xml", "/schedule.json", "/cfp"]
    addresses = [at + page for page in pages] + [f"{api}/speakers", f"{api}/sessions", api]

    answers = {address: await client.get(address) for address in addresses}

    assert "Known Speaker" in answers[f"{at}/speakers"].text
    assert [address for address, answer in answers.items() if "nannounced" in answer.text] == []
    for alone in (f"{at}/speakers/{ana.code}", f"{at}/speakers/{ana.code}.ics", f"{at}/speakers/{ana.code}/portrait.webp"):
        assert (await client.get(alone)).status_code == 404
    own = await client.get(f"{at}/speakers/{ana.code}/portrait.webp?v=abcdef123456")
    assert (own.status_code, own.headers["cache-control"]) == (200, "private, max-age=31536000, immutable")
