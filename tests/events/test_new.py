"""A new event: made whole, or not at all."""

from __future__ import annotations

import pytest

from eventsvc.accounts.models import Role, User
from eventsvc.events.models import Event, Membership, Organiser
from tests.make import make_event
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
FORM = {"organiser": "New Organiser", "name": "New Event", "slug": "new-event", "start": "2027-05-14", "end": "2027-05-15"}


async def test_whoever_makes_an_event_organises_it() -> None:
    await User.create(email="ann@example.org", name="Ann", is_admin=True)
    browser = await signed_in("ann")

    async with browser:
        answer = await browser.post("/manage/new", data=FORM)

    event = await Event.get(slug="new-event").select_related("organiser")
    member = await Membership.get(event=event).select_related("user")
    assert answer.headers["location"] == "/manage/new-event/"
    assert (event.organiser.name, member.role, member.user.is_admin) == ("New Organiser", Role.ORGANISER, True)


async def test_an_address_that_is_taken_leaves_nothing_behind() -> None:
    await make_event(slug="new-event")
    await User.create(email="ann@example.org", name="Ann", is_admin=True)
    browser = await signed_in("ann")

    async with browser:
        answer = await browser.post("/manage/new", data=FORM)

    assert answer.status_code == 422
    assert "The address /new-event/ is taken." in answer.text
    assert not await Organiser.exists(name="New Organiser")
