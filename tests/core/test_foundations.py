"""Codes, money, text, settings, forms, addresses."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from eventsvc.core import config, money, signing, text, web
from eventsvc.core.forms import FormModel, Name, check, nested
from eventsvc.core.text import page_number


@pytest.mark.parametrize(
    "read",
    [
        "0123456789ABCDEF",
        "0123456789abcdef",
        "HTTPS://X.ORG/T/0123456789ABCDEF",
        " OI23-4567-89AB-CDEF\r\n",
        "https://x.org/T/0L23456789ABCDEF/",
        "0123 4567 89ab cdef",
    ],
)
def test_a_code_is_found_in_whatever_a_scanner_read(read: str) -> None:
    assert signing.read_code(read) == "0123456789ABCDEF"


@pytest.mark.parametrize("read", ["", "hello", "0123456789ABCDEU", "0123456789ABCDEF1", "https://x.org/T/", "0123456789ABCDÉF"])
def test_what_is_no_code_is_none(read: str) -> None:
    assert signing.read_code(read) is None


def test_ticket_codes_are_80_random_bits_of_crockford_base32() -> None:
    codes = {signing.ticket_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(len(code) == 16 and set(code) <= set(signing.CROCKFORD) for code in codes)


def test_a_signed_token_cannot_be_changed_or_used_for_something_else() -> None:
    token = signing.signed("survey", 7, 12)

    assert signing.unsigned("survey", token) == ["7", "12"]
    assert signing.unsigned("other", token) is None
    assert signing.unsigned("survey", token.replace("7", "8", 1)) is None
    assert signing.unsigned("survey", "é") is None


@pytest.mark.parametrize(("amount", "said"), [(0, "£0"), (9500, "£95"), (9550, "£95.50"), (123456789, "£1,234,567.89"), (-500, "-£5")])
def test_money_is_shown_as_people_write_it(amount: int, said: str) -> None:
    assert money.show(amount) == said


@pytest.mark.parametrize(
    ("one", "other"), [("Léa MOREAU", "lea moreau"), ("Łukasz Ørsted", "lukasz orsted"), ("Straße", "strasse"), ("ΟΔΥΣΣΕΑΣ", "οδυσσεας")]
)
def test_folding_ignores_accents_and_case(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(
    "bad", ["<script>x</script>", "[a](javascript:alert(1))", '<a href="data:text/html,x">a</a>', "<img src=x onerror=y>", "<iframe src=x>"]
)
def test_rich_text_runs_nothing(bad: str) -> None:
    html = str(text.rich(bad))

    assert not any(word in html for word in ("<script", 'href="javascript', 'href="data', "<img", "<iframe"))


def test_rich_text_keeps_what_is_meant() -> None:
    assert "<strong>bold</strong>" in text.rich("**bold**")
    assert 'href="https://x.org"' in text.rich("[x](https://x.org)")


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\t=1"])
def test_a_cell_never_starts_a_formula(value: str) -> None:
    assert text.cell(value).startswith("'")


class Person(FormModel):
    name: Name


class Party(FormModel):
    host: Name
    people: list[Person]


def test_a_form_with_a_list_tells_each_field_that_is_wrong() -> None:
    form = check(Party, [("host", "Olga"), ("people-0-name", "Ada"), ("people-1-name", "")])

    assert form.errors == {"people-1-name": "Fill this in."}
    assert form.value("people-0-name") == "Ada"


def test_gaps_in_a_list_are_closed() -> None:
    assert nested([("a-5-x", "2"), ("a-1-x", "1")]) == {"a": [{"x": "1"}, {"x": "2"}]}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "mysql://x", "EVENTSVC_DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://u@h", "EVENTSVC_DATABASE_URL must end with the name of a database"),
        ("BASE_URL", "conference.org", "EVENTSVC_BASE_URL must look like"),
        ("BASE_URL", "https://x.org/path", "EVENTSVC_BASE_URL must look like"),
        ("SMTP_URL", "http://x", "EVENTSVC_SMTP_URL must look like"),
        ("SMTP_URL", "smtp://h:port", "EVENTSVC_SMTP_URL has a port"),
        ("LOG_FORMAT", "xml", "EVENTSVC_LOG_FORMAT is wrong"),
        ("TRUSTED_PROXIES", "everybody", "EVENTSVC_TRUSTED_PROXIES is wrong"),
        ("SECRET_KEY", "short", "EVENTSVC_SECRET_KEY is too short"),
        ("WEBHOOK_ALLOW_PRIVATE", "perhaps", "EVENTSVC_WEBHOOK_ALLOW_PRIVATE is wrong"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"EVENTSVC_{name}", value)

    with pytest.raises(config.SettingsError) as refused:
        config.load()

    assert str(refused.value).startswith(said)


def test_postgresql_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTSVC_DATABASE_URL", "postgresql://u@h/db")
    monkeypatch.delenv("EVENTSVC_SECRET_KEY")

    with pytest.raises(config.SettingsError, match="EVENTSVC_SECRET_KEY is required"):
        config.load()


def _request(peer: str, *forwarded: str) -> Request:
    return Request({"type": "http", "headers": [(b"x-forwarded-for", one.encode()) for one in forwarded], "client": (peer, 1)})


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert web.client(_request("10.0.0.1", "1.2.3.4")) == "10.0.0.1"
    monkeypatch.setattr(config.settings(), "trusted_proxies", "10.0.0.0/8")
    web._proxies.cache_clear()

    assert web.client(_request("10.0.0.1", "6.6.6.6, 1.2.3.4")) == "1.2.3.4"
    assert web.client(_request("10.0.0.1", "6.6.6.6", "1.2.3.4")) == "1.2.3.4"
    assert web.client(_request("::ffff:10.0.0.1", "1.2.3.4")) == "1.2.3.4"
    assert web.client(_request("9.9.9.9", "1.2.3.4")) == "9.9.9.9"
    web._proxies.cache_clear()


def test_the_addresses_that_one_host_may_take_are_counted_as_one() -> None:
    assert {web.client(_request(f"2001:db8:0:1::{n:x}")) for n in range(9)} == {"2001:db8:0:1::/64"}
    assert web.client(_request("::ffff:192.0.2.1")) == "192.0.2.1"
    assert web.client(_request("2001:db8:0:2::1")) != web.client(_request("2001:db8:0:1::1"))


@pytest.mark.parametrize(("asked", "page"), [("", 1), ("0", 1), ("7", 7), ("-1", 1), ("²", 1), ("9" * 30, 1)])
def test_an_address_that_asks_for_no_page_gets_the_first(asked: str, page: int) -> None:
    assert page_number(asked) == page
