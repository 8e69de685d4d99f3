"""A film of a ticket for Chromium's fake camera: an empty scene, then a ticket that sways, blurs and shines (Y4M, 4:2:0)."""

from __future__ import annotations

import io
import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from eventsvc.badges.render import qr

WIDTH, HEIGHT, RATE = 640, 480, 10


def _scene(seed: int) -> Image.Image:
    """A blurred hall with things in it."""
    choose = random.Random(seed)
    small = Image.new("RGB", (16, 12))
    small.putdata([(choose.randrange(40, 190), choose.randrange(40, 190), choose.randrange(40, 190)) for _ in range(16 * 12)])
    picture = small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(20):
        x, y = choose.randrange(WIDTH), choose.randrange(HEIGHT)
        pen.rectangle((x, y, x + choose.randrange(8, 90), y + choose.randrange(8, 50)), fill=(choose.randrange(256),) * 3)
    return picture


def film(file: Path, code: str | None, *, blur: float = 0.8, dark: float = 1.0, inverted: bool = False, seconds: int = 4) -> Path:
    """Write the film; without a code there is only the hall. `inverted`: a phone that shows everything dark."""
    ticket = Image.open(io.BytesIO(qr.png(code, scale=6))).convert("RGB") if code else None
    if ticket and inverted:
        ticket = ImageOps.invert(ticket)
    frames = [_scene(1)] * RATE
    for number in range(seconds * RATE):
        frame = _scene(1)
        if ticket:
            turned = ticket.rotate(
                9 * math.sin(number / 6), expand=True, resample=Image.Resampling.BICUBIC, fillcolor="black" if inverted else "white"
            )
            frame.paste(turned, (int(180 + 25 * math.sin(number / 5)), int(90 + 15 * math.cos(number / 4))))
        frames.append(Image.eval(frame.filter(ImageFilter.GaussianBlur(blur)), lambda value: int(value * dark)))
    with file.open("wb") as out:
        out.write(b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT, RATE))
        for frame in frames:
            y, cb, cr = frame.convert("YCbCr").split()
            half = (WIDTH // 2, HEIGHT // 2)
            out.write(b"FRAME\n" + y.tobytes() + cb.resize(half).tobytes() + cr.resize(half).tobytes())
    return file
