"""What is different between two texts, word by word."""

from __future__ import annotations

import difflib
import re
from typing import Literal, NamedTuple

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 6000
"""Pieces beyond which words are not compared one by one: that would take seconds."""

LINES = 250_000
"""Pairs of lines beyond which a text counts as replaced."""


class Piece(NamedTuple):
    """A run of text: in both (`same`), only in the first (`gone`), or only in the second (`new`)."""

    what: Literal["same", "gone", "new"]
    text: str


def words(before: str, after: str) -> list[Piece]:
    """The second text told by what it keeps, drops and adds of the first. Put together, `same` and `new` are the second text."""
    a, b = _PIECES.findall(before), _PIECES.findall(after)
    if len(a) + len(b) > LONGEST:
        a, b = before.splitlines(keepends=True), after.splitlines(keepends=True)
        if len(a) * len(b) > LINES or len(set(a)) * 4 < len(a) or len(set(b)) * 4 < len(b):
            # Many lines, or the same ones again and again: comparing them takes time that grows with the cube.
            a, b = [before], [after]
    found: list[Piece] = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Piece("same", "".join(a[i:j])))
            continue
        if i < j:
            found.append(Piece("gone", "".join(a[i:j])))
        if k < m:
            found.append(Piece("new", "".join(b[k:m])))
    return found
