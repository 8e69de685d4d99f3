"""Signing in and out, staff accounts, API tokens.

Every token is random (128 bits or more), shown once, and stored as its hash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from eventsvc.accounts.models import ApiToken, Scope, Session, SignInLink, User
from eventsvc.audit.rules import record
from eventsvc.core import briefly, signing
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.mail import rules as mail

SESSION_DAYS = 14
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP password storage: argon2id, 19 MiB, t=2
_hashing = asyncio.Semaphore(2)


class LinkSpent(Refused):
    """A sign-in link that was used, is too old, or never was."""

    status = 410
    kind = "link-spent"
    title = "This sign-in link has been used or is too old"


class WrongPassword(Refused):
    status = 422
    kind = "wrong-password"
    title = "That e-mail and password do not belong together"


def cookie_name() -> str:
    """`__Host-` ties the cookie to this host and HTTPS (RFC 6265bis §4.1.3.2)."""
    return "__Host-session" if settings().https else "session"


async def add_user(email: str, name: str = "", *, admin: bool = False) -> User:
    """The account of this address, made when there is none. Never takes a right away."""
    async with transaction():
        user, made = await User.get_or_create(email=email.strip().lower(), defaults={"name": name, "is_admin": admin})
        if not made and ((admin and not user.is_admin) or (name and name != user.name)):
            await user.change(is_admin=user.is_admin or admin, name=name or user.name)
        await record("user.added" if made else "user.changed", user, admin=user.is_admin)
    return user


async def invite(email: str, name: str) -> tuple[User, bool]:
    """The account of this address, and whether it is new. One that is there stays as its owner has it."""
    async with transaction():
        user, made = await User.get_or_create(email=email.strip().lower(), defaults={"name": name})
        if made:
            await record("user.added", user, admin=False)
    return user, made


async def make_link(user: User, valid: timedelta = timedelta(minutes=30)) -> str:
    """A one-time sign-in address."""
    token = signing.secret()
    await SignInLink.create(user=user, token_hash=signing.hashed(token), expires_at=now() + valid)
    return f"{settings().base_url}/sign-in/{token}"


async def ask_for_link(email: str, address: str) -> None:
    """Send a sign-in link, if there is such an account. Says nothing about whether there is."""
    await count("sign-in", address, limit=30, per=timedelta(minutes=15))
    await count("sign-in", email, limit=5, per=timedelta(minutes=15))
    async with transaction():
        user = await User.get_or_none(email=email)
        if user:
            await mail.queue("accounts/sign_in", user.email, link=await make_link(user))


async def use_link(token: str) -> str:
    """Spend a sign-in link; returns a session token. Raises LinkSpent."""
    async with transaction():
        moment = now()
        spent = await SignInLink.filter(token_hash=signing.hashed(token), used_at=None, expires_at__gt=moment).update(used_at=moment)
        if not spent:
            raise LinkSpent("This sign-in link has been used or is too old. Ask for a new one below.")
        link = await SignInLink.get(token_hash=signing.hashed(token)).select_related("user")
        return await _open_session(link.user)


async def use_password(email: str, password: str, address: str) -> str:
    """Returns a session token. Raises WrongPassword, TooMany."""
    await count("sign-in", address, limit=30, per=timedelta(minutes=15))
    await count("sign-in", email, limit=10, per=timedelta(minutes=15))
    user = await User.get_or_none(email=email)
    if not await _verify(user.password if user else "", password) or user is None:
        raise WrongPassword("That e-mail and password do not belong together. You can also ask for a link instead.", field="password")
    async with transaction():
        return await _open_session(user)


async def set_password(user: User, password: str, cookies: Mapping[str, str]) -> None:
    """Set it and end every session of this person but the one of these cookies; unused sign-in links end too."""
    async with _hashing:
        hashed = await asyncio.to_thread(_hasher.hash, password)
    async with transaction():
        await user.change(password=hashed)
        await Session.filter(user=user).exclude(token_hash=signing.hashed(cookies.get(cookie_name(), ""))).delete()
        await SignInLink.filter(user=user, used_at=None).delete()
        await record("user.password_set", user, by=user.label)


async def sign_out(token: str) -> None:
    """End this browser's session. One that is over already stays so."""
    await Session.filter(token_hash=signing.hashed(token)).delete()


async def signed_in(cookies: Mapping[str, str]) -> User | None:
    """Who this browser belongs to. Looked up at each request, so signing out is real."""
    token = cookies.get(cookie_name())
    if not token:
        return None
    session = await Session.get_or_none(token_hash=signing.hashed(token), expires_at__gt=now()).select_related("user")
    if session is None:
        return None
    if now() - session.seen_at > timedelta(hours=12):
        await session.change(seen_at=now(), expires_at=now() + timedelta(days=SESSION_DAYS))
    return session.user


async def add_token(
    name: str, scopes: list[str], event_id: int | None, by: str = "", expires_in: timedelta | None = None
) -> tuple[ApiToken, str]:
    """A new API token: the row, and the text that is shown once. Raises Refused for a scope that is not one."""
    wrong = [scope for scope in scopes if scope not in set(Scope)]
    if wrong or not scopes:
        raise Refused(f"There is no scope {', '.join(wrong) or '(empty)'}. Choose from: {', '.join(Scope)}.", field="scopes")
    text = "evs_" + signing.secret() + signing.secret()[:8]
    async with transaction():
        token = await ApiToken.create(
            name=name,
            scopes=scopes,
            event_id=event_id,
            token_hash=signing.hashed(text),
            tail=text[-4:],
            expires_at=now() + expires_in if expires_in else None,
        )
        await record("token.added", token, by=by, name=name, scopes=scopes)
    return token, text


async def find_token(authorization: str | None) -> ApiToken | None:
    """The token in an Authorization header, when it is one of ours and still good."""
    kind, _, text = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not text:
        return None
    token = await ApiToken.get_or_none(token_hash=signing.hashed(text.strip()), revoked_at=None)
    return token if token and (token.expires_at is None or token.expires_at > now()) else None


async def revoke_token(token: ApiToken, by: str = "") -> None:
    """Take a token back: it opens nothing from now on."""
    briefly.forget()
    async with transaction():
        await token.change(revoked_at=now())
        await record("token.revoked", token, by=by, name=token.name)


async def sweep() -> None:
    """Drop sessions and links that are over."""
    await Session.filter(expires_at__lt=now()).delete()
    await SignInLink.filter(expires_at__lt=now() - timedelta(days=1)).delete()


async def _open_session(user: User) -> str:
    token = signing.secret()
    await Session.create(user=user, token_hash=signing.hashed(token), expires_at=now() + timedelta(days=SESSION_DAYS))
    await record("user.signed_in", user, by=user.label)
    return token


async def _verify(hashed: str, password: str) -> bool:
    """Takes as long for an account that is not there."""
    async with _hashing:
        try:
            return await asyncio.to_thread(_hasher.verify, hashed or _DUMMY, password)
        except Argon2Error:
            return False


_DUMMY = _hasher.hash("nobody has this password")
