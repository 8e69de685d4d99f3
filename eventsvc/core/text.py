"""Text from strangers: folded for search, cleaned for storage, rendered for a page, made safe for a cell."""

from __future__ import annotations

import csv
import functools
import io
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# C0/C1 controls but tab and newline; also the bidirectional overrides that hide what a name really is (Trojan Source), and halves
# of surrogate pairs (JSON may hold one), which are no characters and which nothing can store or send.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff]")
_TAGS = {"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a", "blockquote", "code", "pre", "h2", "hr", "dl", "dt", "dd"}
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text as it may be stored: NFC, no control characters, plain newlines, no space around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def is_number(text: str) -> bool:
    """Is this a number that a database takes? ASCII digits, at most 18."""
    return len(text) <= 18 and text.isascii() and text.isdigit()


def page_number(text: str) -> int:
    """The page that an address asks for, from 1; anything else is the first."""
    return max(1, int(text)) if is_number(text) else 1


def one_line(text: str) -> str:
    """`clean`, with every run of white space as one space: for names and titles."""
    return _SPACE.sub(" ", clean(text))


_LINK = re.compile(r"\S*(?:://|\bwww\.)\S*", re.IGNORECASE)
_DOT = re.compile(r"(?<=\w)\.(?=\w)")


def unlinked(text: str) -> str:
    """A name from a stranger as a letter to another stranger may hold it: one line, and nothing a mail program would make a link."""
    return one_line(_DOT.sub(". ", _LINK.sub("", one_line(text))).replace("@", " at "))[:120]


def fold(*texts: str | None) -> str:
    """What search compares, in every script: no accents, no case, no apostrophes, hyphens as spaces. 'Léa O’Brien-Łu' → 'lea obrien lu'."""
    joined = " ".join(filter(None, texts)).translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", joined) if not unicodedata.combining(c))
    return _SPACE.sub(" ", bare.casefold()).strip()


_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"’": "", "'": "", "-": " "}
)


@functools.lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": True, "linkify": False, "breaks": True})


MOST_BRACKETS = 300
"""Beyond so many, a bracket is no link: looking for the other end of each takes time that grows with their square."""


@functools.lru_cache(maxsize=512)
def rich(text: str) -> Markup:
    """Markdown or simple HTML from anyone → HTML that is safe on a page: a short list of tags, http(s) and mailto links."""
    if text.count("[") > MOST_BRACKETS:
        text = text.replace("[", "\\[")
    html = _markdown().render(text)
    html = re.sub(r"<(/?)h[1-6][^>]*>", r"<\1h2>", html)
    return Markup(
        nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow ugc")
    )


def plain(text: str) -> str:
    """Markdown or simple HTML → plain text, for calendars and feeds."""
    html = str(rich(text)).replace("<li>", "<li>• ")
    html = re.sub(r"</(p|li|h2|blockquote|pre)>|<br ?/?>", "\n", html)
    bare = nh3.clean(html, tags=set())
    bare = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").replace("&nbsp;", " ")
    return re.sub(r"\n{3,}", "\n\n", bare).strip()


def initials(name: str) -> str:
    """Up to two letters that stand for a person without a portrait."""
    words = [w for w in name.split() if w[:1].isalnum()]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


def cell(value: object) -> str:
    """A CSV cell that no spreadsheet runs as a formula (OWASP: CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_csv(head: list[str], rows: Iterable[Iterable[Any]]) -> str:
    """CSV that a spreadsheet opens without running anything (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
