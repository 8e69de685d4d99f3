"""Who must not review what, over plain values: their own proposal, a declared conflict, the same house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eventsvc.cfp.models import Proposal, Reviewer
from eventsvc.core.text import fold

AUTHOR, DECLARED, ORGANISATION, DOMAIN = "author", "declared", "organisation", "domain"
WORDS = {
    AUTHOR: "is an author of it",
    DECLARED: "has a conflict of interest",
    ORGANISATION: "is of the same organisation as an author",
    DOMAIN: "has the same e-mail domain as an author",
}

_SHARED = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com live.co.uk msn.com yahoo.com yahoo.co.uk yahoo.fr
    ymail.com icloud.com me.com mac.com aol.com aol.co.uk gmx.com gmx.net gmx.de gmx.at gmx.ch web.de t-online.de freenet.de posteo.de
    mailbox.org proton.me protonmail.com pm.me fastmail.com fastmail.fm hey.com zoho.com mail.com tutanota.com tuta.com disroot.org
    btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk plus.net tiscali.co.uk orange.fr wanadoo.fr free.fr
    laposte.net sfr.fr libero.it seznam.cz wp.pl o2.pl onet.pl interia.pl bluewin.ch hispeed.ch telenet.be skynet.be ziggo.nl kpnmail.nl
    comcast.net verizon.net att.net sbcglobal.net qq.com 163.com 126.com sina.com naver.com daum.net yandex.ru yandex.com mail.ru bk.ru
    rediffmail.com uol.com.br bol.com.br nhs.net doctors.org.uk riseup.net
    example.org example.com example.net
"""
SHARED_DOMAINS = frozenset(_SHARED.split())
"""Mail providers whose customers have nothing else in common. nhs.net is one: a million people in hundreds of trusts.
The example domains (RFC 2606) are nobody's."""


@dataclass(frozen=True)
class Known:
    """What is known of one person for this purpose."""

    email: str
    organisation: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower().strip(".")


def between(reviewer: Known, authors: Iterable[Known], *, declared: bool = False) -> str | None:
    """Why this reviewer must not review a proposal of these authors: one of WORDS, or None."""
    if declared:
        return DECLARED
    authors = list(authors)
    if any(reviewer.email and author.email.lower() == reviewer.email.lower() for author in authors):
        return AUTHOR
    house = fold(reviewer.organisation)
    if house and any(fold(author.organisation) == house for author in authors):
        return ORGANISATION
    if any(_same_house(reviewer.domain, author.domain) for author in authors):
        return DOMAIN
    return None


def _same_house(one: str, other: str) -> bool:
    """The same domain, or one below the other: cs.mercia.ac.uk and mercia.ac.uk."""
    if not one or not other or one in SHARED_DOMAINS or other in SHARED_DOMAINS:
        return False
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def reviewer_known(reviewer: Reviewer) -> Known:
    """Load the reviewer with its user."""
    return Known(reviewer.user.email, reviewer.organisation)


def authors_known(proposal: Proposal) -> list[Known]:
    """Load the proposal with `authors__speaker`."""
    return [Known(author.speaker.email, author.speaker.organisation) for author in proposal.authors]
