"""The process that prints: it dies, hangs and refuses without taking the server or the next page with it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from eventsvc.badges.rules import press as desk
from eventsvc.badges.rules.press import PressFailed, press
from tests.badges.paper import words


def _data(name: str = "Ada Lovelace") -> dict[str, Any]:
    """A badge with one name on it."""
    part = {"kind": "name", "form": "name", "x": 5, "y": 5, "width": 90, "height": 30, "sizes": [30, 20], "whole": 10}
    part |= {"align": "center", "colour": "ink", "fill": "none", "bold": True, "value": None}
    person = {"name": name, "hue": 20, "code": "0123456789ABCDEF", "again": "", "values": [[[name]]]}
    section = {"width": 105, "height": 148, "sheet": False, "gutter": 0, "faces": [[part]]}
    section |= {"page": {"width": 105, "height": 148, "columns": 1, "rows": 1}}
    return {
        "event": {"title": "Summit", "name": ["Summit"], "hue": 200},
        "sections": [section | {"piles": [{"title": None, "count": 1, "people": [person]}]}],
    }


DATA = _data()


async def test_the_same_page_is_the_same_file() -> None:
    first = await press("badge.typ", DATA)
    second = await press("badge.typ", DATA)

    assert first == second
    assert "Ada Lovelace" in words(first)[0]


async def test_a_press_that_was_killed_is_replaced() -> None:
    await press("badge.typ", DATA)
    first = desk._press.child
    assert first is not None
    first.kill()

    body = await press("badge.typ", DATA)

    assert body.startswith(b"%PDF")
    assert desk._press.child is not first


async def test_a_page_that_cannot_be_made_is_refused_and_the_next_one_is_made() -> None:
    with pytest.raises(PressFailed) as refused:
        await press("badge.typ", {})

    assert refused.value.status == 503
    assert refused.value.sentence == "The page could not be made. Please tell whoever runs this service."
    assert (await press("badge.typ", DATA)).startswith(b"%PDF")


async def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LIMIT", 0.001)
    with pytest.raises(PressFailed, match="try again in a minute"):
        await press("badge.typ", DATA)
    monkeypatch.undo()

    assert (await press("badge.typ", DATA)).startswith(b"%PDF")


async def test_a_press_without_work_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "IDLE", 0.05)
    await press("badge.typ", DATA)
    child = desk._press.child
    assert child is not None
    assert child.returncode is None

    await asyncio.wait_for(child.wait(), 5)

    assert desk._press.child is None


async def test_pages_asked_for_at_once_do_not_get_mixed_up() -> None:
    people = ["Ada", "Grace", "Katherine", "Dorothy"]
    wanted = [_data(name) for name in people]

    made = await asyncio.gather(*(press("badge.typ", data) for data in wanted))

    assert [name in words(body)[0] for name, body in zip(people, made, strict=True)] == [True] * 4


def test_the_server_never_loads_typst() -> None:
    loaded = "import eventsvc.app, eventsvc.worker, sys; print('qrcode' in sys.modules, 'typst' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False"]


LARGE_SERVER = """
import json, struct, subprocess, sys
held = bytearray(b"x") * (480 << 20)
job = sys.stdin.buffer.read()
press = subprocess.Popen([sys.executable, "-m", "eventsvc.badges.render.press"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for _ in range(2):
    press.stdin.write(struct.pack(">I", len(job)) + job)
    press.stdin.flush()
    (length,) = struct.unpack(">I", press.stdout.read(4))
    print(press.stdout.read(length)[:5])
"""


def test_a_press_serves_a_server_that_is_large() -> None:
    """A process takes over the `ru_maxrss` of the one that started it (getrusage(2)): that is not its own size."""
    job = json.dumps({"template": "badge.typ", "data": DATA, "format": "pdf", "ppi": 300, "fonts": []}).encode()

    done = subprocess.run([sys.executable, "-c", LARGE_SERVER], input=job, capture_output=True, timeout=60)

    assert done.stdout.split() == [b"b'+%PDF'"] * 2, done.stderr
