"""Messages that are held: they wait, and nobody sends them before a person says so. Every function works inside the
caller's transaction.

What was waiting when a backup was made may have gone out since: who restores it cannot know.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, CursorResult, Select, func, select, update
from sqlalchemy.orm import Session, defer

from models.errors import NotPossible
from models.tables import OutgoingRow, ReportRow
from models.values import OutgoingState, ReportState

_HELD = OutgoingRow.state == OutgoingState.PENDING, OutgoingRow.due_at.is_(None)


def hold_all(connection: Connection, because: str) -> tuple[int, int]:
    """Hold what waits to be sent, and let nothing be sent in answer to the reports that wait to be processed; returns
    how many messages and how many reports those are."""
    messages = (
        update(OutgoingRow)
        .where(OutgoingRow.due_at.is_not(None))
        .values(state=OutgoingState.PENDING, due_at=None, lease=None, error=because)
    )
    reports = update(ReportRow).where(ReportRow.state == ReportState.WAITING).values(answer=False)
    held, waiting = (cast(CursorResult[object], connection.execute(each)).rowcount for each in (messages, reports))
    return held, waiting


def count(session: Session) -> int:
    """How many messages are held."""
    return session.scalar(select(func.count()).select_from(OutgoingRow).where(*_HELD)) or 0


def listed(session: Session, limit: int) -> Sequence[OutgoingRow]:
    """The messages that are held, the oldest first."""
    query = select(OutgoingRow).options(defer(OutgoingRow.content)).where(*_HELD)
    return session.scalars(query.order_by(OutgoingRow.created_at, OutgoingRow.id).limit(limit)).all()


def take(session: Session, ids: Sequence[str]) -> Sequence[OutgoingRow]:
    """These messages, to be changed; all that are held where no ids are given.

    Raises:
        NotPossible: one of them is not held.
    """
    query: Select[OutgoingRow] = select(OutgoingRow).where(*_HELD).with_for_update()
    if not ids:
        return session.scalars(query).all()
    rows = session.scalars(query.where(OutgoingRow.id.in_(ids))).all()
    if missing := sorted(set(ids) - {row.id for row in rows}):
        raise NotPossible(f"no message {missing[0]} is held; firstline held list shows those that are")
    return rows


def send(rows: Sequence[OutgoingRow], now: datetime) -> None:
    """Have these messages sent after all, each with the Message-ID that it always had."""
    for row in rows:
        row.due_at, row.error = now, None


def drop(rows: Sequence[OutgoingRow], because: str) -> None:
    """Never send these messages."""
    for row in rows:
        row.state, row.error = OutgoingState.FAILED, because
