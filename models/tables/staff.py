"""Who may use the staff's pages, who does at the moment, and what was done there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class UserRow(Base):
    """Somebody who may log in, by `address`. `password` is an argon2 hash with its parameters, empty where he has none
    and comes in otherwise; `role` is viewer, agent, supervisor or admin; `language` and `theme` are None where the
    browser decides. Where `own_teams_only`, he sees the cases of `teams` alone."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(16))
    theme: Mapped[str | None] = mapped_column(String(16))
    is_disabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    teams: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    own_teams_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_login_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is logged in. The cookie holds a random key; here is only its SHA-256, so that who reads the
    table cannot use it. `how` says by what it came in: `password`, `code` (both), `provider`; `halfway` is one that has
    shown the password, and the code not yet."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user", "user_id"), Index("ix_user_sessions_expires", "expires_at"))

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    client: Mapped[str] = mapped_column(String(64), default="")
    how: Mapped[str] = mapped_column(String(16), default="password", server_default="password")


class TotpRow(Base):
    """What a user's authenticator counts by (RFC 6238). `secret` is encrypted; it counts once a code has confirmed it.
    `last_step` is the time step of the last code that was taken: that one, and any before, is not taken again."""

    __tablename__ = "user_totp"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCodeRow(Base):
    """A code that lets a user in once without his authenticator; only its SHA-256. Gone once it is used."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class UserLinkRow(Base):
    """A link by which a user sets his password once; only the SHA-256 of what it holds. A user has one at most."""

    __tablename__ = "user_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    expires_at: Mapped[datetime]


class LoginTryRow(Base):
    """How often a log-in has failed since `since`, by client address or by the name that was tried."""

    __tablename__ = "login_tries"

    key: Mapped[str] = mapped_column(String(330), primary_key=True)
    since: Mapped[datetime]
    failures: Mapped[int]


class ListRow(Base):
    """A list of the directory as a user has sent it (`name` is the table it is of), until he has it taken in."""

    __tablename__ = "lists"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    content: Mapped[bytes]


class AuditRow(Base):
    """Who did what on the pages, when, to what, and from where. Append-only: the database refuses to change or delete
    a row."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_about", "about", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(320))
    what: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(String(320), default="")
    client: Mapped[str] = mapped_column(String(64), default="")
