"""The door app's page and files, and the neutral page behind a badge's QR."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.checkin import render
from eventsvc.core import static
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import read_code
from eventsvc.core.web import page, redirect


async def door(request: Request) -> Response:
    """The check-in app."""
    body = render.page()
    return HTMLResponse(body, headers={"Content-Security-Policy": render.policy(body), "Cache-Control": "no-cache"})


async def door_worker(request: Request) -> Response:
    """The app's service worker."""
    return Response(render.worker(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def door_file(request: Request) -> Response:
    """/door/app.js and the like: the app's own files, at addresses relative to it."""
    return static.answer(request, f"door/{request.path_params['path']}", {"Cache-Control": "no-cache"})


async def badge(request: Request) -> Response:
    """What a stranger's phone shows after reading a badge: nothing about anybody, the same for every code, real or not."""
    if read_code(request.path_params["code"]) is None:
        raise NotFound("This is not the address of a ticket.")
    return page(request, "checkin/badge.html", headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


routes = [
    Route("/door/", door),
    Route("/door", lambda request: redirect("/door/", 308)),
    Route("/door/sw.js", door_worker),
    Route("/door/{path:path}", door_file),
    Route("/T/{code}", badge),
]
