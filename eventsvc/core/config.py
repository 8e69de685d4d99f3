"""Settings, read from the environment (prefix EVENTSVC_) and checked once. A wrong value names its setting."""

from __future__ import annotations

import functools
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent.parent
"""The installed package."""


def _beside(name: str) -> Path:
    """A top-level folder: inside the package when installed from a wheel, beside it in a checkout."""
    packed = PACKAGE / f"_{name}"
    return packed if packed.is_dir() else PACKAGE.parent / name


FRONTEND = _beside("frontend")
ALEMBIC = _beside("alembic")


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names it."""


_EMPTY = BeforeValidator(lambda value: value or None)


class Settings(BaseSettings):
    """What can be set from outside. Every field is an environment variable EVENTSVC_<NAME IN CAPITALS>."""

    model_config = SettingsConfigDict(env_prefix="EVENTSVC_", extra="ignore")

    database_url: str = Field("", description="sqlite:///FILE or postgresql://user:pass@host/db")
    base_url: str = Field("http://127.0.0.1:8000", description="the address people see, without a final slash")
    secret_key: str = Field("", description="signs links, seals sensitive answers; made and kept under DATA_DIR on SQLite")
    data_dir: Path = Field(Path("var"), description="database, outbox, keys")
    smtp_url: str = Field("", description="smtp[s]://user:pass@host:port; absent: letters become .eml files")
    mail_from: str = Field("", description="sender of letters")
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = "https://api.stripe.com"
    webhook_allow_private: bool = Field(False, description="allow webhooks to private networks")
    trusted_proxies: str = Field("", description="addresses or networks whose X-Forwarded-For counts, by comma")
    log_format: Literal["text", "json"] = "text"
    apple_pass_certificate: Annotated[Path | None, _EMPTY] = Field(None, description="PEM: Pass Type ID certificate and its key")
    apple_pass_chain: Annotated[Path | None, _EMPTY] = Field(None, description="PEM: Apple's intermediate certificate (WWDR)")
    google_wallet_key: Annotated[Path | None, _EMPTY] = Field(None, description="JSON key of a Google Wallet service account")
    google_wallet_issuer: str = Field("", description="issuer id of Google Wallet")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = value.replace("postgres://", "postgresql://", 1)
        if value and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must look like sqlite:///FILE or postgresql://user:pass@host/db")
        if value.startswith("postgresql://") and not urlsplit(value).path.strip("/"):
            raise ValueError("must end with the name of a database, as in postgresql://user:pass@host/db")
        return value

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must look like https://conference.example.org, without a path")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str) -> str:
        if value:
            parts = urlsplit(value)
            try:
                _ = parts.port
            except ValueError:
                raise ValueError("has a port that is not a number") from None
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("must look like smtp://user:pass@host:587 or smtps://user:pass@host:465")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            ipaddress.ip_network(part, strict=False)
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'eventsvc.sqlite3'}"
        if self.secret_key and len(self.secret_key) < 16:
            raise ValueError("EVENTSVC_SECRET_KEY is too short: use at least 16 characters, better 43 random ones")
        if not self.secret_key and not self.sqlite:
            raise ValueError("EVENTSVC_SECRET_KEY is required on PostgreSQL: set it to 43 random characters")
        if not self.mail_from:
            self.mail_from = f"noreply@{urlsplit(self.base_url).hostname}"
        return self

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_file(self) -> Path:
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def host(self) -> str:
        """The host name people see; the right side of Message-IDs and calendar UIDs."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def load() -> Settings:
    """Read and check the environment. Raises SettingsError with one sentence that names the setting."""
    try:
        settings = Settings()
    except ValidationError as exc:
        first = exc.errors()[0]
        reason = str(first.get("ctx", {}).get("error") or first["msg"])
        if first["loc"]:
            raise SettingsError(f"EVENTSVC_{str(first['loc'][0]).upper()} {_sentence(reason)}") from None
        raise SettingsError(reason) from None
    if not settings.secret_key:
        settings.secret_key = _kept_key(settings.data_dir)
    return settings


def _sentence(reason: str) -> str:
    if reason.startswith(("must", "has", "is")):
        return reason
    return f"is wrong: {reason[:1].lower()}{reason[1:]}."


def _kept_key(data_dir: Path) -> str:
    """The key made at the first start; created exclusively, so two processes agree on one."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / "secret-key"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(32))
    return file.read_text().strip()


@functools.lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()
