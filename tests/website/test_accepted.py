"""From an accepted proposal to a session: the speaker says yes, is reminded, or says no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from eventsvc import worker
from eventsvc.agenda.models import Session, SessionState
from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.cfp.rules.acceptance import accept
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Speaker
from eventsvc.website.rules import speaking
from tests.make import make_event, make_proposal, make_proposer

pytestmark = pytest.mark.usefixtures("rolled_back")


async def accepted(*, others: int = 0) -> tuple[Event, Speaker, Session]:
    """A proposal of Sam's (and of others), just accepted."""
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    event = await make_event(start=day, end=day)
    sam = await make_proposer(event, name="Sam Speaker", email="sam@example.org", listed=False)
    more = [await make_proposer(event) for _ in range(others)]
    proposal = await make_proposal(event, speakers=[sam, *more], state=ProposalState.SUBMITTED, title="Proposed talk")
    proposal = await Proposal.get(id=proposal.id).select_related("call")
    return event, sam, await accept(event, proposal, by="Olga")


async def test_the_speaker_sees_and_confirms_it(client: httpx.AsyncClient) -> None:
    event, sam, session = await accepted()
    home = f"/{event.slug}/speaker/{sam.secret}"
    assert "Waiting for your yes" in (await client.get(home)).text
    assert (await client.get(f"/{event.slug}/speakers/{sam.code}")).status_code == 404

    await client.post(f"{home}/confirm/{session.code}", data={"do": "confirm"})

    assert (await client.get(f"/{event.slug}/sessions/{session.code}")).status_code == 200
    assert (await client.get(f"/{event.slug}/speakers/{sam.code}")).status_code == 200


async def test_reminders_count_from_the_decision() -> None:
    await accepted()

    with travel(now() + timedelta(days=3, minutes=1)):
        assert (await speaking.nudge_due(), await speaking.nudge_due()) == (1, 0)


async def test_a_no_withdraws_the_proposal_and_frees_the_place(client: httpx.AsyncClient) -> None:
    event, sam, session = await accepted()

    await client.post(f"/{event.slug}/speaker/{sam.secret}/confirm/{session.code}", data={"do": "decline", "word": "A new job"})

    await worker.drain()
    assert (await Proposal.get(call__event=event)).state == ProposalState.WITHDRAWN
    assert await Session.filter(id=session.id).count() == 0
    assert (await Letter.get(kind="agenda/declined")).subject == f"{event.name}: Sam Speaker will not speak"
    assert (await client.get(f"/{event.slug}/speakers/{sam.code}")).status_code == 404


async def test_with_others_on_the_bill_it_goes_on() -> None:
    event, sam, session = await accepted(others=1)

    await speaking.decline(event, session, sam, "", by="Sam")

    left = await Session.get(id=session.id).prefetch_related("speakers")
    assert (left.state, len(left.speakers)) == (SessionState.DRAFT, 1)
    assert (await Proposal.get(call__event=event)).state == ProposalState.ACCEPTED
