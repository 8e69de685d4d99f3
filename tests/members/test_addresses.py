"""Whose an address is: whole labels, in ASCII, from the right."""

from __future__ import annotations

import pytest

from eventsvc.members.forms.addresses import above, domain_of, lies_in, mailbox, read_domain


@pytest.mark.parametrize(
    ("email", "belongs"),
    [
        ("ada@member.org", True),
        ("ADA@Member.ORG", True),
        ("ada+events@member.org", True),
        ("ada@research.member.org", True),
        ("ada@ｍember.org", True),  # full-width letters are the same domain to the mail system (UTS 46)
        ("ada@evil-member.org", False),
        ("ada@member.org.evil.com", False),
        ("ada@membеr.org", False),  # a Cyrillic е
        ("ada@mem\u0456er.org", False),
        ("ada@memberr.org", False),
        ("ada@org", False),
        ("member.org@evil.com", False),
        ("ada+member.org@evil.com", False),
        ('"ada@member.org"@evil.com', False),
        ("ada@member.org@evil.com", False),
        ("ada", False),
        ("", False),
    ],
)
def test_only_the_domain_itself_and_what_lies_below_it_belongs(email: str, belongs: bool) -> None:
    assert lies_in(domain_of(email), ["member.org"]) is belongs


def test_a_name_in_its_own_script_is_compared_as_mail_is_sent() -> None:
    assert (domain_of("ada@bücher.example.org"), read_domain("@Bücher.example.org")) == ("xn--bcher-kva.example.org",) * 2


def test_no_top_level_domain_is_ever_compared() -> None:
    assert above("a.b.nhs.uk") == ["a.b.nhs.uk", "b.nhs.uk", "nhs.uk"]


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("@member.org", "member.org"),
        ("https://www.member.org/about", "member.org"),
        ("org", None),
        ("a b.org", None),
        ("", None),
        ("-", None),
    ],
)
def test_domains_are_read_as_organisers_type_them(typed: str, domain: str | None) -> None:
    assert read_domain(typed) == domain


def test_a_tag_does_not_make_another_mailbox() -> None:
    assert mailbox("Ada+1@member.org") == mailbox("ada+2@MEMBER.org") == "ada@member.org"
