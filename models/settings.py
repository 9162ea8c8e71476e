"""Settings: environment variables `FIRSTLINE_*`, or the same names in lower case in firstline.toml.

The environment wins over the file. A name or value that is wrong is refused, with what to write instead.
"""

import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from models import broker_url, database_url, receivers
from models.accounts import ImapAccount, OAuth, read_secret
from models.errors import Misconfigured
from models.keeping import Keeping
from models.receivers import Network
from models.signing_in import RoleName, check_signing_in
from models.telephone import check_twilio
from models.wrong_settings import explain, refuse_unknown

_SUPPORT_ADDRESS = re.compile(r"[^\s<>@;,:\"+()\[\]\\]+@[^\s<>@;,:\"()\[\]\\]+")
_STAFF = re.compile(r"[^\s<>@;,:\"()\[\]\\]*@[^\s<>@;,:\"()\[\]\\]+")
PREFIX = "FIRSTLINE_"
_NOT_SETTINGS = {"FIRSTLINE_CONFIG"}
_SECRETS = (
    "relay_password",
    "twilio_auth_token",
    "twilio_auth_token_2",
    "api_token",
    "token_key",
    "oidc_client_secret",
    "storage_key",
)
_FROM_FILES = (*_SECRETS, "database_url", "broker_url")  # which may hold a password


class Settings(Keeping):
    """Everything that can be set. Only the composition root reads it from the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    data: Path = Path("var")
    database_url: SecretStr = SecretStr("")
    broker_url: SecretStr = SecretStr("")
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=8025, ge=0, le=65535)
    smtp_hostname: str = ""
    smtp_protocol: Literal["smtp", "lmtp"] = "smtp"
    smtp_certificate: Path | None = None
    smtp_key: Path | None = None
    smtp_size_limit: int = Field(default=32 * 1024 * 1024, ge=1024)
    smtp_connection_limit: int = Field(default=200, ge=1)
    smtp_recipient_limit: int = Field(default=100, ge=1)
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    monitor_host: str = "127.0.0.1"
    monitor_port: int | None = Field(default=None, ge=0, le=65535)
    addresses: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    duty: str = ""
    trust: Literal["off", "dns", "relay"] = "off"
    authserv_id: str = ""
    dns: str = ""
    relay_host: str = ""
    relay_port: int = Field(default=25, ge=1, le=65535)
    relay_user: str = ""
    relay_password: SecretStr | None = None
    relay_oauth2: OAuth | None = None
    relay_tls: Literal["none", "starttls", "implicit"] = "none"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_auth_token_2: SecretStr | None = None
    twilio_number: str = ""
    twilio_api_url: str = ""
    twilio_countries: tuple[str, ...] = ()
    twilio_transcribe: bool = False
    transcriber: tuple[str, ...] = ()
    public_url: str = ""
    api_token: SecretStr | None = None
    api_limit_per_minute: int | None = Field(default=None, ge=1)
    webhook_networks: tuple[Network, ...] = ()
    token_key: SecretStr | None = None
    totp_required: tuple[RoleName, ...] = ()
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = ""
    oidc_role_claim: str = ""
    oidc_roles: tuple[str, ...] = ()
    oidc_create: bool = False
    profile: str = "yilong"
    schemes: Path | None = None
    model: Path | None = None
    workers: int = Field(default=2, ge=1, le=32)
    processes: int | None = Field(default=None, ge=0, le=32)
    ack_limit_per_hour: int = Field(default=30, ge=1)
    case_limit_per_hour: int = Field(default=10, ge=1)
    content_limit: int = Field(default=20, ge=1)
    domain_limit_per_hour: int = Field(default=3000, ge=1)
    mail_limit_per_hour: int = Field(default=50_000, ge=1)
    notice_limit_per_hour: int = Field(default=20, ge=1)
    traces_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    imap: tuple[ImapAccount, ...] = ()

    @field_validator("addresses", "staff", "twilio_countries", "totp_required", "oidc_roles", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("transcriber", mode="before")
    @classmethod
    def _is_a_command(cls, value: Any) -> Any:
        try:
            return tuple(shlex.split(value)) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError(
                f"{error}; write a program and its arguments as in a shell: /opt/whisper/run small"
            ) from error

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not _SUPPORT_ADDRESS.fullmatch(address):
                raise ValueError(f"{address!r} is no support address; write name@domain, without a + part")
        return value

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _are_networks(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(receivers.network(part) for part in parts)

    @field_validator("traces_url")
    @classmethod
    def _is_a_collector(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s@]+/\S+", value):
            raise ValueError("is no address of a collector; write http://collector.example:4318/v1/traces")
        return value

    @field_validator("duty")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not _SUPPORT_ADDRESS.fullmatch(value):
            raise ValueError(f"{value!r} is no address; write name@domain")
        return value

    @field_validator("staff")
    @classmethod
    def _are_people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            if not _STAFF.fullmatch(entry):
                raise ValueError(f"{entry!r} is neither an address nor a domain; write name@domain or @domain")
        return value

    @field_validator(*_SECRETS)
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value():
            raise ValueError("is empty; write a secret or leave it out")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: SecretStr) -> SecretStr:
        return SecretStr(database_url.checked(value.get_secret_value())) if value else value

    @field_validator("broker_url")
    @classmethod
    def _is_a_broker(cls, value: SecretStr) -> SecretStr:
        return SecretStr(broker_url.checked(value.get_secret_value())) if value else value

    @field_validator("log_level", "log_format", "trust", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _agree(self) -> "Settings":
        if (self.smtp_certificate is None) != (self.smtp_key is None):
            raise ValueError("smtp_certificate and smtp_key go together")
        if self.relay_user and (self.relay_password is None) == (self.relay_oauth2 is None):
            raise ValueError("relay_password: set it or relay_oauth2 too, or leave relay_user out")
        if self.relay_oauth2 is not None and not self.relay_user:
            raise ValueError("relay_user: set the mailbox that relay_oauth2 is for")
        if not self.relay_host and (self.relay_user or "relay_port" in self.model_fields_set):
            raise ValueError("relay_host: set it too; without it acknowledgements are only written to the outbox")
        if ":" in self.relay_host.partition("]")[2] or self.relay_host.count(":") == 1:
            raise ValueError("relay_host: write the name of the server alone, and its port as relay_port")
        if (self.trust == "relay") != bool(self.authserv_id):
            raise ValueError('authserv_id: it goes with trust = "relay", and that with it')
        if self.imap and not self.addresses:
            raise ValueError("addresses: set the support address; acknowledgements are sent from it")
        check_twilio(self)
        check_signing_in(self)
        names = [account.name for account in self.imap]
        if len(set(names)) != len(names):
            raise ValueError("imap: two accounts have the same name")
        return self

    @property
    def resolved_database_url(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite:///{(self.data / 'firstline.db').resolve()}"


def load(environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """The settings in force: `overrides` (command line), then the environment, then the file.

    Raises:
        Misconfigured: a name or value that cannot be; the message says what to write.
    """
    # Each source by itself: a secret in the environment wins over a secret's file that firstline.toml names.
    values = _with_secrets(_from_file(environ)) | _with_secrets(_from_environment(environ))
    values |= {name: value for name, value in overrides.items() if value is not None}
    refuse_unknown(values, Settings.model_fields, PREFIX)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise Misconfigured(explain(error, Settings.model_fields)) from error


def _from_file(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get("FIRSTLINE_CONFIG")
    path = Path(named or "firstline.toml")
    if not path.exists():
        if named:
            raise Misconfigured(f"FIRSTLINE_CONFIG names {path}, which does not exist")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # as editors of Windows begin a file
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise Misconfigured(f"{path}: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS and value != ""
    }


def _with_secrets(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the contents of the secrets' files in place of the files' names."""
    for name in _FROM_FILES:
        if path := values.pop(f"{name}_file", None):
            if name in values:  # nobody could say which of the two is meant
                raise Misconfigured(f"{name} and {name}_file are both set: leave one of them out")
            values[name] = read_secret(Path(str(path)), f"{name}_file")
    return values
