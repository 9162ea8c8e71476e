"""Log-ins that fail are counted, by where they come from and by the name that was tried; too many, and the next ones
are refused unread for a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.inserting import insert
from models.tables import LoginTryRow

WINDOW = timedelta(minutes=15)
# Many people may share one address; nobody mistypes his own password so often.
LIMITS: Mapping[str, int] = {"client": 50, "name": 10}


def are_too_many(session: Session, client: str, name: str, now: datetime) -> bool:
    rows = session.scalars(
        select(LoginTryRow).where(LoginTryRow.key.in_(_keys(client, name)), LoginTryRow.since > now - WINDOW)
    )
    return any(row.failures >= LIMITS[row.key.partition(":")[0]] for row in rows)


def failed(session: Session, client: str, name: str, now: datetime) -> None:
    session.execute(delete(LoginTryRow).where(LoginTryRow.since <= now - WINDOW))
    for key in _keys(client, name):
        first = insert(session, LoginTryRow).values(key=key, since=now, failures=1)
        again = {"failures": LoginTryRow.failures + 1}
        session.execute(first.on_conflict_do_update(index_elements=["key"], set_=again))


def succeeded(session: Session, name: str) -> None:
    session.execute(delete(LoginTryRow).where(LoginTryRow.key == f"name:{name}"))


def _keys(client: str, name: str) -> list[str]:
    """Where no name was tried, only where it came from counts."""
    return [f"client:{client[:64]}", *([f"name:{name[:320]}"] if name else [])]
