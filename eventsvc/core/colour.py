"""An event's hue as a colour for places that know no oklch: letters, calendars."""

from __future__ import annotations

import functools
import math

BRAND = 0.46, 0.19
"""Lightness and chroma of `--brand` on a light page (styles/tokens.css): white text on it keeps its contrast at every hue."""

NAMES = (
    (5, "palevioletred"),
    (25, "crimson"),
    (50, "chocolate"),
    (85, "goldenrod"),
    (115, "olivedrab"),
    (142, "forestgreen"),
    (162, "seagreen"),
    (195, "teal"),
    (240, "steelblue"),
    (265, "royalblue"),
    (287, "slateblue"),
    (315, "mediumorchid"),
    (345, "mediumvioletred"),
)
"""CSS3 names and their hue in oklch."""


@functools.lru_cache(maxsize=512)
def brand(hue: int) -> str:
    """The brand colour of a hue as #rrggbb, less vivid where a screen cannot show it."""
    lightness, chroma = BRAND
    while True:
        rgb = _linear(lightness, chroma, math.radians(hue))
        if all(-0.0001 <= value <= 1.0001 for value in rgb):
            return "#" + "".join(f"{_byte(value):02x}" for value in rgb)
        chroma -= 0.005


def name(hue: int) -> str:
    """The nearest CSS3 colour name: what COLOR takes in a calendar (RFC 7986 §5.9)."""
    return min(NAMES, key=lambda one: min(abs(one[0] - hue), 360 - abs(one[0] - hue)))[1]


def _linear(lightness: float, chroma: float, angle: float) -> tuple[float, float, float]:
    """OKLCH to linear sRGB (Ottosson 2020)."""
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long, middle, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _byte(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))
