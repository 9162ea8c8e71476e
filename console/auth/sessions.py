"""Sessions: a browser holds a random key, the table its digest and whose it is."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, select
from sqlalchemy.orm import Session

from console.auth.roles import Role, User
from models.tables import SessionRow, TotpRow, UserRow

# A shift with its breaks: who has not touched a page for so long logs in again.
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
# Looking at pages is not writing: a session is noted as seen no more often than this.
SEEN_EVERY = timedelta(minutes=5)
# Whoever has shown his password, and has so long for the code of his authenticator.
HALFWAY, HALFWAY_LIFE = "halfway", timedelta(minutes=5)
PASSWORD, CODE, PROVIDER = "password", "code", "provider"


def begin(session: Session, user_id: int, client: str, now: datetime, how: str = PASSWORD) -> str:
    """A new session; returns the key for the cookie, which is stored nowhere. Clears away what has expired."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    key = secrets.token_hex(32)
    row = SessionRow(
        key_hash=digest(key),
        user_id=user_id,
        created_at=now,
        seen_at=now,
        expires_at=now + (HALFWAY_LIFE if how == HALFWAY else IDLE),
        client=client[:64],
        how=how,
    )
    session.add(row)
    return key


def find(session: Session, key: str, client: str, now: datetime) -> User | None:
    """Who is logged in with that key; None where nobody is, or may be, any more."""
    found = session.execute(
        _live(key, now)
        .where(SessionRow.how != HALFWAY)
        .outerjoin(TotpRow, and_(TotpRow.user_id == UserRow.id, TotpRow.confirmed_at.is_not(None)))
        .add_columns(TotpRow.user_id)
    ).first()
    if found is None:
        return None
    at, row, with_totp = found
    role = Role(row.role)
    return User(
        id=row.id,
        name=row.name,
        address=row.address,
        role=role,
        language=row.language,
        theme=row.theme,
        csrf=csrf(key),
        client=client,
        teams=tuple(row.teams),
        own_teams_only=row.own_teams_only and role is not Role.ADMIN,  # who could lift it by himself
        how=at.how,
        has_totp=with_totp is not None,
        has_password=bool(row.password),
    )


def halfway(session: Session, key: str, now: datetime) -> UserRow | None:
    """Who has shown his password with that key, and has still to show a code."""
    found = session.execute(_live(key, now).where(SessionRow.how == HALFWAY)).first()
    return found[1] if found is not None else None


def _live(key: str, now: datetime) -> Select[SessionRow, UserRow]:
    return (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(SessionRow.key_hash == digest(key), SessionRow.expires_at > now, UserRow.is_disabled.is_(False))
    )


def of_user(session: Session, user_id: int, now: datetime) -> list[SessionRow]:
    """Where a user is logged in, the last look first."""
    live = select(SessionRow).where(
        SessionRow.user_id == user_id, SessionRow.expires_at > now, SessionRow.how != HALFWAY
    )
    return list(session.scalars(live.order_by(SessionRow.seen_at.desc())))


def is_stale(session: Session, key: str, now: datetime) -> bool:
    """True where it is time to note that the session is in use."""
    seen_at = session.scalar(select(SessionRow.seen_at).where(SessionRow.key_hash == digest(key)))
    return seen_at is not None and now - seen_at > SEEN_EVERY


def touch(session: Session, key: str, now: datetime) -> None:
    row = session.get(SessionRow, digest(key))
    if row is not None:
        row.seen_at, row.expires_at = now, min(now + IDLE, row.created_at + LONGEST)


def end(session: Session, key: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.key_hash == digest(key)))


def end_all(session: Session, user_id: int) -> None:
    """Log a user out everywhere: his password was changed, or he may not log in any more."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def end_one(session: Session, user_id: int, key_hash: str) -> None:
    """Log a user out in one place, named by the digest of its key."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.key_hash == key_hash))


def end_others(session: Session, user_id: int, key: str) -> None:
    """Log a user out everywhere but here."""
    others = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.key_hash != digest(key))
    session.execute(others)


def csrf(key: str) -> str:
    """What a form of the session carries: follows from the key, and does not tell it."""
    return hmac.new(key.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf(key: str, shown: str) -> bool:
    return hmac.compare_digest(csrf(key).encode(), shown.encode("utf-8", "replace"))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
