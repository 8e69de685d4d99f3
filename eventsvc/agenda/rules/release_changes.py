"""What differs between two programmes, as a version keeps them. Pure.

A programme is a list of rows: `code title kind track hue room room_code start end state speakers`, times in UTC with a Z, speakers by code.
A change is `kind` (added, moved, room, removed, cancelled), `code`, `title`, `before` and `after` ({room, start, end}; None: not on the
agenda). `moved`: another time, whatever the room; `room`: another room at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]
KINDS = ("added", "moved", "room", "cancelled", "removed")


def differences(before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """The changes from one programme to another, by time."""
    old, new = {row["code"]: row for row in before}, {row["code"]: row for row in after}
    found = [change for code in dict.fromkeys([*new, *old]) if (change := _change(old.get(code), new.get(code)))]
    return sorted(found, key=lambda change: ((change["after"] or change["before"])["start"], change["title"]))


def _change(old: Row | None, new: Row | None) -> Row | None:
    was, now = _on(old), _on(new)
    row = new or old
    assert row is not None
    if was and now and old and new:
        if (old["start"], old["end"]) != (new["start"], new["end"]):
            kind = "moved"
        elif old["room_code"] != new["room_code"]:
            kind = "room"
        else:
            return None
    elif now:
        kind = "added"
    elif was:
        kind = "cancelled" if new and new["state"] == "cancelled" else "removed"
    else:
        return None
    return {"kind": kind, "code": row["code"], "title": row["title"], "before": _spot(old, was), "after": _spot(new, now)}


def _on(row: Mapping[str, Any] | None) -> bool:
    return bool(row and row["start"] and row["state"] == "confirmed")


def _spot(row: Row | None, on: bool) -> Row | None:
    return {name: row[name] for name in ("room", "start", "end")} if row and on else None
