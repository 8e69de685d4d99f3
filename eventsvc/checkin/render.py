"""The door app as the browser gets it: its page, and the worker that keeps it for when there is no network."""

from __future__ import annotations

import base64
import hashlib
import re

import orjson

from eventsvc.core import static
from eventsvc.core.config import FRONTEND
from eventsvc.core.guard import CSP
from eventsvc.core.web import environment


def page() -> str:
    return environment().get_template("door/index.html").render()


def policy(body: str) -> str:
    """The page's Content-Security-Policy: its import map is inline, allowed by its hash."""
    inline = re.search(r'<script type="importmap">(.*?)</script>', body, re.DOTALL)
    assert inline is not None
    digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
    return CSP.format(more=f" 'sha256-{digest}'")


def worker() -> str:
    """The service worker with the files to keep, at the addresses that the page asks for, and a version that changes with any of them."""
    body = page()
    own = sorted(
        path.relative_to(FRONTEND).as_posix()
        for path in (FRONTEND / "door").rglob("*")
        if path.suffix in (".js", ".webmanifest", ".png") and path.name != "sw.js"
    )
    styles = static.load(static.SHEET).body.decode()
    fonts = sorted(set(re.findall(r"url\(/(static/fonts/[\w.-]+)\)", styles)))
    named = sorted(set(re.findall(r'/(static/[\w./-]+\?v=\w+)"', body)))
    shared = ["static/vendor/zxing/share.js", *(f"static/{path}" for path in own if path.endswith(".png"))]
    files = ["/door/", *(f"/{path}" for path in [*own, *named, *fonts, *shared])]
    versions = [static.load(path).version for path in [*own, "door/sw.js", "vendor/zxing/share.js"]]
    version = hashlib.sha256("\n".join([body, styles, *versions]).encode()).hexdigest()[:12]
    text = (FRONTEND / "door" / "sw.js").read_text()
    return text.replace("__VERSION__", version).replace("[/*__FILES__*/]", orjson.dumps(files).decode())
