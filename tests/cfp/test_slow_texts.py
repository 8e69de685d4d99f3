"""What a stranger proposes is read by reviewers and organisers: no text makes a page slow."""

from __future__ import annotations

import time

import pytest

from eventsvc.cfp.rules.seen import Cover
from eventsvc.core import text

LONGEST = 20_000


@pytest.mark.parametrize("piece", ["a.", "[", "[](", "-", "a@", "a@a._", "![a](b", "[hidden]-", "<a ", ".... "])
def test_covering_names_takes_no_longer_for_an_odd_text(piece: str) -> None:
    cover = Cover(["Ann Author"], ["House of Ann"])
    began = time.perf_counter()

    cover((piece * LONGEST)[:LONGEST])

    assert time.perf_counter() - began < 1.5


@pytest.mark.parametrize("odd", ["[" * LONGEST, "[" * (LONGEST // 2) + "a" + "]" * (LONGEST // 2), "![a](" * (LONGEST // 5)])
def test_markdown_takes_no_longer_for_an_odd_text(odd: str) -> None:
    began = time.perf_counter()

    text.rich(odd)

    assert time.perf_counter() - began < 1.5


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("mail a.b@c.example.org now", "mail [hidden] now"),
        ("see example.com/x, (foo.co.uk)", "see [hidden] ([hidden])"),
        ("x@y@example.org", "x@[hidden]"),
        (".example.com", "[hidden]"),
        ("[my page](http://x)", "my page [hidden]"),
    ],
)
def test_links_and_addresses_are_covered_wherever_they_begin(written: str, seen: str) -> None:
    assert Cover([], [])(written) == seen
