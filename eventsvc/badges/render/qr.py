"""The QR code of a ticket (ISO/IEC 18004): `{BASE_URL}/T/{CODE}` in upper case, alphanumeric mode, level Q, one fixed version and mask.

With version, level and mask fixed, a symbol is an affine function of its data bits: modules = base XOR the columns of the bits
that are set. The columns are learned once from the `qrcode` library; after that a symbol costs a few XORs of integers.
"""

from __future__ import annotations

import functools
import io
import re
from typing import NamedTuple

import qrcode
from markupsafe import Markup
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_Q

from eventsvc.core.config import settings

MASK = 2
QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004 §6.3.8)."""


class Table(NamedTuple):
    """`size` modules a side; `zero` is the symbol of all-zero data as one integer; `columns[i][b]` what byte `b` at place `i` flips."""

    size: int
    zero: int
    columns: list[list[int]]


def url(code: str) -> str:
    """What the QR holds. Upper case throughout: alphanumeric mode needs a third less room."""
    return f"{settings().base_url}/T/{code}".upper()


@functools.lru_cache(maxsize=4)
def version_for(length: int) -> int:
    """The smallest version that holds `length` alphanumeric characters at level Q."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_Q)
    symbol.add_data(util.QRData("A" * length, mode=util.MODE_ALPHA_NUM))
    return int(symbol.best_fit())


@functools.lru_cache(maxsize=2)
def table(version: int) -> Table:
    """Learn the columns of a version from the library: one symbol for each data bit, about a tenth of a second."""
    blocks = base.rs_blocks(version, ERROR_CORRECT_Q)
    count = sum(block.data_count for block in blocks)
    symbol = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_Q, mask_pattern=MASK)

    def modules(data: list[int]) -> int:
        buffer = util.BitBuffer()
        buffer.buffer, buffer.length = data, 8 * len(data)
        symbol.data_cache = util.create_bytes(buffer, blocks)
        symbol.makeImpl(False, MASK)
        return as_int(symbol.modules)

    reference = [1] * count  # not all zero: the library cannot divide an all-zero block
    start = modules(reference)
    columns = []
    for place in range(count):
        bits = [modules([*reference[:place], 1 ^ (1 << bit), *reference[place + 1 :]]) ^ start for bit in range(8)]
        flips = [0] * 256
        for value in range(1, 256):
            low = value & -value
            flips[value] = flips[value ^ low] ^ bits[low.bit_length() - 1]
        columns.append(flips)
    for flips in columns:
        start ^= flips[1]
    return Table(17 + 4 * version, start, columns)


def as_int(modules: list[list[bool | None]]) -> int:
    """A matrix as one integer, first module first."""
    return int("".join("1" if module else "0" for row in modules for module in row), 2)


def matrix(text: str) -> tuple[int, int]:
    """(modules a side, the symbol as one integer) of an upper-case text."""
    version = version_for(len(text))
    size, symbol, columns = table(version)
    for flips, value in zip(columns, _data(text, version, len(columns)), strict=True):
        symbol ^= flips[value]
    return size, symbol


def _data(text: str, version: int, count: int) -> list[int]:
    """The data bytes: mode, length, characters, terminator, padding (ISO/IEC 18004 §7.4)."""
    buffer = util.BitBuffer()
    data = util.QRData(text, mode=util.MODE_ALPHA_NUM)
    buffer.put(data.mode, 4)
    buffer.put(len(data), util.length_in_bits(data.mode, version))
    data.write(buffer)
    used = list(buffer.buffer)
    end = min(count, (len(buffer) + min(4, 8 * count - len(buffer)) + 7) // 8)
    used += [0] * (end - len(used))
    return used + [(0xEC, 0x11)[index & 1] for index in range(count - len(used))]


def path(text: str) -> tuple[int, str]:
    """(modules a side, SVG path): one rectangle for each run of dark modules, no quiet zone."""
    size, symbol = matrix(text)
    bits = format(symbol, f"0{size * size}b")
    out = []
    for row in range(size):
        for run in re.finditer("1+", bits[row * size : (row + 1) * size]):
            start, end = run.span()
            out.append(f"M{start} {row}h{end - start}v1h-{end - start}z")
    return size, "".join(out)


def svg(code: str) -> Markup:
    """The QR of a ticket as inline SVG, with its quiet zone, black on white whatever the page's colours."""
    size, drawn = path(url(code))
    side = size + 2 * QUIET
    return Markup(
        '<svg viewBox="0 0 {side} {side}" role="img" aria-label="QR code of this ticket" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" transform="translate({quiet} {quiet})" d="{drawn}"/></svg>'
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
    picture.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()
