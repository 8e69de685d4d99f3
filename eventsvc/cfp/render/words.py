"""Letters with the organiser's words, how long something is still open, and languages by name. Pure.

Never `str.format`: a placeholder is looked up in what is given, or stays as it is written. What strangers wrote cannot add lines or links.
"""

from __future__ import annotations

import re
from datetime import datetime

from eventsvc.core.text import one_line

PLACEHOLDERS = {
    "name": "the person's name",
    "title": "the title of the proposal",
    "event": "the name of the event",
    "link": "their own link",
}
"""What an organiser may write in braces."""
_PLACEHOLDER = re.compile(r"\{([^{}\s]{0,60})\}")
_LINK = re.compile(r"://|(?<=\w)[.@](?=[a-z]{2,})", re.IGNORECASE)
LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "gd": "Scottish Gaelic",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
}


def language(code: str) -> str:
    """Its English name, or the code where we know none."""
    return LANGUAGES.get(code.lower(), code)


def placeholders(text: str) -> list[str]:
    """What a text writes in braces."""
    return _PLACEHOLDER.findall(text)


def unknown(text: str) -> list[str]:
    """What looks like one of the organiser's placeholders and is none."""
    return [found for found in placeholders(text) if found not in PLACEHOLDERS]


def fill(text: str, /, **values: str) -> str:
    """Put `values` in place of their names in braces; one pass, so that a value cannot bring a placeholder."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def tame(text: str, most: int = 150) -> str:
    """A stranger's name or title as it may stand in a letter: one line, not long, and nothing in it that a mail program makes a link of."""
    line = one_line(text)
    return _LINK.sub(lambda match: f"{match[0]}\u200b", line if len(line) <= most else f"{line[: most - 1]}…")


def paragraphs(text: str, /, **values: str) -> list[list[str | None]]:
    """A letter for its HTML form: paragraphs of pieces. None is where `{link}` stood: there the template puts the link, or a button."""
    return [
        [
            piece
            for n, part in enumerate(block.split("{link}"))
            for piece in ([None] if n else []) + ([fill(part, **values)] if part else [])
        ]
        for block in re.split(r"\n\s*\n", text.strip())
        if block.strip()
    ]


def left(until: datetime, moment: datetime) -> str:
    """How long something is still open: 'in 5 days', 'in 3 hours', 'in 20 minutes'; 'over' when it is."""
    minutes = int((until - moment).total_seconds() // 60)
    if minutes < 0:
        return "over"
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"in {minutes // size} {name}s"
    return f"in {minutes} minute{'' if minutes == 1 else 's'}"
