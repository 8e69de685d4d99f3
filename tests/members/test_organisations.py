"""Organisations: whose domain and code, free places, many from a file, and who may change them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from eventsvc.core.errors import Forbidden
from eventsvc.core.forms import check
from eventsvc.events.models import Event, Organiser
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance, Domain, Organisation
from eventsvc.members.rules import allowances, imports, organisations
from tests.make import make_event
from tests.people import person, signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def stage() -> Event:
    return await make_event(organiser=await Organiser.create(name="Members' Cluster"))


async def save(event: Event, **values: Any) -> Organisation:
    wanted = OrganisationForm.model_validate({"name": "Severn Assays", "domains": "severn.example.org", **values})
    return await organisations.save(await person("olga", event), event.organiser, None, wanted)


async def test_the_nearest_domain_counts_and_one_that_left_counts_no_more() -> None:
    event = await stage()
    whole = await save(event, name="Whole", domains="mercia.example.org")
    lab = await save(event, name="Lab", domains="lab.mercia.example.org")

    found = [await organisations.by_email(event, f"ada@{host}mercia.example.org") for host in ("", "x.lab.", "evil-")]
    await lab.change(left=True)
    after = await organisations.by_email(event, "ada@lab.mercia.example.org")

    assert (found, after) == ([whole, lab, None], whole)


async def test_a_code_is_read_in_any_case_and_grouping_and_only_at_its_organiser_s_events() -> None:
    event, other = await stage(), await make_event()
    one = await save(event, code="severn 27")

    assert await organisations.by_code(event, " SEVERN-27") == one
    with pytest.raises(organisations.BadCode) as refused:
        await organisations.by_code(other, "SEVERN27")
    assert refused.value.field == "member"


async def test_no_domain_name_or_code_is_two_organisations_(client: httpx.AsyncClient) -> None:
    event = await stage()
    await save(event, code="SEVERN27")

    for values, field in [
        ({}, "name"),
        ({"name": "B", "code": "severn-27", "domains": ""}, "code"),
        ({"name": "B"}, "domains"),
    ]:
        with pytest.raises(organisations.Known) as refused:
            await save(event, **values)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("gmail.com", "Anybody can have an address at gmail.com"),
        ("member.org co.uk", "Anybody can have an address at co.uk"),
        ("nhs.uk", "nhs.uk belongs to many bodies"),
        ("not a domain", "“not” is not an internet domain"),
    ],
)
def test_a_domain_that_is_no_proof_is_refused_in_words(typed: str, said: str) -> None:
    form = check(OrganisationForm, [("name", "A"), ("domains", typed)])

    assert form.errors["domains"].startswith(said)


async def test_free_places_never_go_below_what_is_taken() -> None:
    event = await stage()
    one = await save(event)
    await allowances.change(event, one, AllowanceForm(free=2), by="test")
    row = await allowances.at(event, one)

    taken = [await Allowance.claim(row.id, count) for count in (3, 2, 1)]
    with pytest.raises(allowances.TooFew):
        await allowances.change(event, one, AllowanceForm(free=1), by="test")

    assert taken == [False, True, False]
    assert (await Allowance.get(id=row.id)).left == 0


CSV = """Organisation;E-mail domains;Level;Free places
Severn Assays;severn.example.org, severn-labs.example.org;member;2
Arden Trust;arden.example.org;public body;0
"""


async def test_a_file_adds_changes_and_doubles_nobody() -> None:
    event = await stage()
    user = await person("olga", event)

    first = await imports.bring(user, event, CSV.encode())
    again = await imports.bring(user, event, CSV.replace("member;2", "partner;5").encode("utf-16"))

    rows = await Organisation.filter(organiser=event.organiser).order_by("name")
    assert [(first.added, first.changed), (again.added, again.changed)] == [(2, 0), (0, 2)]
    assert [(one.name, one.kind) for one in rows] == [("Arden Trust", "public"), ("Severn Assays", "partner")]
    assert [one.free for one in await Allowance.filter(event=event).order_by("id")] == [5, 0]
    assert await Domain.filter(organisation=rows[1]).count() == 2


async def test_bad_lines_are_named_and_then_nothing_is_kept(client: httpx.AsyncClient) -> None:
    event = await stage()
    bad = CSV + "Kite;gmail.com;member;1\n;x.example.org;member;\nOther;severn.example.org;member;1\n"
    async with await signed_in("olga", event) as here:
        answer = await here.post(f"/manage/{event.slug}/members/import", data={"text": bad})

    assert answer.status_code == 422
    assert [f"Line {line}:" in answer.text for line in (2, 3, 4, 5, 6)] == [False, False, True, True, True]
    assert await Organisation.filter(organiser=event.organiser).count() == 0
    assert "severn-labs.example.org" in answer.text  # what was pasted is still there


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("mallory", 404)])
async def test_who_sees_members(name: str, status: int) -> None:
    event = await stage()
    await save(event)
    async with await signed_in(name, event) as here:
        answers = [await here.get(f"/manage/{event.slug}/members{end}") for end in ("", "/severn-assays", "/import", "/new")]

    assert [answer.status_code for answer in answers] == [status] * 4
    assert ("Severn Assays" in answers[0].text) is (status == 200)


async def test_organisations_count_at_every_event_so_only_who_runs_all_changes_them_and_each_event_its_free_places() -> None:
    event = await stage()
    one = await save(event)
    await make_event(organiser=event.organiser)
    async with await signed_in("olga", event) as here:
        name = await here.post(f"/manage/{event.slug}/members/{one.slug}", data={"do": "save", "name": "Mine now"})
        places = await here.post(f"/manage/{event.slug}/members/{one.slug}", data={"do": "free", "free": "4"})

    assert (name.status_code, places.status_code) == (422, 303)
    assert (await Organisation.get(id=one.id)).name == "Severn Assays"
    assert (await allowances.at(event, one)).free == 4
    with pytest.raises(Forbidden):
        await imports.bring(await person("olga"), event, CSV.encode())


@pytest.mark.parametrize("count", [1, 3])
async def test_a_page_of_members_asks_the_same_number_of_questions(count: int) -> None:
    event = await stage()
    for number in range(count):
        await save(event, name=f"Member {number}", domains=f"m{number}.example.org")
    async with await signed_in("olga", event) as here:
        with counted() as queries:
            await here.get(f"/manage/{event.slug}/members")

    assert int(queries) <= 10
