"""Files for the browser, out of `frontend/`, read once and kept compressed. No build step: the style sheets are joined here.

An address carries the content's hash (`?v=`), so browsers keep a file for ever and still see every change.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from eventsvc.core.config import FRONTEND
from eventsvc.core.errors import NotFound

SERVED = ("styles", "behaviours", "fonts", "icons", "vendor", "door")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".html": "text/html; charset=utf-8",
}
SHEET = "styles/app.css"
"""Every style sheet in one, in the order that `styles/order.txt` gives."""


@dataclass(frozen=True)
class File:
    body: bytes
    media_type: str
    version: str

    @functools.cached_property
    def br(self) -> bytes:
        """As small as can be, unless that would keep everybody waiting: the camera's decoder takes seconds at the best quality."""
        return bytes(brotli.compress(self.body, quality=11 if len(self.body) < 200_000 else 6))

    @functools.cached_property
    def gz(self) -> bytes:
        return gzip.compress(self.body, 9)

    @property
    def compresses(self) -> bool:
        return not self.media_type.startswith(("font/", "image/webp", "image/png")) and len(self.body) > 500


@functools.lru_cache(maxsize=256)
def load(path: str) -> File:
    """One file by its path below `frontend/`. Raises NotFound for anything that is not served."""
    if path == SHEET:
        names = (FRONTEND / "styles" / "order.txt").read_text().split()
        body = b"\n".join((FRONTEND / "styles" / name).read_bytes() for name in names)
        body = body.replace(b"url(fonts/", b"url(/static/fonts/")
    else:
        file = FRONTEND / path
        if (
            len(path) > 200
            or ".." in path.split("/")
            or path.split("/")[0] not in SERVED
            or not file.resolve().is_relative_to(FRONTEND.resolve())
            or not file.is_file()
        ):
            raise NotFound("There is no such file.")
        body = file.read_bytes()
    suffix = Path(path).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return File(body, kind, hashlib.sha256(body).hexdigest()[:12])


def url(path: str) -> str:
    """The address of a file below `frontend/`, with its version."""
    return f"/static/{path}?v={load(path).version}"


async def serve(request: Request) -> Response:
    """Answer /static/…"""
    return answer(request, request.path_params["path"])


def answer(request: Request, path: str, headers: dict[str, str] | None = None) -> Response:
    """One file below `frontend/` as a response: compressed, with ETag; kept for ever when its version was asked for."""
    file = load(path)
    sent = {"ETag": f'"{file.version}"', "Vary": "Accept-Encoding", **(headers or {})}
    current = request.query_params.get("v") == file.version
    sent.setdefault("Cache-Control", "public, max-age=31536000, immutable" if current else "no-cache")
    if file.version in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    body, accepts = file.body, request.headers.get("accept-encoding", "")
    if file.compresses and "br" in accepts:
        body, sent["Content-Encoding"] = file.br, "br"
    elif file.compresses and "gzip" in accepts:
        body, sent["Content-Encoding"] = file.gz, "gzip"
    return Response(body, media_type=file.media_type, headers=sent)
