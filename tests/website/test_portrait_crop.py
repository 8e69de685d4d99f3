"""The part of a picture that a speaker chose: cut out upright, never beyond the picture, the middle where nothing was chosen."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from eventsvc.speakers.forms import Crop
from eventsvc.speakers.rules import reencode
from tests.make import make_event, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")
RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(orientation: int = 1) -> bytes:
    """Red on the left, blue on the right, as the camera stored it."""
    picture = Image.new("RGB", (1000, 500), RED)
    picture.paste(BLUE, (500, 0, 1000, 500))
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    picture.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def colour(webp: bytes) -> str:
    """What the middle of it looks like."""
    red, _, blue = Image.open(io.BytesIO(webp)).convert("RGB").getpixel((240, 240))  # type: ignore[misc]
    return "red" if red > blue else "blue"


@pytest.mark.parametrize(("x", "seen"), [(0, "red"), (0.5, "blue"), (1, "blue")])
async def test_the_chosen_square_is_cut_out(client: httpx.AsyncClient, x: float, seen: str) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam")
    data = {"name": "Sam", "x": str(x), "y": "0", "side": "1"}

    await client.post(f"/{event.slug}/speaker/{speaker.secret}/about", data=data, files={"portrait": ("me.jpg", halves())})

    face = await client.get(f"/{event.slug}/speakers/{speaker.code}/portrait.webp")
    assert (Image.open(io.BytesIO(face.content)).size, colour(face.content)) == ((480, 480), seen)


async def test_a_turned_picture_is_cut_as_it_is_seen() -> None:
    """Stored on its side: seen upright, red is on top."""
    top = reencode(halves(orientation=6), Crop(x=0, y=0, side=1))
    bottom = reencode(halves(orientation=6), Crop(x=0, y=1, side=1))

    assert (colour(top), colour(bottom)) == ("red", "blue")


@pytest.mark.parametrize(
    "crop", [{}, {"x": "nan", "y": "0", "side": "1"}, {"x": "0", "y": "0", "side": "0"}, {"x": "-3", "y": "9", "side": "7"}]
)
async def test_without_a_sensible_choice_the_middle_is_taken(client: httpx.AsyncClient, crop: dict[str, str]) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam")

    answer = await client.post(
        f"/{event.slug}/speaker/{speaker.secret}/about", data={"name": "Sam", **crop}, files={"portrait": ("me.jpg", halves())}
    )

    face = await client.get(f"/{event.slug}/speakers/{speaker.code}/portrait.webp")
    assert (answer.status_code, Image.open(io.BytesIO(face.content)).size) == (303, (480, 480))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 1000), (1000, 3)])
async def test_a_square_never_leaves_the_picture(width: int, height: int) -> None:
    for x, y, side in [(0, 0, 1), (1, 1, 1), (0.999, 0.001, 0.001)]:
        left, top, right, bottom = Crop(x=x, y=y, side=side).box(width, height)

        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
