"""What of a text can be set: which characters the fonts have, and where a long word may be broken."""

from __future__ import annotations

import functools
import re
import struct
import unicodedata
from pathlib import Path

SHY = "\u00ad"
"""Soft hyphen: shown only where a line ends at it."""
LONG = 13
"""Letters from which a word may be broken."""

_VOWELS = "aeiouyαεηιουωаеиоуыэюяіє"
_ONSET = re.compile(rf"(?:sch|ch|sh|th|ph|rh|qu|ck|[^\W\d_{_VOWELS}])[{_VOWELS}]")
_JOINERS = "\u200c\u200d"
_FORMATS = frozenset((SHY, *_JOINERS))
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def tidy(text: str) -> str:
    """One line without control and format characters. Zero-width (non-)joiners stay: they shape Persian and Indic letters."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _DROPPED).strip()


def broken(text: str) -> str:
    """The text with soft hyphens in its long words, before the consonant that begins a syllable.

    >>> broken("Donaudampfschiff").replace(SHY, "-")
    'Donau-dampf-schiff'
    """
    return " ".join("-".join(map(_broken_word, word.split("-"))) for word in text.split(" "))


def _broken_word(word: str) -> str:
    if len(word) < LONG or not all(_hyphenated(c) for c in word):
        return word
    bare = "".join(unicodedata.normalize("NFD", c)[0].lower() for c in word)
    starts = [match.start() for match in _ONSET.finditer(bare) if len(word) - match.start() >= 3]
    out, last = [], 0
    for start in [*starts, len(word)]:
        while start - last >= LONG:  # no syllable for so long: it is no word, so anywhere will do
            out.append(word[last : last + LONG - 3])
            last += LONG - 3
        if start - last >= 3:
            out.append(word[last:start])
            last = start
    return SHY.join([*out, word[last:]] if word[last:] else out)


def _hyphenated(c: str) -> bool:
    """Whether words of this letter's script may be hyphenated: Latin, Greek, Cyrillic (and digits among them)."""
    return c < "\u0530" or "\u1e00" <= c < "\u2000"


@functools.lru_cache(maxsize=4)
def covered(folders: tuple[str, ...]) -> frozenset[int]:
    """Every code point that a font in these folders has a glyph for."""
    found: set[int] = set()
    for folder in folders:
        for file in sorted(Path(folder).rglob("*")):
            if file.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc"):
                found |= code_points(file.read_bytes())
    return frozenset(found)


def printable(text: str, known: frozenset[int]) -> str:
    """The text without what no font has (emoji, mostly): nothing is better than an empty box.

    Letters that come apart into known ones are written so; a joiner stays only between letters.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    for c in text:
        if unicodedata.category(c)[0] == "M" and (not kept or kept[-1] == " "):
            continue  # the mark of a letter that was dropped
        if ord(c) in known or c in _FORMATS or c.isspace():
            kept.append(c)
        else:
            parts = unicodedata.normalize("NFD", c)
            if len(parts) > 1 and all(ord(part) in known for part in parts):
                kept.append(parts)
    joined = "".join(c for n, c in enumerate(kept) if c not in _JOINERS or (_letter(kept, n - 1) and _letter(kept, n + 1)))
    return " ".join(joined.split())


def _letter(kept: list[str], at: int) -> bool:
    return 0 <= at < len(kept) and unicodedata.category(kept[at][-1])[0] in "LM"


def code_points(font: bytes) -> set[int]:
    """The code points of a TrueType or OpenType font: table `cmap`, formats 4 and 12 (ISO/IEC 14496-22 §5.2.1). A broken font has none."""
    try:
        return set().union(*(_subtable(font, start) for start in _subtables(font)))
    except (struct.error, IndexError):
        return set()


def _subtables(font: bytes) -> list[int]:
    """Where the Unicode subtables of `cmap` begin, over all fonts of a collection."""
    bases = [0]
    if font[:4] == b"ttcf":
        (count,) = struct.unpack_from(">I", font, 8)
        bases = list(struct.unpack_from(f">{count}I", font, 12))
    found = []
    for base in bases:
        (tables,) = struct.unpack_from(">H", font, base + 4)
        for number in range(tables):
            tag, _, offset, _ = struct.unpack_from(">4sIII", font, base + 12 + 16 * number)
            if tag != b"cmap":
                continue
            (count,) = struct.unpack_from(">H", font, offset + 2)
            for record in range(count):
                platform, encoding, start = struct.unpack_from(">HHI", font, offset + 4 + 8 * record)
                if platform == 0 or (platform == 3 and encoding in (1, 10)):
                    found.append(offset + start)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    (form,) = struct.unpack_from(">H", font, at)
    found: set[int] = set()
    if form == 12:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for first, last, _ in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * groups]):
            found.update(range(first, min(last, 0x10FFFF) + 1))
    elif form == 4:
        (twice,) = struct.unpack_from(">H", font, at + 6)
        ends = struct.unpack_from(f">{twice // 2}H", font, at + 14)
        starts = struct.unpack_from(f">{twice // 2}H", font, at + 16 + twice)
        deltas = struct.unpack_from(f">{twice // 2}H", font, at + 16 + 2 * twice)
        offsets = at + 16 + 3 * twice
        for number, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
            (offset,) = struct.unpack_from(">H", font, offsets + 2 * number)
            for point in range(first, last + 1):
                if offset:
                    (glyph,) = struct.unpack_from(">H", font, offsets + 2 * number + offset + 2 * (point - first))
                else:
                    glyph = (point + delta) & 0xFFFF
                if glyph and point != 0xFFFF:
                    found.add(point)
    return found
