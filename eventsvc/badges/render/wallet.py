"""A ticket for a phone's wallet: an Apple pass (PassKit Package Format) and a link that saves to Google Wallet (a signed JWT)."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsvc.badges.render import qr
from eventsvc.badges.render.lettering import tidy
from eventsvc.badges.render.sheets import when
from eventsvc.core.colour import brand
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

SAVE = "https://pay.google.com/gp/v/save/"
TEXTS = 120


@dataclass(frozen=True)
class Signer:
    """Who signs Apple passes; the certificate says the pass type and the team."""

    certificate: Certificate
    key: RSAPrivateKey
    chain: tuple[Certificate, ...]
    pass_type: str
    team: str


@functools.lru_cache(maxsize=2)
def signer(file: Path, chain: Path) -> Signer:
    """From PEM files: certificate and key in one, Apple's intermediate certificate in the other. Raises OSError, ValueError."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509.oid import NameOID

    pem = file.read_bytes()
    certificate, key = x509.load_pem_x509_certificate(pem), load_pem_private_key(pem, None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("its key is not RSA")

    def said(name: x509.ObjectIdentifier) -> str:
        found = certificate.subject.get_attributes_for_oid(name)
        if not found:
            raise ValueError("it is no Pass Type ID certificate")
        return str(found[0].value)

    pass_type, team = said(NameOID.USER_ID), said(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return Signer(certificate, key, tuple(x509.load_pem_x509_certificates(chain.read_bytes())), pass_type, team)


def pkpass(event: Event, ticket: Ticket, by: Signer, *, service: str, token: str) -> bytes:
    """The pass as a signed file. The ticket comes with its type, the event with its organiser."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

    files = {"pass.json": json.dumps(_pass(event, ticket, by, service, token), ensure_ascii=False).encode()}
    files |= {f"icon{scale}.png": _icon(event.hue, side) for scale, side in (("", 29), ("@2x", 58), ("@3x", 87))}
    manifest = json.dumps({name: hashlib.sha1(body, usedforsecurity=False).hexdigest() for name, body in files.items()}).encode()
    builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(by.certificate, by.key, hashes.SHA256())
    for one in by.chain:
        builder = builder.add_certificate(one)
    signature = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in {**files, "manifest.json": manifest, "signature": signature}.items():
            packed.writestr(name, body)
    return out.getvalue()


def _pass(event: Event, ticket: Ticket, by: Signer, service: str, token: str) -> dict[str, Any]:
    def field(key: str, label: str, value: str) -> dict[str, str]:
        return {"key": key, "label": label, "value": tidy(value)[:TEXTS]}

    below = [field("name", "NAME", ticket.name), field("type", "TICKET", ticket.ticket_type.name)]
    more = [field("date", "DATE", when(event)), *([field("place", "PLACE", event.place)] if event.place else [])]
    return {
        "formatVersion": 1,
        "passTypeIdentifier": by.pass_type,
        "teamIdentifier": by.team,
        "organizationName": tidy(event.organiser.name)[:TEXTS],
        "serialNumber": ticket.code,
        "description": f"Ticket: {tidy(event.name)}"[:TEXTS],
        "voided": not ticket.is_live,
        "relevantDate": event.starts_at.isoformat(),
        "expirationDate": event.ends_at.isoformat(),
        "backgroundColor": _rgb(event.hue),
        "foregroundColor": "rgb(255,255,255)",
        "labelColor": "rgb(255,255,255)",
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": qr.url(ticket.code), "messageEncoding": "iso-8859-1"}],
        "eventTicket": {"primaryFields": [field("event", "EVENT", event.name)], "secondaryFields": below, "auxiliaryFields": more},
        **({"webServiceURL": service, "authenticationToken": token} if service.startswith("https://") else {}),
    }


def _rgb(hue: int) -> str:
    colour = brand(hue)
    return f"rgb({','.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


@functools.lru_cache(maxsize=64)
def _icon(hue: int, side: int) -> bytes:
    """The event's colour with a light ring: Apple takes no pass without an icon."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (side * 4, side * 4), brand(hue))
    edge = side
    ImageDraw.Draw(picture).ellipse((edge, edge, 3 * edge, 3 * edge), outline="white", width=side // 3)
    out = io.BytesIO()
    picture.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


@functools.lru_cache(maxsize=2)
def google_key(file: Path) -> tuple[str, RSAPrivateKey]:
    """(e-mail, key) of a service account's JSON file. Raises OSError, ValueError."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    said = json.loads(file.read_bytes())
    key = load_pem_private_key(str(said["private_key"]).encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("its key is not RSA")
    return str(said["client_email"]), key


def google_link(event: Event, ticket: Ticket, file: Path, issuer: str, *, origin: str, at: int) -> str:
    """The address that saves a ticket to Google Wallet (JWT, RS256: RFC 7515, 7519)."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    email, key = google_key(file)

    def text(value: str) -> dict[str, Any]:
        return {"defaultValue": {"language": "en", "value": tidy(value)[:TEXTS]}}

    kind: dict[str, Any] = {"id": f"{issuer}.{event.slug}", "issuerName": tidy(event.organiser.name)[:20], "eventName": text(event.name)}
    kind |= {"reviewStatus": "UNDER_REVIEW", "dateTime": {"start": event.starts_at.isoformat(), "end": event.ends_at.isoformat()}}
    if event.place:
        kind["venue"] = {"name": text(event.place), "address": text(event.address.replace("\n", ", ") or event.place)}
    held = {
        "id": f"{issuer}.{ticket.code}",
        "classId": kind["id"],
        "state": "ACTIVE" if ticket.is_live else "INACTIVE",
        "ticketHolderName": tidy(ticket.name)[:TEXTS],
        "ticketType": text(ticket.ticket_type.name),
        "barcode": {"type": "QR_CODE", "value": qr.url(ticket.code)},
    }
    claims = {"iss": email, "aud": "google", "typ": "savetowallet", "iat": at, "origins": [origin]}
    claims["payload"] = {"eventTicketClasses": [kind], "eventTicketObjects": [held]}
    head = ".".join(_b64(json.dumps(part, separators=(",", ":")).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{SAVE}{head}.{_b64(key.sign(head.encode(), PKCS1v15(), hashes.SHA256()))}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
