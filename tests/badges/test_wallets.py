"""Tickets in wallets, signed with certificates made here; the web service that keeps a pass up to date; corrections until a moment."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from eventsvc.badges import rules
from eventsvc.badges.models import WalletDevice
from eventsvc.badges.render import qr
from eventsvc.badges.rules.wallets import pass_token
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from tests.make import make_event, make_ticket
from tests.people import browser, signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
TYPE = "pass.org.example.conference"


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, RSAPrivateKey]:
    """(pass certificate with key, chain, Google key file, Google key)."""
    folder = tmp_path_factory.mktemp("papers")
    root, own = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Not Apple")])
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"Pass Type ID: {TYPE}"),
            x509.NameAttribute(NameOID.USER_ID, TYPE),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TEAM123456"),
        ]
    )

    def made(name: x509.Name, key: RSAPrivateKey, ca: bool) -> bytes:
        moment = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(moment - timedelta(days=1))
        builder = builder.not_valid_after(moment + timedelta(days=9)).add_extension(x509.BasicConstraints(ca, None), critical=True)
        return builder.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM)

    (folder / "pass.pem").write_bytes(made(subject, own, ca=False) + _pem(own))
    (folder / "chain.pem").write_bytes(made(issuer, root, ca=True))
    (folder / "google.json").write_text(json.dumps({"client_email": "svc@example.org", "private_key": _pem(own).decode()}))
    return folder / "pass.pem", folder / "chain.pem", folder / "google.json", own


@pytest.fixture
def configured(papers: tuple[Path, Path, Path, RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "base_url", "https://conference.example.org")
    monkeypatch.setattr(settings(), "apple_pass_certificate", papers[0])
    monkeypatch.setattr(settings(), "apple_pass_chain", papers[1])
    monkeypatch.setattr(settings(), "google_wallet_key", papers[2])
    monkeypatch.setattr(settings(), "google_wallet_issuer", "3388000000012345678")


async def test_without_certificates_there_is_no_wallet(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    base = f"/{event.slug}/my/{ticket.secret}"

    page = await client.get(base)
    files = [await client.get(f"{base}/{name}") for name in ("ticket.pkpass", "google-wallet")]

    assert "Wallet" not in page.text
    assert [answer.status_code for answer in files] == [404, 404]


@pytest.mark.usefixtures("configured")
async def test_an_apple_pass_is_signed_and_whole(papers: tuple[Path, Path, Path, RSAPrivateKey], tmp_path: Path) -> None:
    event = await make_event(name="Summit “Ω”")
    ticket = await make_ticket(event, name="Zoë Łukaszewicz")
    async with browser() as ada:
        page = await ada.get(f"/{event.slug}/my/{ticket.secret}")
        answer = await ada.get(f"/{event.slug}/my/{ticket.secret}/ticket.pkpass")

    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    manifest, said = json.loads(packed.read("manifest.json")), json.loads(packed.read("pass.json"))
    (tmp_path / "signature").write_bytes(packed.read("signature"))
    (tmp_path / "manifest").write_bytes(packed.read("manifest.json"))
    verify = ["openssl", "smime", "-verify", "-inform", "DER", "-in", "signature", "-content", "manifest", "-purpose", "any"]
    verified = subprocess.run([*verify, "-CAfile", str(papers[1])], cwd=tmp_path, capture_output=True, check=False)

    assert "Add to Apple Wallet" in page.text
    assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
    assert {*packed.namelist()} == {*manifest, "manifest.json", "signature"} >= {"pass.json", "icon.png", "icon@2x.png"}
    assert verified.returncode == 0, verified.stderr
    assert (said["passTypeIdentifier"], said["teamIdentifier"], said["serialNumber"]) == (TYPE, "TEAM123456", ticket.code)
    assert said["barcodes"][0]["message"] == qr.url(ticket.code)
    assert said["eventTicket"]["secondaryFields"][0]["value"] == "Zoë Łukaszewicz"
    assert ticket.secret not in json.dumps(said)


@pytest.mark.usefixtures("configured")
async def test_a_phone_follows_its_pass_and_fetches_what_changed() -> None:
    event = await make_event()
    ticket, foreign = await make_ticket(event), await make_ticket(event)
    own, all_ = {"authorization": f"ApplePass {pass_token(ticket)}"}, f"/wallet/v1/devices/phone/registrations/{TYPE}"
    async with browser() as phone:
        stranger = await phone.post(f"{all_}/{foreign.code}", json={"pushToken": "p"}, headers=own)
        added = [await phone.post(f"{all_}/{ticket.code}", json={"pushToken": "p"}, headers=own) for _ in range(2)]
        broken = await phone.post(f"{all_}/{ticket.code}", content=b"[]", headers=own)
        first = await phone.get(all_)
        nothing = await phone.get(f"{all_}?passesUpdatedSince={first.json()['lastUpdated']}")
        await ticket.change(name="Ada King", changed_at=now() + timedelta(seconds=2))
        later = await phone.get(f"{all_}?passesUpdatedSince={first.json()['lastUpdated']}")
        fetched = await phone.get(f"/wallet/v1/passes/{TYPE}/{ticket.code}", headers=own)
        same = await phone.get(
            f"/wallet/v1/passes/{TYPE}/{ticket.code}", headers={**own, "if-modified-since": fetched.headers["last-modified"]}
        )
        refused = [await phone.get(f"/wallet/v1/passes/{kind}/{ticket.code}", headers=own) for kind in ("pass.other", TYPE + "x")]
        gone = await phone.delete(f"{all_}/{ticket.code}", headers=own)

    assert (stranger.status_code, [one.status_code for one in added], broken.status_code) == (401, [201, 200], 400)
    assert (first.json()["serialNumbers"], nothing.status_code, later.json()["serialNumbers"]) == ([ticket.code], 204, [ticket.code])
    assert b"Ada King" in zipfile.ZipFile(io.BytesIO(fetched.content)).read("pass.json")
    assert (same.status_code, {answer.status_code for answer in refused}, gone.status_code) == (304, {401}, 200)
    assert await WalletDevice.all().count() == 0


@pytest.mark.usefixtures("configured")
async def test_the_google_link_is_signed_by_the_service_account(papers: tuple[Path, Path, Path, RSAPrivateKey]) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada")
    async with browser() as ada:
        answer = await ada.get(f"/{event.slug}/my/{ticket.secret}/google-wallet")

    head, claims, signature = answer.headers["location"].removeprefix("https://pay.google.com/gp/v/save/").split(".")
    decoded = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (claims, signature)]
    papers[3].public_key().verify(decoded[1], f"{head}.{claims}".encode(), PKCS1v15(), hashes.SHA256())
    held = json.loads(decoded[0])["payload"]["eventTicketObjects"][0]
    assert (held["barcode"]["value"], held["ticketHolderName"]) == (qr.url(ticket.code), "Ada")


async def test_attendees_correct_their_badge_until_the_organiser_prints(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelac")
    mine, typed = f"/{event.slug}/my/{ticket.secret}", {"do": "save", "name": "Ada Lovelace"}

    saved = await client.post(mine, data=typed)
    async with await signed_in("olga", event) as olga:
        local = event.local(now() - timedelta(minutes=5))
        closed = await olga.post(f"/manage/{event.slug}/badges/designs", data={"until": f"{local:%Y-%m-%dT%H:%M}"})
    late = await client.post(mine, data=typed | {"name": "Ada King"})
    page = await client.get(mine)

    assert (saved.status_code, closed.status_code, late.status_code) == (303, 303, 409)
    assert "Ask at the desk" in late.text
    assert ("Tell the desk" in page.text, "Ada Lovelace" in page.text) == (True, True)
    assert await rules.deadline(event) < now()
