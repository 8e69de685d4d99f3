"""The door app's files: all that it needs to start without a network is kept by its worker."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from eventsvc.checkin import render
from eventsvc.core import static
from eventsvc.core.config import FRONTEND


async def kept(client: httpx.AsyncClient) -> list[str]:
    worker = (await client.get("/door/sw.js")).text
    found = re.search(r"FILES = (\[.*\]);", worker)
    assert found is not None
    files: list[str] = json.loads(found[1])
    return files


async def test_the_worker_keeps_every_file_of_the_app_and_each_is_there(client: httpx.AsyncClient) -> None:
    files = await kept(client)

    own = {f"/door/{path.relative_to(FRONTEND / 'door').as_posix()}" for path in (FRONTEND / "door").rglob("*.js") if path.name != "sw.js"}
    assert own <= set(files)
    assert {"/door/", "/door/app.webmanifest", "/static/fonts/inter.woff2", "/static/vendor/zxing/share.js"} <= set(files)
    assert any(file.startswith("/static/vendor/zxing_reader.wasm?v=") for file in files)
    assert {file: (await client.get(file)).status_code for file in files} == dict.fromkeys(files, 200)


async def test_the_worker_is_never_kept_by_a_browser(client: httpx.AsyncClient) -> None:
    answer = await client.get("/door/sw.js")

    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_another_style_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = render.worker(), static.load
    changed = static.File(real(static.SHEET).body + b"\nb { color: red }", "text/css", "other")
    monkeypatch.setattr(static, "load", lambda path: changed if path == static.SHEET else real(path))

    after = render.worker()

    version = re.compile(r"VERSION = '(\w+)'")
    assert version.findall(before) != version.findall(after)
