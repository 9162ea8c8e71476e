"""Accounts at mail servers, as the settings have them, and where their secrets come from."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from models.errors import Misconfigured
from models.protected import is_protected


class OAuth(BaseModel):
    """How to get access tokens for an account: a table `oauth2` in that of the account.

    With a refresh token that grant is used (a person has consented once), without one client credentials
    (RFC 6749 sections 4.4 and 6).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token_url: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    refresh_token: SecretStr | None = None
    refresh_token_file: Path | None = None
    scope: str = ""

    @field_validator("token_url")
    @classmethod
    def _is_protected(cls, value: str) -> str:
        if not is_protected(value):
            raise ValueError(f"{value!r} must begin with https://; a client secret is sent there")
        return value

    @model_validator(mode="after")
    def _has_credentials(self) -> "OAuth":
        for name in ("client_secret", "refresh_token"):
            if getattr(self, name) is not None and getattr(self, f"{name}_file") is not None:
                raise ValueError(f"set only one of {name} and {name}_file")
        given = (self.client_secret, self.client_secret_file, self.refresh_token, self.refresh_token_file)
        if all(one is None for one in given):
            raise ValueError("set client_secret, refresh_token, or both")
        return self

    def secret(self, name: str) -> str | None:
        """The client secret or refresh token; read from its file each time, so that it can be changed."""
        value: SecretStr | None = getattr(self, name)
        path: Path | None = getattr(self, f"{name}_file")
        if value is not None:
            return value.get_secret_value()
        return read_secret(path, f"oauth2: {name}_file") if path is not None else None


class ImapAccount(BaseModel):
    """One mailbox account to poll: a table `[[imap]]` in firstline.toml.

    `after` is what happens to a mail once it is stored: `keep` leaves it as it is, `seen` flags it,
    `move:FOLDER` moves it there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100)
    host: str
    port: int = Field(default=993, ge=1, le=65535)
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: Path | None = None
    username: str
    password: SecretStr | None = None
    password_file: Path | None = None
    oauth2: OAuth | None = None
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    after: str = Field(default="seen", pattern=r"^(keep|seen|move:.+)$")
    poll_seconds: float = Field(default=60, gt=0)
    idle: bool = True

    @model_validator(mode="after")
    def _has_one_password(self) -> "ImapAccount":
        ways = (self.password, self.password_file, self.oauth2)
        if sum(one is not None for one in ways) != 1:
            raise ValueError("set exactly one of password, password_file and oauth2")
        return self

    def secret(self) -> str:
        """The password; read from its file at each log-in, so that it can be changed without a restart."""
        if self.password is not None:
            return self.password.get_secret_value()
        assert self.password_file is not None  # with oauth2 there is a token instead
        return read_secret(self.password_file, f"imap account {self.name!r}: password_file")

    def secrets(self) -> tuple[str | None, ...]:
        """All that a log-in depends on, by which to see that it was changed; empty where a file cannot be read."""
        try:
            if self.oauth2 is None:
                return (self.secret(),)
            return (self.oauth2.secret("client_secret"), self.oauth2.secret("refresh_token"))
        except Misconfigured:
            return ()


def read_secret(path: Path, name: str) -> str:
    """The secret in a file; `name` is the setting that names it.

    Raises:
        Misconfigured: it cannot be read, or is empty.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{name}: {path} cannot be read ({error})") from error
    if not secret:
        raise Misconfigured(f"{name}: {path} is empty")
    return secret
