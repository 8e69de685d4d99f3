"""Letters of the call: the organiser's words, a closed list of placeholders, and nothing a stranger can smuggle in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsvc.cfp.jobs import letters as composers
from eventsvc.cfp.models import AccessCode, ProposalState
from eventsvc.cfp.render.words import fill, left, paragraphs, tame, unknown
from eventsvc.cfp.rules import authors, letters, reminders
from eventsvc.core.clock import now
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message
from eventsvc.mail.rules import queue
from tests.make import make_call, make_event, make_proposal, make_proposer

pytestmark = pytest.mark.usefixtures("rolled_back")


async def composed(letter: Letter | None = None) -> Message | None:
    letter = letter or await Letter.all().order_by("-id").first()
    assert letter is not None
    return await composers[letter.kind](letter)


async def test_an_acknowledgement_carries_the_personal_link_in_text_and_as_a_button() -> None:
    event = await make_event(name="Summit")
    ana = await make_proposer(event, name="Ana")
    proposal = await make_proposal(event, speakers=[ana], title="Paper sensors")
    await letters.promise("acknowledged", event, proposal, await proposal.authors.all().select_related("speaker"))

    message = await composed()

    assert message is not None
    link = f"http://testserver/{event.slug}/speaker/{ana.secret}/proposals/{proposal.code}"
    assert message.subject == "We have your proposal: Paper sensors"
    assert "Hello Ana,\n\nthank you for proposing “Paper sensors” for Summit. We have it.\n" in message.text
    assert f"\n{link}\n" in message.text
    assert f'<a href="{link}"' in message.html


async def test_the_organisers_words_replace_ours() -> None:
    event = await make_event(name="Summit")
    call = await make_call(event, letters={"accepted": {"subject": "Yes to {title}", "text": "Dear {name},\n\nsee {link} for {event}."}})
    proposal = await make_proposal(
        event, call=call, speakers=[await make_proposer(event, name="Ana")], title="T", state=ProposalState.ACCEPTED
    )
    await letters.tell_decision(event, proposal)

    message = await composed()

    assert message is not None
    assert message.subject == "Yes to T"
    assert message.text.startswith("Dear Ana,\n\nsee http://testserver/")


async def test_a_decision_that_was_changed_meanwhile_is_not_told() -> None:
    event = await make_event()
    proposal = await make_proposal(event, state=ProposalState.ACCEPTED)
    await letters.tell_decision(event, proposal)
    await proposal.change(state=ProposalState.REJECTED)

    assert await composed() is None


async def test_only_who_joined_hears_of_a_decision() -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, email="ana@example.org")], state=ProposalState.WAITLISTED)
    await authors.invite(event, proposal, "ben@example.org", by="Ana")

    await letters.tell_decision(event, proposal)

    assert [one.to for one in await Letter.filter(kind="cfp/waitlisted")] == ["ana@example.org"]


HOSTILE = "{event.__init__.__globals__} {link} </p><a href='//evil.example'>x</a>\r\nBcc: all@evil.example https://evil.example/win www.evil.example"


async def test_hostile_names_and_titles_gain_no_line_no_link_and_no_insight() -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name=HOSTILE)], title=HOSTILE)
    await letters.promise("acknowledged", event, proposal, await proposal.authors.all().select_related("speaker"))

    message = await composed()

    assert message is not None
    assert "\n" not in message.subject
    assert message.text.count("http") == 1 + message.text.count("https:")
    assert not [line for line in message.text.splitlines() if line.startswith("Bcc")]
    assert "://evil" not in message.text
    assert "evil.example" not in message.text
    assert "<a href='//evil" not in message.html
    assert message.html.count("<a ") == 1
    assert "{event.__init__.__globals__}" in message.text


async def test_a_co_speaker_is_asked_in_the_name_of_whoever_proposes_until_they_answer() -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name="Ana")], title="T")
    author = await authors.invite(event, proposal, "ben@example.org", by="Ana")
    await authors.invite(event, proposal, "ben@example.org", by="Ana")

    first = await composed()
    await authors.join(event, proposal, author, by="Ben")

    assert first is not None
    assert first.subject == f"Ana would like to present with you at {event.name}"
    assert await composed() is None
    assert await Letter.filter(kind="cfp/co_speaker").count() == 1


async def test_an_invitation_carries_its_code_until_it_is_used() -> None:
    event = await make_event()
    code = await AccessCode.create(call=await make_call(event), code="SPEAK2ME00", email="eve@example.org")
    await queue("cfp/invitation", "eve@example.org", event_id=event.id, code=code.id)

    fresh = await composed()
    await code.change(used=1)

    assert fresh is not None
    assert f"http://testserver/{event.slug}/cfp/submit?code=SPEAK2ME00" in fresh.text
    assert await composed() is None


async def test_drafts_are_reminded_once_three_days_before_they_are_too_late() -> None:
    event = await make_event()
    call = await make_call(event, closes_at=now() + timedelta(days=4))
    ana = await make_proposer(event, email="ana@example.org")
    await make_proposal(event, speakers=[ana], state=ProposalState.DRAFT, created_at=now() - timedelta(days=2))
    await make_proposal(event, title="Submitted", created_at=now() - timedelta(days=2))

    early = await reminders.remind_due()
    await call.change(closes_at=now() + timedelta(days=2, hours=5))
    first, again = await reminders.remind_due(), await reminders.remind_due()

    message = await composed()
    assert (early, first, again) == (0, 1, 0)
    assert message is not None
    assert "closes in 2 days, on " in message.text


async def test_what_stands_in_braces_is_looked_up_and_nothing_else() -> None:
    assert fill("{name} {title.upper} {0} {{name}}", name="{title}") == "{title} {title.upper} {0} {{title}}"
    assert unknown("{name} {speaker} {link}") == ["speaker"]
    assert paragraphs("Hello {name}\n\n{link}\n\nsee {link}.", name="Ana") == [["Hello Ana"], [None], ["see ", None, "."]]
    assert tame("a\nb\tc") == "a b c"
    assert len(tame("x" * 400)) == 150


@pytest.mark.parametrize(
    ("minutes", "says"), [(-1, "over"), (1, "in 1 minute"), (90, "in 90 minutes"), (150, "in 2 hours"), (60 * 24 * 5 + 3, "in 5 days")]
)
async def test_time_left_is_said_as_people_do(minutes: int, says: str) -> None:
    moment = now()

    assert left(moment + timedelta(minutes=minutes, seconds=1), moment) == says
