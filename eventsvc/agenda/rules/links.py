"""Two links that a session's page knows by name: its slides and its recording, kept among all its links."""

from __future__ import annotations

from typing import Any

NAMED = {"slides_link": "Slides", "recording_link": "Recording"}
"""Field of the form → title of the link."""


def named_link(links: list[dict[str, str]], title: str) -> str:
    """The address of the link with this title; empty when there is none."""
    return next((one["url"] for one in links if one["title"] == title), "")


def relinked(values: dict[str, Any], links: list[dict[str, str]]) -> dict[str, Any]:
    """`values` with `links` in place of the named ones that were sent; the other links stay as they are."""
    sent = {title: values[name] for name, title in NAMED.items() if values.get(name) is not None}
    rest = {name: value for name, value in values.items() if name not in NAMED}
    if not sent:
        return rest
    kept = [one for one in links if one["title"] not in sent]
    return {**rest, "links": [*kept, *({"url": url, "title": title} for title, url in sent.items() if url)]}
