"""The history and the mail of an event: who proposes is told only to those who may read proposals."""

from __future__ import annotations

import pytest

from eventsvc.audit.rules import record
from eventsvc.mail.models import Letter
from eventsvc.mail.rules import queue
from tests.make import make_event, make_proposal, make_proposer
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.mark.parametrize(("who", "told"), [("olga", True), ("rita", True), ("victor", False), ("tara", False)])
async def test_the_history_names_proposers_to_those_who_may_read_proposals(who: str, told: bool) -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name="Ana Unannounced")])
    await record("proposal.submitted", proposal, by="Ana Unannounced")
    await record("session.added", event, by="Olga Organiser")

    async with await signed_in(who, event) as browser:
        page = (await browser.get(f"/manage/{event.slug}/history")).text

    assert "Olga Organiser" in page
    assert ("Ana Unannounced" in page) is told


@pytest.mark.parametrize(("who", "told"), [("olga", True), ("tara", False)])
async def test_the_mail_shows_letters_to_proposers_to_those_who_may_read_proposals(who: str, told: bool) -> None:
    event = await make_event()
    proposer = await make_proposer(event, email="ana@example.org")
    await queue("cfp/find", "ana@example.org", event_id=event.id, speaker=proposer.id)
    await queue("ticketing/links", "ben@example.org", event_id=event.id, event=event.id)
    letter = await Letter.get(to="ana@example.org")

    async with await signed_in(who, event) as browser:
        page = (await browser.get(f"/manage/{event.slug}/mail")).text
        again = await browser.post(f"/manage/{event.slug}/mail", data={"letter": letter.id})

    assert "ben@example.org" in page
    assert ("ana@example.org" in page) is told
    assert (again.status_code != 404) is told
