"""The log of what was done on the pages. It is only ever added to; the database refuses anything else."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from console.auth.roles import User
from models.tables import AuditRow


def note(session: Session, user: User, what: str, about: str, now: datetime) -> None:
    """Write down what `user` did, within the transaction that does it."""
    entry(session, user.address, what, about, user.client, now)


def masked(key: str) -> str:
    """A customer's address or number as the log may have it, which cannot be changed when he asks to be forgotten."""
    return f"{hashlib.sha256(key.encode()).hexdigest()[:12]} (masked)"


def entry(session: Session, who: str, what: str, about: str, client: str, now: datetime) -> None:
    session.add(AuditRow(at=now, who=who[:320], what=what, about=about[:320], client=client[:64]))
