"""Files with sessions and speakers, told by their content: tables (CSV, XLSX), Sessionize, pretalx. `schedule` reads those of frab."""

from __future__ import annotations

import json
from typing import Any

from eventsvc.agenda.forms import columns, pretalx, sessionize
from eventsvc.agenda.forms.offer import MAX_BYTES, Frame, Offer
from eventsvc.core.sheet import BadFile, Sheet, decoded, sheets, table


def is_schedule(raw: bytes) -> bool:
    """Is this a schedule in frab's XML or JSON, which is taken whole and not row by row?"""
    head = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<":
        return True
    if head[:1] != b"{":
        return False
    document = _json(raw)
    return isinstance(document, dict) and "schedule" in document


def read(files: list[tuple[str, bytes]], frame: Frame) -> Offer:
    """What these (name, content) offer together: a table each, or pages of one system's API. Raises BadFile."""
    given = [(name, raw) for name, raw in files if raw.strip()]
    if not given:
        raise BadFile("Choose a file first. It was empty." if files else "Choose a file first.")
    if sum(len(raw) for _, raw in given) > MAX_BYTES:
        raise BadFile(f"That is more than {MAX_BYTES // 1024 // 1024} MB.")
    offer = Offer(what=", ".join(name for name, _ in given)[:200])
    documents: list[Any] = []
    for _, raw in given:
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            documents.append(_json(raw))
        else:
            _tables(sheets(raw), offer, frame)
    if documents:
        _documents(documents, offer, frame)
    return _checked(offer)


def paste(text: str, frame: Frame) -> Offer:
    """What was copied out of a spreadsheet: rows of cells with tabs between them. Raises BadFile."""
    if not text.strip():
        raise BadFile("Paste some rows first, with the line that names the columns.", field="rows")
    offer = Offer(what="Pasted rows")
    try:
        _tables([table(text.replace("\x00", ""))], offer, frame)
    except BadFile as bad:
        raise BadFile(bad.sentence, field="rows") from None
    return _checked(offer)


def _checked(offer: Offer) -> Offer:
    if offer.empty:
        raise BadFile("There is nothing in it: no session, speaker, room or track.")
    return offer


def _tables(found: list[Sheet], offer: Offer, frame: Frame) -> None:
    """Every sheet that is a table of sessions or speakers; the others are left out. Raises BadFile where none is."""
    read_ = [columns.read(sheet, offer, frame) for sheet in found if sheet.rows]
    if not any(read_):
        raise BadFile(
            "No line names the columns. The first line must have a column called title (for sessions) or name (for speakers)."
            if read_
            else "There is nothing in it."
        )


def _json(raw: bytes) -> Any:
    try:
        return json.loads(decoded(raw))
    except RecursionError:
        raise BadFile("That JSON is nested too deeply.") from None
    except ValueError as exc:
        line = getattr(exc, "lineno", 1)
        raise BadFile(f"That is not well-formed JSON: line {line}. Perhaps the file is cut off.") from None


def _documents(documents: list[Any], offer: Offer, frame: Frame) -> None:
    others = []
    for document in documents:
        if sessionize.knows(document):
            sessionize.read(document, offer, frame)
        elif pretalx.knows(document):
            others.append(document)
        else:
            raise BadFile(
                "This JSON is neither a schedule (frab), nor the view “All data” of Sessionize, nor a page of pretalx's API "
                "(submissions, talks, speakers, slots, rooms, tracks)."
            )
    if others:
        pretalx.read(others, offer, frame)
