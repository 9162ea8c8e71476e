"""What is forgotten by its age: original mails, recordings, attachments, transcripts, texts, what was learnt from.

A rule walks through its table in the order of the ids, once in the life of each row, and notes how far it has come.
What is old enough and cannot be forgotten yet - its case is open, or nobody has processed it - is noted, and looked at
again each day. Every function works inside the caller's transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from models import bodies
from models.forgetting import Walk
from models.inserting import insert
from models.locks import try_alone
from models.merged import survivors
from models.tables import CaseRow, CorrectionRow, OutgoingRow, ReportRow, RetainedRow, RetentionRow
from models.values import CaseState, ReportState, id_at

PAGE = 200
LOOK_AGAIN = timedelta(days=1)
# What was made so lately may still be about to be committed, behind the back of who walks past it.
_SETTLED = timedelta(hours=1)
_PROCESSED = frozenset({ReportState.DONE, ReportState.DISCARDED})
Row = ReportRow | OutgoingRow | CorrectionRow


@dataclass(frozen=True, slots=True)
class Page:
    """What one look came to: rows that were `forgotten`, and whether there may be more to look at now."""

    forgotten: int
    has_more: bool


def forget_next(session: Session, walk: Walk, days: int, now: datetime) -> Page:
    """Forget what the next rows of a walk hold for longer than so many days."""
    if not try_alone(session, f"retention {walk.name}"):
        return Page(0, has_more=False)
    place = session.get(RetentionRow, walk.name) or RetentionRow(rule=walk.name, through="")
    session.add(place)
    edge = now - timedelta(days=days)
    rows, is_whole = _older(session, walk, place.through, edge, now)
    again = _retained(session, walk, now)
    rows, again, is_cut = _at_once(session, walk, rows, again)
    ready = _may_go(session, walk, [*rows, *again], edge)
    count = walk.forget(session, ready, f"{days} days", now) if ready else 0
    done = {str(row.id) for row in ready}
    waiting = [str(row.id) for row in (*rows, *again) if str(row.id) not in done]
    _note(session, walk, waiting, [str(row.id) for row in again if str(row.id) in done], now)
    if rows:
        place.through = str(rows[-1].id)
    return Page(count, has_more=is_whole or is_cut or len(again) == PAGE)


def would_forget(session: Session, walk: Walk, days: int, now: datetime) -> int:
    """How many rows `forget_next` would come to until nothing is left; nothing is changed."""
    place = session.get(RetentionRow, walk.name)
    through, count, has_more = place.through if place is not None else "", 0, True
    edge = now - timedelta(days=days)
    while has_more:
        rows, has_more = _older(session, walk, through, edge, now)
        count += walk.holding(session, _may_go(session, walk, rows, edge))
        through = str(rows[-1].id) if rows else through
        session.expunge_all()
    ids = session.scalars(select(RetainedRow.row_id).where(RetainedRow.rule == walk.name)).all()
    for start in range(0, len(ids), PAGE):
        again = _rows(session, walk, ids[start : start + PAGE])
        count += walk.holding(session, _may_go(session, walk, again, edge))
    return count


def _older(session: Session, walk: Walk, through: str, edge: datetime, now: datetime) -> tuple[list[Row], bool]:
    """The next rows, in order, up to the first that is too young; and whether the page was full. One from the future
    was written while a clock was wrong: the others do not wait for it."""
    key = walk.table.id
    is_numbered = walk.table is CorrectionRow
    last = key <= 2**31 - 1 if is_numbered else key < id_at(now - _SETTLED)
    query = (
        select(walk.table)
        .where(key > (int(through or 0) if is_numbered else through), last)
        .order_by(key)
        .limit(PAGE)
        .options(*_unread(walk.table))
    )
    found: list[Row] = []
    for row in session.scalars(query):
        at = getattr(row, walk.at.key)
        if edge <= at <= now:
            return found, False
        found.append(row)
    return found, len(found) == PAGE


def _retained(session: Session, walk: Walk, now: datetime) -> list[Row]:
    due = RetainedRow.rule == walk.name, RetainedRow.look_at <= now
    ids = session.scalars(select(RetainedRow.row_id).where(*due).order_by(RetainedRow.look_at).limit(PAGE)).all()
    return _rows(session, walk, ids)


def _rows(session: Session, walk: Walk, ids: Sequence[str]) -> list[Row]:
    wanted: Sequence[Any] = [int(one) for one in ids] if walk.table is CorrectionRow else ids
    return list(session.scalars(select(walk.table).where(walk.table.id.in_(wanted)).options(*_unread(walk.table))))


def _unread(table: type[Any]) -> tuple[Any, ...]:
    """What is only to be taken away need not be read before."""
    return (defer(OutgoingRow.content),) if table is OutgoingRow else ()


def _at_once(session: Session, walk: Walk, rows: list[Row], again: list[Row]) -> tuple[list[Row], list[Row], bool]:
    """Of the new rows and of those that are looked at again the first whose bodies are not too large for one
    transaction; and whether that left some out."""
    if walk.table is not ReportRow:
        return rows, again, False
    sizes = bodies.sizes(session, [str(row.id) for row in (*rows, *again)])
    count = bodies.how_many([sizes.get(str(row.id), 0) for row in (*rows, *again)])
    return rows[:count], again[: max(count - len(rows), 0)], count < len(rows) + len(again)


def _note(session: Session, walk: Walk, waiting: Sequence[str], done: Sequence[str], now: datetime) -> None:
    session.execute(delete(RetainedRow).where(RetainedRow.rule == walk.name, RetainedRow.row_id.in_(done)))
    if waiting:
        look_at = now + LOOK_AGAIN
        rows = [{"rule": walk.name, "row_id": row_id, "look_at": look_at} for row_id in waiting]
        put = insert(session, RetainedRow)
        session.execute(put.on_conflict_do_update(index_elements=["rule", "row_id"], set_={"look_at": look_at}), rows)


def _may_go(session: Session, walk: Walk, rows: Sequence[Row], edge: datetime) -> list[Row]:
    """Those that are old enough and that nobody works on: they have reached their end, and their case, where they have
    one, is closed."""
    rows = [row for row in rows if getattr(row, walk.at.key) < edge]
    cases = {row.case_id for row in rows if row.case_id is not None}
    closed = _closed(session, cases)
    return [row for row in rows if _is_over(row) and (row.case_id is None or row.case_id in closed)]


def _is_over(row: Row) -> bool:
    if isinstance(row, ReportRow):
        return row.state in _PROCESSED and row.due_at is None
    return not isinstance(row, OutgoingRow) or row.due_at is None


def _closed(session: Session, cases: Collection[int]) -> set[int]:
    """Of these cases those that are closed, and so is the one that they go on in."""
    into = survivors(session, cases)
    asked = {into.get(case_id, case_id) for case_id in cases}
    found = set(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(asked), CaseRow.state == CaseState.CLOSED)))
    return {case_id for case_id in cases if into.get(case_id, case_id) in found}
