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
from models.merged import survivors
from models.tables import EventRow, OutgoingRow, ReportRow
from models.values import MACHINE, OutgoingState, ReportState

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
        raise NotPossible(f"no message {missing[0]} is held, or it is no more: look at the list again")
    return rows


def send(rows: Sequence[OutgoingRow], now: datetime) -> None:
    """Have these messages sent after all, each with the Message-ID that it always had."""
    for row in rows:
        row.due_at, row.error = now, None


def drop(session: Session, rows: Sequence[OutgoingRow], reason: str, who: str, now: datetime) -> None:
    """Never send these messages; the case that each belongs to says so, and why."""
    into = survivors(session, {row.case_id for row in rows})
    for row in rows:
        row.state, row.error = OutgoingState.FAILED, f"dropped by {who}: {reason}"
        text = f"the {row.kind} that was held since a restore is not sent: {reason} ({who})"
        case_id = into.get(row.case_id, row.case_id)
        session.add(EventRow(case_id=case_id, at=now, actor=MACHINE, kind="not-sent", text=text))
