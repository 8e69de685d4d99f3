"""Designs of one's own: drawn as typed, kept by name, chosen for ticket types, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from eventsvc.badges import rules
from eventsvc.badges.forms import DesignForm
from eventsvc.badges.models import Design, TypeDesign
from eventsvc.badges.render.layouts import PRESETS, dumped, unreadable
from eventsvc.core.errors import Invalid
from eventsvc.events.models import Event
from tests.badges.paper import Picture, sizes, words
from tests.make import make_event, make_session, make_ticket, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")
NAME = {"kind": "name", "x": 5, "y": 5, "width": 60, "height": 15, "size": 30}
QR = {"kind": "qr", "x": 5, "y": 25, "width": 26, "height": 26}


def _form(*parts: dict[str, Any], **values: Any) -> DesignForm:
    return DesignForm.model_validate({"name": "Mine", "width": 80, "height": 60, "parts": parts or (NAME, QR), **values})


async def _design(event: Event, *parts: dict[str, Any], **values: Any) -> Design:
    return await rules.save_design(event, None, _form(*parts, **values), by="Olga")


async def test_a_design_is_printed_in_its_size_by_its_name_in_any_case() -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")
    await _design(event, width=80.5)

    body = await rules.badges_pdf(event, [ticket], "mine")

    assert sizes(body) == [(80.5, 60.0)]
    assert "Ada Lovelace" in words(body)[0]


async def test_every_kind_of_part_is_drawn_where_it_was_placed() -> None:
    event = await make_event(name="Summit of Tests")
    ticket = await make_ticket(event, name="Ada Lovelace", answers={"tshirt": {"answer": ["L", "XL"], "version": 1}})
    session = await make_session(event, title="Signed up for this")
    from eventsvc.agenda.models import Favourite

    await Favourite.create(session=session, holder=f"ticket:{ticket.id}")
    logo = io.BytesIO()
    Image.new("RGBA", (40, 20), (255, 0, 0, 255)).save(logo, "PNG")
    picture = await rules.add_picture(event, logo.getvalue(), "Red logo", by="Olga")
    await _design(
        event,
        NAME,
        QR,
        {"kind": "picture", "x": 60, "y": 40, "width": 20, "height": 10, "text": picture.code},
        {"kind": "answer", "x": 40, "y": 25, "width": 30, "height": 6, "text": "tshirt"},
        {"kind": "bar", "x": 0, "y": 56, "width": 80, "height": 4, "fill": "type"},
        {"kind": "text", "x": 40, "y": 32, "width": 30, "height": 6, "text": "#panic() *bold*"},
        {"kind": "agenda", "side": "back", "x": 0, "y": 0, "width": 80, "height": 25, "size": 9},
        {"kind": "wifi", "side": "back", "x": 2, "y": 28, "width": 76, "height": 30, "text": "Guest;net", "more": 'p"w'},
    )

    body = await rules.badges_pdf(event, [ticket], "Mine")
    layout = await rules.layout_of(event, "Mine")
    front, back = [Picture(await rules.layout_png(event, layout, [ticket], side, ppi=300)) for side in ("front", "back")]

    said = words(body)
    assert sizes(body) == [(80.0, 60.0)] * 2
    assert [text for text in ("Ada Lovelace", "L, XL", "#panic() *bold*") if text not in said[0]] == []
    assert [text for text in ("Signed up for this", "10:00", "Wi-Fi: Guest;net") if text not in said[1]] == []
    assert front.colours(62, 42, 78, 48) == {(255, 0, 0)}
    assert front.codes()[0].width == pytest.approx(26, abs=0.6)
    assert [code.text for code in back.codes()] == ['WIFI:T:WPA;S:Guest\\;net;P:p\\"w;;']


async def test_backs_meet_their_fronts_when_the_sheet_is_turned() -> None:
    event = await make_event()
    for name in ("Ada Alpha", "Ben Beta", "Cy Gamma"):
        await make_ticket(event, name=name)
    back = {"kind": "name", "side": "back", "x": 5, "y": 5, "width": 60, "height": 15}
    await _design(event, NAME, QR, back, width=100, sheet="a4", gutter=4)

    tickets = await rules.tickets_for(event)
    body = await rules.badges_pdf(event, tickets, "Mine")
    sheet = Picture(await rules.sheet_png(event, tickets, "Mine", ppi=150))

    assert sizes(body) == [(210.0, 297.0)] * 2
    assert words(body)[0].index("Alpha") < words(body)[0].index("Beta")
    assert len(sheet.codes()) == 3
    assert sheet.blank(103.2, 10, 106.8, 280), "the gutter between two columns is white"


async def test_each_ticket_type_has_its_own_design() -> None:
    event = await make_event()
    speaker = await make_ticket_type(event, code="speaker", name="Speaker", places=None)
    tickets = [await make_ticket(event), await make_ticket(event, ticket_type=speaker)]
    await _design(event)
    wanted = [{"ticket_type": "speaker", "design": "Mine"}]
    from eventsvc.badges.forms import TypeDesignsForm

    await rules.choose_designs(event, TypeDesignsForm.model_validate({"designs": wanted}), by="Olga")
    with pytest.raises(Invalid):
        await rules.choose_designs(event, TypeDesignsForm.model_validate({"designs": [{**wanted[0], "design": "none"}]}), by="Olga")

    assert sizes(await rules.badges_pdf(event, tickets)) == [(105.0, 148.0), (80.0, 60.0)]


async def test_a_renamed_design_stays_chosen_and_a_removed_one_does_not() -> None:
    event = await make_event()
    kind = await make_ticket_type(event)
    design = await _design(event)
    await TypeDesign.create(ticket_type=kind, design="Mine")

    await rules.save_design(event, design, _form(name="Other"), by="Olga")
    renamed = await rules.chosen_designs(event)
    await rules.remove_design(event, design, by="Olga")

    assert (renamed[kind.id], (await rules.chosen_designs(event))[kind.id]) == ("Other", "a6")


@pytest.mark.parametrize("name", ["mine", "A6"])
async def test_a_name_is_given_once(name: str) -> None:
    event = await make_event()
    await _design(event)

    with pytest.raises(rules.NameTaken):
        await _design(event, name=name)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({**NAME, "x": 25}, "Name reaches 5.0 mm beyond the right edge"),
        ({**NAME, "y": 50}, "Name reaches 5.0 mm beyond the lower edge"),
        ({**QR, "width": 24}, "at least 25 mm"),
        ({**NAME, "size": float("nan")}, "size"),
        ({**NAME, "kind": "panic"}, "kind"),
    ],
)
def test_a_part_that_cannot_be_is_refused(part: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        _form(part)


def test_what_would_be_seen_only_on_paper_is_said_before() -> None:
    assert [unreadable(one) for one in PRESETS.values()] == [[]] * len(PRESETS)

    said = unreadable(_form({**NAME, "colour": "white"}, {**NAME, "kind": "text", "y": 30}, QR).layout())

    assert said == ["Name at 5, 5 mm: its colour is hard to read there.", "Text lies on the QR code."]


async def test_what_does_not_fit_is_told_with_what_was_done() -> None:
    event = await make_event()
    long, short = await make_ticket(event, name="W" * 120), await make_ticket(event, name="Bo")

    found = await rules.misfits(event, await rules.sections_for(event, [rules.Pile([long, short])], "label-86x54"))

    async with await signed_in("olga", event) as olga:
        shown = await olga.get(f"/manage/{event.slug}/badges?design=label-86x54&check=1")
        all_fit = await olga.get(f"/manage/{event.slug}/badges?design=a6&check=1")

    assert [(one["code"], one["field"], one["broken"]) for one in found] == [(long.code, "name", True)]
    assert "Name: long words broken, " in shown.text
    assert "W" * 120 in all_fit.text


@pytest.mark.parametrize("raw", [b"", b"<svg/>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
async def test_a_file_that_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(rules.NotAPicture):
        await rules.add_picture(await make_event(), raw, "x", by="Olga")


async def test_an_organiser_designs_a_badge_without_a_script() -> None:
    event = await make_event()
    base = f"/manage/{event.slug}/badges/designs"

    async with await signed_in("olga", event) as olga:
        begun = await olga.get(f"{base}/new?from=label-86x54")
        typed = {"name": "", "width": "86", "height": "54,5", "parts-0-kind": "name", "parts-0-width": "60", "parts-0-height": "10"}
        added = await olga.post(f"{base}/new", data=typed | {"do": "add", "add": "qr"})
        dropped = await olga.post(f"{base}/new", data=typed | {"do": "drop-0"})
        nameless = await olga.post(f"{base}/new", data=typed | {"do": "save"})
        wide = await olga.post(f"{base}/new", data=typed | {"parts-0-width": "90", "do": "preview"})
        saved = await olga.post(f"{base}/new", data=typed | {"name": "Small", "do": "save"})
        shown = await olga.get(base)

    assert begun.text.count("data:image/png;base64,") == 1
    assert 'name="parts-1-kind" value="qr"' in added.text
    assert "parts-0-kind" not in dropped.text
    assert (nameless.status_code, wide.status_code, saved.status_code) == (422, 422, 303)
    assert "beyond the right edge" in wide.text
    assert "Small" in shown.text
    assert (await Design.get(event=event)).height == 54.5


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("tara", 403), ("dev", 403), ("mallory", 404)])
async def test_who_designs(who: str, status: int) -> None:
    event, other = await make_event(), await make_event()
    mine, foreign = await _design(event), await _design(other)
    base = f"/manage/{event.slug}/badges/designs"

    async with await signed_in(who, event) as browser:
        answers = [await browser.get(path) for path in (base, f"{base}/new", f"{base}/{mine.code}")]
        away = await browser.get(f"{base}/{foreign.code}")

    assert [answer.status_code for answer in answers] == [status] * 3
    assert away.status_code == (404 if status == 200 else status)


async def test_a_system_lists_designs() -> None:
    event = await make_event()
    await _design(event)
    async with await system(event, "read") as api:
        listed = (await api.get(f"/api/v1/events/{event.slug}/badge-designs")).json()

    assert listed[0] == {"name": "Mine", "width": 80.0, "height": 60.0, "sheet": "", "own": True}
    assert {one["name"] for one in listed[1:]} == set(PRESETS)
    assert dumped(PRESETS["a6"].parts)[0]["kind"] == "bar"
