"""Whose an e-mail address is, by its domain. Pure.

Compared in ASCII (IDNA 2008, as the mail itself is sent), by whole labels from the right: a letter from another script makes another
domain, `evil-member.org` ends in `member.org` only as a text, and in `member.org.evil.com` it is somebody else's subdomain.
"""

from __future__ import annotations

from collections.abc import Iterable

from email_validator import EmailNotValidError, validate_email

_SHARED = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com yahoo.com yahoo.co.uk ymail.com icloud.com me.com
mac.com aol.com proton.me protonmail.com pm.me gmx.com gmx.net gmx.de web.de mail.com zoho.com yandex.com mail.ru qq.com 163.com
fastmail.com
tutanota.com hey.com btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com mailinator.com
co.uk org.uk ltd.uk plc.uk me.uk net.uk com.au co.nz co.za com.br co.jp co.in
"""
SHARED = frozenset(_SHARED.split())
"""Where anybody has an address: never a proof of belonging."""
_PUBLIC = "nhs.uk nhs.net nhs.scot ac.uk gov.uk gov.scot gov.wales police.uk mod.uk sch.uk hscni.net"
PUBLIC_BODIES = frozenset(_PUBLIC.split())
"""Of many bodies together: a rate may name one, an organisation may not."""


def domain_of(email: str) -> str:
    """The domain of an address as mail is sent to it: ASCII, small letters. Empty for what is no address."""
    try:
        return validate_email(email, check_deliverability=False).ascii_domain.lower().rstrip(".")
    except EmailNotValidError:
        return ""


def read_domain(typed: str) -> str | None:
    """What an organiser typed ('@Bücher.de', 'https://member.org/') as a domain; None when it is none, or one without a dot."""
    bare = typed.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rpartition("@")[2].partition("/")[0]
    domain = domain_of(f"x@{bare}") if bare else ""
    return domain if "." in domain else None


def above(domain: str) -> list[str]:
    """The domain and those it lies under, nearest first; never a bare top-level domain.

    >>> above("lab.trust.nhs.uk")
    ['lab.trust.nhs.uk', 'trust.nhs.uk', 'nhs.uk']
    """
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(len(labels) - 1)]


def lies_in(domain: str, suffixes: Iterable[str]) -> bool:
    """Is it one of these domains, or below one?"""
    return bool(domain) and not set(above(domain)).isdisjoint(suffixes)


def mailbox(email: str) -> str:
    """An address without its tag: letters to `ada+1@x.org` and `ada+2@x.org` reach the same person."""
    local, _, _ = email.rpartition("@")
    return f"{local.partition('+')[0].lower()}@{domain_of(email)}"
