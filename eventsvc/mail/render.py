"""A finished message as bytes: text and HTML, inline pictures, an invitation, attachments (RFC 5322, RFC 2045, RFC 6047)."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eventsvc.core import clock, colour, money, text
from eventsvc.core.config import FRONTEND, settings

_loader = FileSystemLoader(FRONTEND / "letters")


def _environment(autoescape: bool) -> Environment:
    env = Environment(loader=_loader, autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters.update(money=money.show, lines=lines, unlinked=text.unlinked)
    env.filters.update(day=lambda d: f"{d:%A}, {d.day} {d:%B %Y}", hm=lambda m: f"{m:%H:%M}")
    env.globals.update(settings=settings)
    return env


def lines(value: str) -> Markup:
    """Text with its line breaks, for HTML."""
    return Markup("<br>").join(escape(line) for line in value.splitlines())


_text, _html = _environment(False), _environment(True)


@dataclass
class Part:
    """An attachment, or an inline picture when `cid` is set."""

    name: str
    body: bytes
    media_type: str
    cid: str = ""


@dataclass
class Message:
    """What a composer makes of a letter. `invitation` is (iTIP method, iCalendar bytes); `stop` an address that ends such letters."""

    subject: str
    text: str
    html: str
    from_name: str = ""
    reply_to: str = ""
    invitation: tuple[str, bytes] | None = None
    parts: list[Part] = field(default_factory=list)
    stop: str = ""


class _Policy(EmailPolicy):
    """Python would encode an address that is longer than a line, which no mail program then reads as one (RFC 2369 §2)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe":
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")
HUE = 275
"""The colour of letters that are of no event, as on the pages."""


def compose(template: str, subject: str, *, from_name: str = "", reply_to: str = "", **context: object) -> Message:
    """A message from `letters/<template>.txt` and `.html`. Strangers' text is escaped in HTML; in text it cannot add lines.

    HTML letters get `accent`, the colour of the `event` in `context`.
    """
    plain = _text.get_template(f"{template}.txt").render(context)
    hue = getattr(context.get("event"), "hue", HUE)
    html = _html.get_template(f"{template}.html").render({**context, "subject": subject, "accent": colour.brand(hue)})
    return Message(text.one_line(subject), plain, html, from_name, reply_to)


def as_bytes(message: Message, to: str, message_id: str) -> bytes:
    """The message in wire form. Headers are one line whatever a name holds."""
    mail = EmailMessage(policy=_POLICY)
    local, _, domain = settings().mail_from.partition("@")
    mail["From"] = Address(text.one_line(message.from_name), local, domain)
    mail["To"] = to
    mail["Subject"] = text.one_line(message.subject)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    if message.stop:
        mail["List-Unsubscribe"] = f"<{message.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]
    for part in message.parts:
        if part.cid:
            kind, sub = part.media_type.split("/")
            html.add_related(part.body, kind, sub, cid=f"<{part.cid}>", disposition="inline", filename=part.name)  # type: ignore[union-attr]
    if message.invitation:
        method, calendar = message.invitation
        mail.add_alternative(calendar.decode(), subtype="calendar", params={"method": method})
        mail.add_attachment(calendar, "application", "ics", filename="invitation.ics")
    for part in message.parts:
        if not part.cid:
            kind, sub = part.media_type.split("/")
            mail.add_attachment(part.body, kind, sub, filename=part.name)
    return mail.as_bytes()


__all__ = ["Markup", "Message", "Part", "as_bytes", "compose"]
