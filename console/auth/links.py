"""Links by which a user sets his password: good once, and for a day. Only the digest of what they hold is stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables import UserLinkRow, UserRow

LIFE = timedelta(hours=24)


def make(session: Session, user_id: int, now: datetime) -> str:
    """What a new link holds; one that the user had before is good no more."""
    session.execute(delete(UserLinkRow).where((UserLinkRow.user_id == user_id) | (UserLinkRow.expires_at <= now)))
    token = secrets.token_urlsafe(32)
    session.add(UserLinkRow(digest=_digest(token), user_id=user_id, expires_at=now + LIFE))
    return token


def find(session: Session, token: str, now: datetime, *, locked: bool = False) -> UserRow | None:
    """Whom the link is for; None where it is used, too old, or of somebody who may not log in. `locked`: to be used in
    this transaction, by nobody else."""
    wanted = (
        select(UserRow)
        .join(UserLinkRow, UserLinkRow.user_id == UserRow.id)
        .where(UserLinkRow.digest == _digest(token), UserLinkRow.expires_at > now, UserRow.is_disabled.is_(False))
    )
    return session.scalar(wanted.with_for_update() if locked else wanted)


def drop(session: Session, user_id: int) -> None:
    session.execute(delete(UserLinkRow).where(UserLinkRow.user_id == user_id))


def address(base: str, token: str) -> str:
    """The link as it is passed on."""
    return f"{base.rstrip('/')}/welcome/{token}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
