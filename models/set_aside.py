"""Reports that were set aside - shunted, quarantined, discarded - and what a person can do with them.

Every function works inside the caller's transaction. What arrived is never changed: a mended copy is a part of
its own, and the report says which part counts.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, object_session

from models import bodies
from models.bodies import Body
from models.errors import FirstlineError
from models.tables import ReportPart, ReportRow
from models.values import ReportState

SET_ASIDE = (ReportState.SHUNTED, ReportState.QUARANTINED, ReportState.DISCARDED)
MENDED = "message/rfc822; mended"


class NotSetAside(FirstlineError):
    """What was asked for cannot be done with this report; the message says why."""


def newest(
    session: Session, states: Sequence[ReportState] = SET_ASIDE, limit: int | None = None, before: str | None = None
) -> list[ReportRow]:
    """The reports in these states, newest first; those before the report of that id where one is named."""
    query = select(ReportRow).where(ReportRow.state.in_(states)).order_by(ReportRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ReportRow.id < before)
    return list(session.scalars(query))


def oldest(
    session: Session, states: Sequence[ReportState], limit: int, after: tuple[datetime, str] | None = None
) -> list[ReportRow]:
    """The first reports in these states, oldest first; those after the one that came then under that id, if named."""
    order = ReportRow.received_at, ReportRow.id
    query = select(ReportRow).where(ReportRow.state.in_(states)).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return list(session.scalars(query))


def get(session: Session, report_id: str) -> ReportRow:
    """One report that was set aside.

    Raises:
        NotSetAside: there is none of that id, or it was processed.
    """
    return _set_aside(session.get(ReportRow, report_id), report_id)


def take(session: Session, report_id: str) -> ReportRow:
    """The same, to be changed in this transaction by nobody else: of two people who do something with one report at
    once, the second is told what the first has made of it.

    Raises:
        NotSetAside: there is none of that id, or it was processed.
    """
    return _set_aside(session.get(ReportRow, report_id, with_for_update=True), report_id)


def _set_aside(row: ReportRow | None, report_id: str) -> ReportRow:
    if row is None:
        raise NotSetAside(f"there is no report {report_id}")
    if row.state not in SET_ASIDE:
        raise NotSetAside(f"report {report_id} is not set aside: it is {row.state}")
    return row


def retry(row: ReportRow, now: datetime) -> None:
    """Give a report that was shunted or discarded another round.

    Raises:
        NotSetAside: it is in quarantine, where another round would only put it again, or its original is gone.
    """
    if row.state == ReportState.QUARANTINED:
        raise NotSetAside(f"report {row.id} is in quarantine: release it if you vouch for it")
    session = object_session(row)
    part = session.get(ReportPart, (row.id, row.part_seq)) if session is not None else None
    if part is not None and part.forgotten_at is not None:
        raise NotSetAside(
            f"report {row.id} cannot come again: its original was deleted on {part.forgotten_at:%Y-%m-%d}"
        )
    _again(row, now)


def retry_all(session: Session, now: datetime) -> int:
    """Give every shunted report another round, but for those whose original is gone; returns how many get one."""
    query = (
        select(ReportRow)
        .join(ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq))
        .where(ReportRow.state == ReportState.SHUNTED, ReportPart.forgotten_at.is_(None))
        .order_by(ReportRow.id.desc())
        .with_for_update(of=ReportRow)
    )
    rows = session.scalars(query).all()
    for row in rows:
        _again(row, now)
    return len(rows)


def release(row: ReportRow, now: datetime) -> None:
    """Vouch for a report in quarantine: it is processed as if it were from where it says.

    Raises:
        NotSetAside: it is not in quarantine.
    """
    if row.state != ReportState.QUARANTINED:
        raise NotSetAside(f"report {row.id} is not in quarantine but {row.state}: retry it")
    row.released = True
    _again(row, now)


def mend(session: Session, row: ReportRow, content: bytes, who: str, now: datetime) -> None:
    """Put mended bytes in place of what arrived, which is kept, and give the report another round. To mend a report
    in quarantine does not release it."""
    last = session.scalar(select(func.max(ReportPart.seq)).where(ReportPart.report_id == row.id))
    row.part_seq = (last or 0) + 1
    bodies.add(session, [Body(row.id, row.part_seq, MENDED, content, who[:320], now)])
    _again(row, now)


def discard(row: ReportRow, reason: str, who: str, now: datetime) -> None:
    """Put the report away for good; it is kept, and can be taken back by `retry`.

    Raises:
        NotSetAside: the reason is empty, or it is discarded already.
    """
    if not reason.strip():
        raise NotSetAside("say why it is discarded")
    if row.state == ReportState.DISCARDED:
        raise NotSetAside(f"report {row.id} is discarded already: {row.outcome_because}")
    row.state, row.outcome = ReportState.DISCARDED, "discarded"
    row.outcome_because = f"{who}: {reason.strip()}"
    row.due_at = row.lease = None
    row.finished_at = now


def source(session: Session, row: ReportRow) -> bytes:
    """The bytes that count: what arrived, or what a person made of it.

    Raises:
        Forgotten: they are gone; the message says why.
    """
    return bodies.read(session, row.id, row.part_seq)


def _again(row: ReportRow, now: datetime) -> None:
    row.state = ReportState.WAITING
    row.outcome = row.outcome_because = row.finished_at = row.error = None
    row.attempts = row.failures = 0
    row.due_at = now
