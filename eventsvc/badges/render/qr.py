"""The QR code of a ticket (ISO/IEC 18004): `{BASE_URL}/T/{CODE}` in upper case, alphanumeric mode, level Q, one fixed version and mask.

With version, level and mask fixed, a symbol is an affine function of its data bits: two symbols differ by the XOR of what each
differing bit flips. The codes of one installation differ in their last 16 characters only, so the `qrcode` library draws the
first symbol and, once, what each of those bits flips; after that a symbol costs a dozen XORs of integers.
"""

from __future__ import annotations

import functools
import io
import re

import qrcode
from markupsafe import Markup
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

from eventsvc.core.config import settings

MASK = 2
QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004:2015 §6.3.8)."""


def url(code: str) -> str:
    """What the QR holds. Upper case throughout: alphanumeric mode needs a third less room."""
    return f"{settings().base_url}/T/{code}".upper()


@functools.lru_cache(maxsize=8)
def version_for(length: int) -> int:
    """The smallest version that holds `length` alphanumeric characters at level Q."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_Q)
    symbol.add_data(util.QRData("A" * length, mode=util.MODE_ALPHA_NUM))
    return int(symbol.best_fit())


class Plate:
    """Symbols of one version, from their data bytes. A symbol is one integer of `size` × `size` bits, first module first."""

    def __init__(self, version: int) -> None:
        self.version, self.size = version, 17 + 4 * version
        self._blocks = base.rs_blocks(version, ERROR_CORRECT_Q)
        self.capacity = sum(block.data_count for block in self._blocks)
        self._first: tuple[list[int], int] | None = None
        self._flips: dict[int, tuple[list[int], list[int]]] = {}

    def symbol(self, data: list[int]) -> int:
        """The symbol of `capacity` data bytes. Threads may ask at once: what a bit flips does not depend on who came first."""
        first = self._first
        if first is None:
            self._first = first = (data, self._draw(data))
        known, result = first
        for place, (was, value) in enumerate(zip(known, data, strict=True)):
            if was != value:
                high, low = self._flips.get(place) or self._learn(place, *first)
                result ^= high[(was ^ value) >> 4] ^ low[(was ^ value) & 15]
        return result

    def _learn(self, place: int, known: list[int], drawn: int) -> tuple[list[int], list[int]]:
        """What each value of the two halves of the byte at `place` flips."""
        bits = [self._draw([*known[:place], known[place] ^ (1 << bit), *known[place + 1 :]]) ^ drawn for bit in range(8)]
        self._flips[place] = flips = (_sums(bits[4:]), _sums(bits[:4]))
        return flips

    def _draw(self, data: list[int]) -> int:
        """The library's own symbol of these data bytes."""
        buffer = util.BitBuffer()
        buffer.buffer, buffer.length = data, 8 * len(data)
        maker = qrcode.QRCode(version=self.version, error_correction=ERROR_CORRECT_Q, mask_pattern=MASK)
        maker.data_cache = util.create_bytes(buffer, self._blocks)
        maker.makeImpl(False, MASK)
        return as_int(maker.modules)


def _sums(bits: list[int]) -> list[int]:
    """The XOR of each subset of four integers, by the subset's number."""
    sums = [0]
    for bit in bits:
        sums += [bit ^ one for one in sums]
    return sums


@functools.lru_cache(maxsize=2)
def plate(version: int) -> Plate:
    return Plate(version)


def as_int(modules: list[list[bool | None]]) -> int:
    """A matrix as one integer, first module first."""
    return int("".join("1" if module else "0" for row in modules for module in row), 2)


def matrix(text: str) -> tuple[int, int]:
    """(modules a side, the symbol as one integer) of an upper-case text."""
    form = plate(version_for(len(text)))
    return form.size, form.symbol(_data(text, form.version, form.capacity))


def _data(text: str, version: int, capacity: int) -> list[int]:
    """The data bytes: mode, length, characters, terminator, padding (ISO/IEC 18004 §7.4)."""
    buffer = util.BitBuffer()
    data = util.QRData(text, mode=util.MODE_ALPHA_NUM)
    buffer.put(data.mode, 4)
    buffer.put(len(data), util.length_in_bits(data.mode, version))
    data.write(buffer)
    used = list(buffer.buffer)
    end = min(capacity, (len(buffer) + min(4, 8 * capacity - len(buffer)) + 7) // 8)
    used += [0] * (end - len(used))
    return used + [(0xEC, 0x11)[index & 1] for index in range(capacity - len(used))]


def path(text: str) -> tuple[int, str]:
    """(modules a side, SVG path): one rectangle for each run of dark modules, no quiet zone."""
    return _runs(*matrix(text))


def any_path(text: str) -> tuple[int, str]:
    """The same of any text, in whatever mode and version it needs (level M)."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(text)
    symbol.make()
    return _runs(symbol.modules_count, as_int(symbol.modules))


def _runs(size: int, symbol: int) -> tuple[int, str]:
    bits = format(symbol, f"0{size * size}b")
    out = []
    for row in range(size):
        for run in re.finditer("1+", bits[row * size : (row + 1) * size]):
            start, end = run.span()
            out.append(f"M{start} {row}h{end - start}v1h-{end - start}z")
    return size, "".join(out)


def svg(code: str) -> Markup:
    """The QR of a ticket as SVG, inline or as a file, with its quiet zone, black on white whatever the page's colours."""
    size, drawn = path(url(code))
    side = size + 2 * QUIET
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="QR code of this ticket"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        '<path fill="#000" transform="translate({quiet} {quiet})" d="{drawn}"/></svg>'
    ).format(side=side, quiet=QUIET, drawn=drawn)


def png(code: str, scale: int = 8) -> bytes:
    """The QR of a ticket as a 1-bit PNG with its quiet zone, `scale` pixels a module."""
    from PIL import Image

    size, symbol = matrix(url(code))
    side = size + 2 * QUIET
    white = (1 << side) - 1
    rows = [(symbol >> (size * (size - 1 - row))) & ((1 << size) - 1) for row in range(size)]
    lines = [white] * QUIET + [white ^ (row << QUIET) for row in rows] + [white] * QUIET
    stride = (side + 7) // 8
    raw = b"".join((line << (stride * 8 - side)).to_bytes(stride, "big") for line in lines)
    picture = Image.frombytes("1", (side, side), raw).resize((side * scale, side * scale), Image.Resampling.NEAREST)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()
