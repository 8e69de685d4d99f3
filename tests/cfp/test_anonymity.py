"""In a blind phase nothing that a reviewer can reach names an author. Every route is asked, as the application has registered it."""

from __future__ import annotations

import email
import email.policy
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from starlette.routing import Route

from eventsvc import worker
from eventsvc.app import app
from eventsvc.cfp.forms.review import ReviewerForm
from eventsvc.cfp.models import Comment, ConflictOfInterest, FieldKind, FieldTarget, Proposal, Reviewer, SeeOthers, SpeakerAnswers
from eventsvc.cfp.rules import assignment, phases, reviewers
from eventsvc.cfp.rules.seen import HIDDEN, Cover, show
from eventsvc.events.models import Event
from tests.cfp.reviewing import make_category, make_phase, make_review, make_reviewer, the_call
from tests.make import make_event, make_field, make_proposal, make_proposer, make_session, make_track
from tests.people import browser, person, signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


@dataclass
class Scene:
    """An event under review, and every word that would tell who wrote something. `never` are those nobody is ever shown."""

    event: Event
    reviewer: Reviewer
    proposals: list[Proposal] = field(default_factory=list)
    tells: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)

    def tell(self, word: str) -> str:
        self.tells.append(word)
        return word

    def hide(self, word: str) -> str:
        self.never.append(word)
        return word


async def make_scene() -> Scene:
    event = await make_event()
    call, scale = await the_call(event), await make_category(event)
    await make_phase(event, see_others=SeeOthers.ALWAYS)
    scene = Scene(event, await make_reviewer(event, "rolf"))
    other, track = await make_reviewer(event, "petra"), await make_track(event)
    harmless = await make_field(call, label="Who is it for?")
    telling = await make_field(call, label="Why you?", names_author=True)
    link = await make_field(call, label="A film", kind=FieldKind.URL)
    about = await make_field(call, label="Pronouns", target=FieldTarget.SPEAKER)
    for number in range(3):
        names = [f"Quillon Xanthopoulos{number}", f"Zebedee Wrigglesworth{number}"]
        people = [
            await make_proposer(
                event,
                name=scene.tell(name),
                organisation=scene.tell(f"Marzipan{number}{place} Laboratories"),
                job_title=scene.tell(f"Archchancellor{number}{place}"),
                biography=scene.tell(f"Bornin{number}{place}"),
                email=scene.hide(f"mail{number}{place}@authors{number}.test"),
                portrait_version=scene.hide(f"pv{number}{place}"),
            )
            for place, name in enumerate(names)
        ]
        for place, one in enumerate(people):
            scene.never.append(one.secret)
            await SpeakerAnswers.create(speaker=one, answers={about.key: scene.tell(f"Theythem{number}{place}")})
        text = f"I am {names[0]}, write to {people[0].email} or see https://{scene.hide(f'home{number}.test')}/me and @{scene.hide(f'handle{number}')}."
        proposal = await make_proposal(
            event,
            title=f"A talk {number} by {names[1].split()[1]}",
            abstract=f"{text} We at {people[1].organisation} did it.",
            description=scene.hide(f"Unredacted{number}"),
            notes=scene.hide(f"Notes{number}"),
            track=track,
            redacted={"description": f"Redacted{number}"},
            answers={
                harmless.key: f"For {names[0]}",
                telling.key: scene.tell(f"Because{number}"),
                link.key: f"https://{scene.hide(f'film{number}.test')}/",
            },
            speakers=people,
        )
        scene.proposals.append(proposal)
        review = await make_review(proposal, other, **{f"_{scale.id}": 3})
        await review.change(text=f"This must be {names[0]} of {people[0].organisation}")
        await Comment.create(proposal=proposal, user=await person("olga", event), text=f"Ask {people[0].email}, or Wrigglesworth{number}")
        await ConflictOfInterest.create(proposal=proposal, reviewer=other, reason=scene.hide(f"Married to Xanthopoulos{number}"))
    scene.tells += [f"Xanthopoulos{n}" for n in range(3)] + [f"Wrigglesworth{n}" for n in range(3)]
    await make_session(event, title="A public one")
    return scene


SLOW = ("/live",)
"""Streams that never end: that reviewers are kept off the team's is asked below."""


def addresses(scene: Scene, authors: list[str]) -> Iterator[str]:
    """Every GET route with every value that a reviewer might put in."""
    codes = [*(one.code for one in scene.proposals), *authors, "S00001"]
    values = {"event": [scene.event.slug], "code": codes, "id": [str(scene.reviewer.id), "1"], "path": ["x"]}
    for route in app.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()) or route.path.endswith(SLOW):
            continue
        names = re.findall(r"{(\w+)(?::\w+)?}", route.path)
        for chosen in itertools.product(*(values.get(name, ["x1"]) for name in names)):
            path = route.path
            for name, value in zip(names, chosen, strict=True):
                path = re.sub(rf"{{{name}(?::\w+)?}}", value, path)
            yield path


def leaks(answer: httpx.Response, words: list[str]) -> list[str]:
    said = answer.text + str(answer.headers)
    return [f"{answer.request.url.path}: {word}" for word in words if word in said]


async def crawl(here: httpx.AsyncClient, start: str) -> dict[str, httpx.Response]:
    """Every page of ours that can be reached by links."""
    seen: dict[str, httpx.Response] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/sign-out")) or path.endswith(SLOW):
            continue
        seen[path] = answer = await here.get(path)
        links = re.findall(r'(?:href|src|action)="([^"#]+)', answer.text) + (
            [answer.headers["location"]] if answer.has_redirect_location else []
        )
        whole = [urlsplit(urljoin(f"http://testserver{path}", link.replace("&amp;", "&"))) for link in links]
        waiting += [f"{to.path}?{to.query}" if to.query else to.path for to in whole if to.netloc == "testserver"]
    return seen


async def test_no_route_names_an_author() -> None:
    scene = await make_scene()
    authors = [author.speaker.code for one in scene.proposals for author in await one.authors.all().select_related("speaker")]
    words, found, asked = scene.tells + scene.never, list[str](), 0
    async with await signed_in("rolf") as rolf:
        for path in addresses(scene, authors):
            asked += 1
            answer = await rolf.get(path)
            assert answer.status_code < 500, path
            found += leaks(answer, words)

    assert asked > 300
    assert found == []


async def test_no_page_that_links_lead_to_names_an_author_and_afterwards_they_do() -> None:
    scene = await make_scene()
    base = f"/manage/{scene.event.slug}/review"
    phase = (await the_call(scene.event)).phases
    async with await signed_in("rolf") as rolf:
        blind = await crawl(rolf, "/manage/")
        await phase.filter(blind=True).update(blind=False)
        named = await crawl(rolf, "/manage/")

    pages = [f"{base}/proposals/{one.code}" for one in scene.proposals]
    assert {path: blind[path].status_code for path in pages} == dict.fromkeys(pages, 200)
    assert [said for answer in blind.values() for said in leaks(answer, scene.tells + scene.never)] == []
    together = "".join(named[path].text for path in pages)
    assert [word for word in scene.tells if word not in together] == []
    assert "Unredacted1" in together
    assert "Redacted1" in "".join(blind[path].text for path in pages)
    assert [word for word in scene.never if word in together and word.startswith(("Notes", "Married", "pv"))] == []


async def test_no_answer_to_what_a_reviewer_sends_names_an_author() -> None:
    scene = await make_scene()
    found = []
    async with await signed_in("rolf") as rolf:
        for proposal in scene.proposals:
            address = f"/manage/{scene.event.slug}/review/proposals/{proposal.code}"
            for do in ("save", "next", "abstain", "comment", "nonsense", "conflict"):
                found += leaks(await rolf.post(address, data={"do": do}), scene.tells + scene.never)
        found += leaks(await rolf.get(f"/manage/{scene.event.slug}/review?done=conflict"), scene.tells + scene.never)

    assert found == []


async def test_no_letter_to_a_reviewer_names_an_author(outbox: Path) -> None:
    scene = await make_scene()
    call = await the_call(scene.event)
    await reviewers.add_reviewer(scene.event, call, ReviewerForm(email="nora@reviews.uk", name="Nora"), by="Olga")
    await reviewers.invite_again(scene.event, scene.reviewer, by="Olga")
    await assignment.assign_automatically(call, await reviewers.on_duty(call), 3, by="Olga")
    phase = await phases.current(call)
    assert phase is not None
    await reviewers.remind(scene.event, call, phase, by="Olga")

    await worker.drain()

    letters = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in outbox.glob("*.eml")]
    mine = [letter for letter in letters if letter["To"] in ("nora@reviews.uk", "rolf@example.org")]
    texts = [
        str(letter) + "".join(part.get_content() for part in letter.walk() if part.get_content_maintype() == "text") for letter in mine
    ]
    assert len(mine) == 4
    assert [word for word in scene.tells + scene.never if any(word in text for text in texts)] == []


async def test_reviewers_are_kept_off_the_teams_stream_and_the_api() -> None:
    scene = await make_scene()
    async with await signed_in("rolf") as rolf, browser() as stranger:
        stream = await rolf.get(f"/manage/{scene.event.slug}/live")
        api = await rolf.get(f"/api/v1/events/{scene.event.slug}/proposals/{scene.proposals[0].code}/reviews")
        unknown = await stranger.get(f"/manage/{scene.event.slug}/review")

    assert (stream.status_code, api.status_code, unknown.status_code) == (403, 401, 303)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoe Smith-Jones and ZOË SMITH JONES spoke", f"{HIDDEN} and {HIDDEN} spoke"),
        ("Smith's work, and a smith at work", f"{HIDDEN} work, and a smith at work"),
        ("At the Arden Trust, in Arden", f"At the {HIDDEN}, in Arden"),
        ("See [my page](https://me.test/x) or https://me.test", f"See my page {HIDDEN} or {HIDDEN}"),
        ('<a href="https://me.test">Me</a>', "Me"),
        ("zoe@arden.nhs.uk, @zoe_s or arden.org/zoe", f"{HIDDEN}, {HIDDEN} or {HIDDEN}"),
        ("Nothing to see, Node.js 3.11 at 10:30", "Nothing to see, Node.js 3.11 at 10:30"),
        ("S&#109;ith, and Smi\u00adth, and Smi\u200bth", f"{HIDDEN}, and {HIDDEN}, and {HIDDEN}"),
        ("山田太郎が話す", f"{HIDDEN}が話す"),
        ("", ""),
    ],
)
async def test_what_slipped_into_a_text_is_covered(text: str, expected: str) -> None:
    cover = Cover(["Dr Zoë Smith-Jones", "山田太郎"], ["Arden Trust"])

    assert cover(text) == expected


async def test_a_value_made_for_a_blind_phase_has_no_authors_at_all() -> None:
    scene = await make_scene()
    proposal = await Proposal.get(id=scene.proposals[0].id).select_related("type", "track").prefetch_related("authors__speaker")

    one = show(proposal, [], {}, blind=True)

    assert (one.authors, one.blind, one.description) == ((), True, "Redacted0")
    assert [word for word in scene.tells + scene.never if word in repr(one)] == []
