"""Proposing without an account: one page, one letter; known and unknown addresses get the same answer."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.cfp.models import AccessCode, Author, FieldKind, FieldTarget, Proposal, ProposalState, ProposalType, SpeakerAnswers
from eventsvc.cfp.rules import proposals
from eventsvc.core.clock import now
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Speaker
from tests.make import make_call, make_event, make_field, make_proposal, make_proposer, make_speaker, make_track

pytestmark = pytest.mark.usefixtures("rolled_back")


def filled(**values: object) -> dict[str, object]:
    base = {
        "do": "submit",
        "title": "Paper sensors",
        "type": "talk",
        "abstract": "Cheap ones.",
        "name": "Ana Prop",
        "email": "ana@example.org",
    }
    return {**base, **values}


async def letters() -> list[tuple[str, str]]:
    return [(one.kind, one.to) for one in await Letter.all().order_by("id")]


async def test_a_new_address_becomes_a_speaker_with_a_submitted_proposal_and_a_letter(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call, track = await make_call(event, languages=["en", "de"]), await make_track(event)
    level = await make_field(call, kind=FieldKind.ONE_OF, choices=["Beginner", "Expert"], required=True)
    needs = await make_field(call, target=FieldTarget.SPEAKER, kind=FieldKind.MANY_OF, choices=["Ramp", "Loop"])
    form = filled(
        track=track.code, language="de", organisation="Mercia", biography="Builds.", **{level.key: "Expert", needs.key: ["Ramp", "Loop"]}
    )

    answer = await client.post(f"/{event.slug}/cfp/submit", data=form)

    speaker = await Speaker.get(event=event)
    proposal = await Proposal.get(call=call).prefetch_related("authors", "track")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{event.slug}/cfp/sent")
    assert (speaker.name, speaker.email, speaker.organisation, speaker.listed) == ("Ana Prop", "ana@example.org", "Mercia", False)
    assert (proposal.state, proposal.title, proposal.language, proposal.track) == (ProposalState.SUBMITTED, "Paper sensors", "de", track)
    assert proposal.answers == {level.key: "Expert"}
    assert (await SpeakerAnswers.get(speaker=speaker)).answers == {needs.key: ["Ramp", "Loop"]}
    assert [one.joined_at is not None for one in proposal.authors] == [True]
    assert await letters() == [("cfp/acknowledged", "ana@example.org")]


async def test_a_known_address_gets_a_letter_and_nothing_of_theirs_changes(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)
    helen = await make_speaker(event, name="Helen", email="Helen@example.org", biography="Hers.")

    known = await client.post(f"/{event.slug}/cfp/submit", data=filled(email="helen@example.org", name="Mallory", biography="Fake."))
    new = await client.post(f"/{event.slug}/cfp/submit", data=filled(email="new@example.org"))

    proposal = await Proposal.get(authors__speaker=helen)
    await helen.refresh_from_db()
    assert proposal.state == ProposalState.DRAFT
    assert (helen.name, helen.biography) == ("Helen", "Hers.")
    assert await letters() == [("cfp/draft_waits", "Helen@example.org"), ("cfp/acknowledged", "new@example.org")]
    assert (known.status_code, known.headers["location"]) == (new.status_code, new.headers["location"])
    assert "set-cookie" not in known.headers


async def test_a_draft_needs_a_title_and_an_address_only(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event)
    await make_field(call, required=True)

    answer = await client.post(
        f"/{event.slug}/cfp/submit", data={"do": "draft", "title": "Later", "name": "Ana", "email": "ana@example.org"}
    )

    assert answer.status_code == 303
    assert (await Proposal.get(call=call)).state == ProposalState.DRAFT
    assert await letters() == [("cfp/draft_waits", "ana@example.org")]


async def test_everything_wrong_is_told_at_once_and_what_was_typed_stays(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event)
    many = await make_field(call, kind=FieldKind.MANY_OF, choices=["Ramp", "Loop"], label="Needs")
    short = await make_field(call, kind=FieldKind.TEXT, min_length=20, max_length=40, required=True)
    asked = await make_field(call, kind=FieldKind.YES_NO, required=True)
    form = filled(
        title="",
        abstract="x" * 2001,
        email="nobody",
        co_speakers="not an address",
        type="keynote",
        **{many.key: ["Ramp"], short.key: "Mine"},
    )

    answer = await client.post(f"/{event.slug}/cfp/submit", data=form)

    assert answer.status_code == 422
    for said in (
        "Fill this in",
        "Use at most 2000 characters",
        "Check the email address",
        "Check these addresses",
        "Choose what you want to give",
    ):
        assert said in answer.text
    assert "Use at least 20 characters; it has 4." in answer.text
    assert f'id="{asked.key}-e"' in answer.text
    assert 'value="Ramp" checked' in answer.text
    assert ">Mine</textarea>" in answer.text
    assert await Proposal.all().count() == 0


async def test_fields_of_other_types_are_not_asked(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event, types=[("Talk", 30), ("Workshop", 90)])
    seats = await make_field(call, kind=FieldKind.NUMBER, types=["workshop"], required=True, label="Seats")

    talk = await client.post(f"/{event.slug}/cfp/submit", data=filled(**{seats.key: "many"}))
    workshop = await client.post(f"/{event.slug}/cfp/submit", data=filled(email="b@example.org", type="workshop", **{seats.key: "many"}))

    assert (talk.status_code, workshop.status_code) == (303, 422)
    assert (await Proposal.get(call=call)).answers == {}


async def test_a_button_pressed_twice_is_one_proposal(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)

    for _ in range(2):
        assert (await client.post(f"/{event.slug}/cfp/submit", data=filled())).status_code == 303

    assert await Proposal.all().count() == 1
    assert await letters() == [("cfp/acknowledged", "ana@example.org")]


async def test_co_speakers_are_invited_by_mail(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)

    await client.post(f"/{event.slug}/cfp/submit", data=filled(co_speakers="Ben@example.org\ncy@example.org, ana@example.org"))

    rows = await Author.all().select_related("speaker").order_by("position")
    assert [(one.speaker.email, one.joined_at is not None) for one in rows] == [
        ("ana@example.org", True),
        ("ben@example.org", False),
        ("cy@example.org", False),
    ]
    assert sorted(await letters()) == [
        ("cfp/acknowledged", "ana@example.org"),
        ("cfp/co_speaker", "ben@example.org"),
        ("cfp/co_speaker", "cy@example.org"),
    ]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"closes_at": now() - timedelta(minutes=1)}, "The call is closed"),
        ({"opens_at": now() + timedelta(days=1)}, "The call is not open yet"),
    ],
)
async def test_a_call_that_is_not_open_takes_nothing(client: httpx.AsyncClient, values: dict[str, object], says: str) -> None:
    event = await make_event()
    call = await make_call(event, **values)

    page = await client.get(f"/{event.slug}/cfp/submit")
    answer = await client.post(f"/{event.slug}/cfp/submit", data=filled())

    assert says in page.text
    assert answer.status_code == 422
    assert await Proposal.filter(call=call).count() == 0


async def test_a_type_has_a_deadline_of_its_own(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event, types=[("Talk", 30), ("Poster", 5)], closes_at=now() - timedelta(days=1))
    await ProposalType.filter(call=call, code="poster").update(closes_at=now() + timedelta(days=2, hours=1))

    page = await client.get(f"/{event.slug}/cfp")
    talk = await client.post(f"/{event.slug}/cfp/submit", data=filled())
    poster = await client.post(f"/{event.slug}/cfp/submit", data=filled(type="poster"))

    assert "in 2 days" in page.text
    assert (talk.status_code, poster.status_code) == (422, 303)


async def test_a_code_opens_a_closed_call_as_often_as_it_has_uses(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event, closes_at=now() - timedelta(days=1))
    code = await AccessCode.create(call=call, code="SPEAK2ME00", uses=1)
    at = f"/{event.slug}/cfp/submit"

    page = await client.get(f"{at}?code=speak2me-00")
    first = await client.post(at, data=filled(code="speak2me00"))
    second = await client.post(at, data=filled(email="b@example.org", code="SPEAK2ME00"))

    await code.refresh_from_db()
    assert "Your code is accepted" in page.text
    assert (first.status_code, second.status_code, code.used) == (303, 422, 1)
    assert "has been used up" in second.text


async def test_a_code_can_be_wrong_or_expired_or_for_another_event_or_type(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    call, foreign = await make_call(event, types=[("Talk", 30), ("Keynote", 45)]), await make_call(other)
    keynote = await ProposalType.get(call=call, code="keynote")
    await keynote.change(by_code_only=True)
    await AccessCode.create(call=call, code="OLD0000000", expires_at=now() - timedelta(days=1))
    await AccessCode.create(call=foreign, code="FOREIGN000")
    await AccessCode.create(call=call, code="KEYNOTE000", type=keynote)
    at = f"/{event.slug}/cfp/submit"

    async def said(**values: object) -> str:
        return (await client.post(at, data=filled(**values))).text

    assert "has expired" in await said(code="OLD0000000")
    assert "do not know this code" in await said(code="FOREIGN000")
    assert "do not know this code" in await said(code="NOSUCH")
    assert "Choose what you want to give" in await said(type="keynote")
    assert "Keynote" not in (await client.get(f"/{event.slug}/cfp")).text
    assert "Keynote" in (await client.get(f"{at}?code=KEYNOTE000")).text
    assert await Proposal.filter(call=call).count() == 0


async def test_one_person_proposes_so_many_at_most() -> None:
    event = await make_event()
    await make_call(event, max_per_person=1)
    ana = await make_proposer(event)
    first = await make_proposal(event, speakers=[ana], title="First")
    draft = await make_proposal(event, speakers=[ana], title="Second", state=ProposalState.DRAFT, submitted_at=None)

    with pytest.raises(proposals.Enough):
        await proposals.submit_draft(event, draft, by="Ana")
    await proposals.withdraw(event, first, by="Ana")
    await proposals.submit_draft(event, draft, by="Ana")

    assert draft.state == ProposalState.SUBMITTED


async def test_the_link_is_sent_to_known_addresses_only_and_the_answer_is_the_same(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    await make_call(event)
    await make_proposer(event, email="ana@example.org")
    await make_proposer(other, email="elsewhere@example.org")
    at = f"/{event.slug}/cfp/find"

    answers = [await client.post(at, data={"email": one}) for one in ("Ana@example.org", "nobody@example.org", "elsewhere@example.org")]

    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, f"/{event.slug}/cfp/sent?link=1")}
    assert await letters() == [("cfp/find", "ana@example.org")]


async def test_asking_too_often_is_refused_for_known_and_unknown_alike(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)
    await make_proposer(event, email="ana@example.org")

    counts = []
    for address in ("ana@example.org", "nobody@example.org"):
        counts.append([(await client.post(f"/{event.slug}/cfp/find", data={"email": address})).status_code for _ in range(9)])

    assert counts == [[303] * 8 + [422]] * 2


async def test_nobody_gets_a_letter_for_each_of_many_proposals_that_name_them(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)

    for n in range(10):
        await client.post(f"/{event.slug}/cfp/submit", data=filled(email=f"p{n}@example.org", co_speakers="victim@example.org"))

    assert (await letters()).count(("cfp/co_speaker", "victim@example.org")) == 8


async def test_without_a_published_call_there_is_no_page(client: httpx.AsyncClient) -> None:
    event, none = await make_event(), await make_event()
    await make_call(event, published=False)

    answers = [(await client.get(f"/{one.slug}/{page}")).status_code for one in (event, none) for page in ("cfp", "cfp/submit", "cfp/sent")]

    assert answers == [404] * 6
