"""Portraits for people who do not exist: simple drawn faces, the same for the same name."""

from __future__ import annotations

import colorsys
import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIDE, SCALE = 480, 2
SKIN = ["#f1c9a5", "#e0ac86", "#c98d62", "#a56b46", "#7d4e33", "#5b3726"]
HAIR = ["#20160f", "#3a261a", "#5e3f28", "#8a6a45", "#b9b4ad", "#a0522d"]


def draw(name: str, looks: str) -> bytes:
    """A PNG portrait of SIDE pixels. `looks`: number of SKIN, number of HAIR, L(ong) or S(hort) hair, g for glasses, as in "04Lg"."""
    choose = random.Random(name)
    full = SIDE * SCALE
    hue = choose.random()
    picture = Image.new("RGB", (full, full), _colour(hue, 0.32, 0.9))
    pen = ImageDraw.Draw(picture)
    pen.ellipse(_box(full, 0.5, 0.25, 0.72, 0.6), fill=_colour(hue, 0.22, 0.96))
    picture = picture.filter(ImageFilter.GaussianBlur(full / 14))
    pen = ImageDraw.Draw(picture)
    skin, hair, long_hair = SKIN[int(looks[0])], HAIR[int(looks[1])], looks[2] == "L"
    coat = _colour(choose.random(), 0.45, 0.45)
    if long_hair:
        pen.rounded_rectangle(_box(full, 0.5, 0.5, 0.46, 0.56), full // 5, fill=hair)
    pen.ellipse(_box(full, 0.5, 1.02, 0.82, 0.6), fill=coat)
    pen.rounded_rectangle(_box(full, 0.5, 0.7, 0.15, 0.22), full // 20, fill=_darker(skin))
    pen.polygon([_at(full, 0.4, 0.74), _at(full, 0.6, 0.74), _at(full, 0.5, 0.9)], fill="#f6f6f8")
    pen.ellipse(_box(full, 0.5, 0.46, 0.34, 0.44), fill=skin)
    pen.ellipse(_box(full, 0.335, 0.48, 0.05, 0.09), fill=skin)
    pen.ellipse(_box(full, 0.665, 0.48, 0.05, 0.09), fill=skin)
    _hair(pen, full, hair, choose, long_hair)
    _face(pen, full, choose, _darker(skin), hair, glasses="g" in looks)
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _hair(pen: ImageDraw.ImageDraw, full: int, hair: str, choose: random.Random, long_hair: bool) -> None:
    pen.pieslice(_box(full, 0.5, 0.4, 0.38, 0.4), 180, 360, fill=hair)
    parting = choose.uniform(0.38, 0.62)
    pen.pieslice(_box(full, parting, 0.39, 0.24, 0.16), 180, 360, fill=hair)
    if long_hair:
        pen.rounded_rectangle(_box(full, 0.325, 0.5, 0.06, 0.3), full // 30, fill=hair)
        pen.rounded_rectangle(_box(full, 0.675, 0.5, 0.06, 0.3), full // 30, fill=hair)


def _face(pen: ImageDraw.ImageDraw, full: int, choose: random.Random, shade: str, hair: str, *, glasses: bool) -> None:
    for x in (0.43, 0.57):
        pen.ellipse(_box(full, x, 0.465, 0.034, 0.04), fill="#221b18")
        pen.ellipse(_box(full, x + 0.008, 0.458, 0.01, 0.01), fill="#ffffff")
        pen.line([_at(full, x - 0.035, 0.42), _at(full, x + 0.035, 0.415)], fill=hair, width=full // 90)
    pen.line([_at(full, 0.5, 0.48), _at(full, 0.488, 0.54), _at(full, 0.507, 0.545)], fill=shade, width=full // 130)
    pen.arc(_box(full, 0.5, 0.575, 0.13, choose.uniform(0.05, 0.085)), 15, 165, fill="#8c3f3a", width=full // 80)
    if glasses:
        for x in (0.43, 0.57):
            pen.ellipse(_box(full, x, 0.465, 0.1, 0.09), outline="#2b2b33", width=full // 110)
        pen.line([_at(full, 0.48, 0.46), _at(full, 0.52, 0.46)], fill="#2b2b33", width=full // 110)


def _at(full: int, x: float, y: float) -> tuple[float, float]:
    return x * full, y * full


def _box(full: int, x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """A box by its middle and size, as parts of the picture."""
    return (x - width / 2) * full, (y - height / 2) * full, (x + width / 2) * full, (y + height / 2) * full


def _colour(hue: float, saturation: float, value: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hsv_to_rgb(hue, saturation, value))


def _darker(colour: str) -> str:
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * 0.82):02x}" for i in (1, 3, 5))
