"""Signing in with a link or a password, and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts import rules
from eventsvc.accounts.forms import PasswordForm, SignInForm
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused, Unauthorised
from eventsvc.core.forms import start
from eventsvc.core.web import client, local_path, page, parse, redirect


async def sign_in(request: Request) -> Response:
    """GET shows the form; POST signs in with a password, or sends a link when none was typed."""
    if request.method == "GET":
        if await rules.signed_in(request.cookies):
            return redirect("/manage/")
        return page(request, "accounts/sign_in.html", form=start(SignInForm, next=request.query_params.get("next", "")), sent=False)
    form = await parse(request, SignInForm)
    if not form.errors:
        try:
            if form.data.password:
                token = await rules.use_password(form.data.email, form.data.password, client(request))
                return _signed_in(token, form.data.next)
            await rules.ask_for_link(form.data.email, client(request))
            return page(request, "accounts/sign_in.html", form=form, sent=True)
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "accounts/sign_in.html", 422, form=form, sent=False)


async def link(request: Request) -> Response:
    """GET asks for one tap, so that a mail scanner that opens links does not spend it; POST spends it."""
    if request.method == "GET":
        return page(request, "accounts/link.html")
    try:
        return _signed_in(await rules.use_link(request.path_params["token"]), "")
    except rules.LinkSpent as refusal:
        form = start(SignInForm)
        form.refuse(refusal)
        return page(request, "accounts/sign_in.html", refusal.status, form=form, sent=False)


async def sign_out(request: Request) -> Response:
    await rules.sign_out(request.cookies.get(rules.cookie_name(), ""))
    answer = redirect("/sign-in")
    answer.delete_cookie(rules.cookie_name(), secure=settings().https, httponly=True)
    return answer


async def account(request: Request) -> Response:
    """A person's own account: name shown, password set."""
    user = await rules.signed_in(request.cookies)
    if user is None:
        raise Unauthorised
    request.state.user = user
    form, saved = start(PasswordForm), False
    if request.method == "POST":
        form = await parse(request, PasswordForm)
        if not form.errors:
            await rules.set_password(user, form.data.password, request.cookies)
            saved = True
    return page(request, "accounts/account.html", 422 if form.errors else 200, user=user, form=form, saved=saved)


def _signed_in(token: str, to: str) -> Response:
    answer = redirect(local_path(to))
    answer.set_cookie(
        rules.cookie_name(), token, max_age=rules.SESSION_DAYS * 86400, path="/", secure=settings().https, httponly=True, samesite="lax"
    )
    return answer


routes = [
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/sign-in/{token}", link, methods=["GET", "POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/manage/account", account, methods=["GET", "POST"]),
]
