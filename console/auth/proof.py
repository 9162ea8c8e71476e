"""What somebody shows to come in, or again before he changes by what he comes in: counted, and refused unread after too
many failures. Each answer is empty where it is right, else the name of the words that say what is wrong."""

from datetime import datetime

from sqlalchemy.orm import Session

from console.auth import audit, passwords, totp, tries
from console.auth.totp import Vault
from models.db import Database
from models.tables import UserRow

TOO_MANY, WRONG_CODE, WRONG_PASSWORD = "login.too-many", "login.wrong-code", "login.wrong-password"


def code(session: Session, user_id: int, typed: str, client: str, vault: Vault, now: datetime) -> str:
    """Of an authenticator, or to recover. Whoever tries at once with others waits here: none is counted too late."""
    row = session.get_one(UserRow, user_id, with_for_update=True)
    if tries.are_too_many(session, client, row.address_key, now):
        return TOO_MANY
    used = totp.check(session, user_id, typed, vault, now)
    if used is None:
        tries.failed(session, client, row.address_key, now)
        audit.entry(session, row.address, "code-refused", "", client, now)
        return WRONG_CODE
    if used == "recovery-code":
        session.flush()
        audit.entry(session, row.address, used, f"{totp.codes_left(session, user_id)} left", client, now)
    return ""


def password(database: Database, user_id: int, typed: str, client: str, now: datetime) -> tuple[str, str]:
    """The answer, and the hash that it is about: the one that the user has now. Compared outside of any transaction: it
    is slow on purpose. Whoever writes by it asks `is_still` first."""
    with database.reading() as session:
        row = session.get_one(UserRow, user_id)
        if tries.are_too_many(session, client, row.address_key, now):
            return TOO_MANY, row.password
    if passwords.is_right(row.password, typed):
        return "", row.password
    with database.transaction() as session:
        tries.failed(session, client, row.address_key, now)
        audit.entry(session, row.address, "password-refused", "", client, now)
    return WRONG_PASSWORD, row.password


def is_still(row: UserRow, shown: str) -> bool:
    """True where the password whose hash was `shown` lets the user in yet: `row`, which is locked, may have been reset
    or disabled while it was compared."""
    return row.password == shown and not row.is_disabled
