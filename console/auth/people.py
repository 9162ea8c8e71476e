"""Users, and what may be changed about them: the same acts for the pages and for the command line. Each is in the log,
and each works inside the caller's transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth import audit, links, sessions, totp
from console.auth.roles import Role, User
from models.errors import NotPossible
from models.tables import UserRow
from models.values import TEAMS, directory_key

_ADDRESS = re.compile(r"[^\s<>@;,:\"()\[\]\\]+@[^\s<>@;,:\"()\[\]\\]+")
_LONGEST = 100  # it signs corrections and entries of the timeline


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, where from and when."""

    who: str
    client: str
    now: datetime


def by(user: User, now: datetime) -> By:
    return By(user.address, user.client, now)


def add(session: Session, doer: By, address: str, name: str, role: Role, password: str = "") -> UserRow:
    """A new user; `password` is a hash, empty where he gets a link or comes in by the provider.

    Raises:
        NotPossible: `address` is none, or is that of a user.
    """
    if not _ADDRESS.fullmatch(address) or not address.isprintable():
        raise NotPossible(f"{address!r} is no mail address; write name@domain")
    if len(address) > _LONGEST:
        raise NotPossible(f"an address by which somebody logs in has at most {_LONGEST} characters")
    if find(session, address) is not None:
        raise NotPossible(f"{address} is a user already")
    row = UserRow(
        name=name.strip()[:_LONGEST] or address.partition("@")[0],
        address=address,
        address_key=directory_key(address),
        role=role,
        password=password,
        created_at=doer.now,
    )
    session.add(row)
    session.flush()
    _note(session, doer, "user-added", f"{address} as {role}")
    return row


def find(session: Session, address: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.address_key == directory_key(address)))


def named(session: Session, address: str) -> UserRow:
    """The user of that address.

    Raises:
        NotPossible: there is none.
    """
    row = find(session, address)
    if row is None:
        raise NotPossible(f"there is no user {address}; firstline user list names them")
    return row


def set_role(session: Session, doer: By, row: UserRow, role: Role) -> None:
    """He is logged out everywhere, and comes back as what he is now.

    Raises:
        NotPossible: nobody would be an administrator any more.
    """
    if role == row.role:
        return
    if is_last_admin(session, row):
        raise NotPossible(f"{row.address} is the only administrator: make somebody else one first")
    row.role = role
    sessions.end_all(session, row.id)
    _note(session, doer, f"role-{role}", row.address)


def set_disabled(session: Session, doer: By, row: UserRow, is_disabled: bool) -> None:
    """Let him log in no more, or again; who is logged in is logged out.

    Raises:
        NotPossible: nobody would be an administrator any more.
    """
    if is_disabled and is_last_admin(session, row):
        raise NotPossible(f"{row.address} is the only administrator: make somebody else one first")
    row.is_disabled = is_disabled
    sessions.end_all(session, row.id)
    links.drop(session, row.id)
    _note(session, doer, "user-disabled" if is_disabled else "user-enabled", row.address)


def set_password(session: Session, doer: By, row: UserRow, hashed: str) -> None:
    """He is logged out everywhere."""
    row.password = hashed
    sessions.end_all(session, row.id)
    links.drop(session, row.id)
    _note(session, doer, "password-set", row.address)


def reset_password(session: Session, doer: By, row: UserRow) -> str:
    """The old password is taken no more, and he is logged out everywhere; returns what the link to set a new one holds,
    which is stored nowhere."""
    session.refresh(row, with_for_update=True)  # a password that is being set by the link before is over, too
    row.password = ""
    sessions.end_all(session, row.id)
    _note(session, doer, "password-link", row.address)
    return links.make(session, row.id, doer.now)


def set_teams(session: Session, doer: By, row: UserRow, teams: Sequence[str], own_only: bool) -> None:
    """His teams, and whether he sees the cases of these alone.

    Raises:
        NotPossible: there is no such team.
    """
    unknown = sorted(set(teams) - set(TEAMS))
    if unknown:
        raise NotPossible(f"there is no team {unknown[0]!r:.80}; teams are {', '.join(TEAMS)}")
    wanted = sorted(set(teams))
    if (wanted, own_only) == (row.teams, row.own_teams_only):
        return
    row.teams, row.own_teams_only = wanted, own_only
    sees = "own cases" if own_only else "all cases"
    _note(session, doer, "teams-set", f"{row.address}: {', '.join(wanted) or 'none'}; {sees}")


def describe(session: Session, doer: By, row: UserRow, name: str, language: str | None) -> None:
    """How colleagues see him, and the language of his pages (None: his browser's)."""
    wanted = name.strip()[:_LONGEST] or row.name
    if (wanted, language) != (row.name, row.language):
        row.name, row.language = wanted, language
        _note(session, doer, "user-described", row.address)


def log_out(session: Session, doer: By, row: UserRow) -> None:
    sessions.end_all(session, row.id)
    _note(session, doer, "logged-out-everywhere", row.address)


def reset_totp(session: Session, doer: By, row: UserRow) -> None:
    """His authenticator is lost: password alone lets him in, until he sets up another one. He is logged out everywhere.

    Raises:
        NotPossible: he has none.
    """
    if not totp.remove(session, row.id):
        raise NotPossible(f"{row.address} has no authenticator")
    sessions.end_all(session, row.id)
    _note(session, doer, "totp-reset", row.address)


def is_last_admin(session: Session, row: UserRow) -> bool:
    """True where nobody else who may log in is an administrator. All of them are locked: of two who demote each other
    at once, the second is refused."""
    admins = select(UserRow.id).where(UserRow.role == Role.ADMIN, UserRow.is_disabled.is_(False))
    return session.scalars(admins.order_by(UserRow.id).with_for_update()).all() == [row.id]


def _note(session: Session, doer: By, what: str, about: str) -> None:
    audit.entry(session, doer.who, what, about, doer.client, doer.now)
