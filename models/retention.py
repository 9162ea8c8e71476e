"""What is forgotten by its age: original mails, recordings, attachments, transcripts, texts, what was learnt from.

A rule walks through its table in the order of the ids, once in the life of each row, and notes how far it has come.
What is old enough and cannot be forgotten yet - its case is open, or nobody has processed it - is noted, and looked at
again each day. Every function works inside the caller's transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from models import bodies
from models.inserting import insert
from models.locks import try_alone
from models.merged import survivors
from models.tables import (
    ATTACHED,
    TRANSCRIPT_MARK,
    AttachmentRow,
    CaseRow,
    ClassificationRow,
    CorrectionRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    RetainedRow,
    RetentionRow,
    TranscriptRow,
)
from models.values import CaseState, ReportState, id_at

PAGE = 200
LOOK_AGAIN = timedelta(days=1)
# What was made so lately may still be about to be committed, behind the back of who walks past it.
_SETTLED = timedelta(hours=1)
_PROCESSED = frozenset({ReportState.DONE, ReportState.DISCARDED})
Row = ReportRow | OutgoingRow | CorrectionRow


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through a table. `at` is the time that a row's age counts from; `forget` takes away what the rule is
    about, for `by`, of rows that may lose it, and says how many had it, as `holding` does beforehand."""

    name: str
    setting: str
    table: type[Any]
    at: InstrumentedAttribute[datetime]
    forget: Callable[[Session, Sequence[Any], str, datetime], int]
    holding: Callable[[Session, Sequence[Any]], int]


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
    ready = _may_go(session, walk, [*rows, *again], edge)
    count = walk.forget(session, ready, f"{days} days", now) if ready else 0
    done = {str(row.id) for row in ready}
    waiting = [str(row.id) for row in (*rows, *again) if str(row.id) not in done]
    _note(session, walk, waiting, [str(row.id) for row in again if str(row.id) in done], now)
    if rows:
        place.through = str(rows[-1].id)
    return Page(count, has_more=is_whole or len(again) == PAGE)


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


_IS_RECORDING = ReportPart.kind.like("audio/%")
_IS_RAW = and_(ReportPart.kind.not_like("audio/%"), ReportPart.kind != ATTACHED)
# What came with text messages, and mails that have something attached: it is within them.
_WITH_FILES = select(AttachmentRow.report_id).where(AttachmentRow.report_id == ReportPart.report_id)
_IS_ATTACHED = or_(
    ReportPart.kind == ATTACHED,
    and_(ReportPart.kind.like("message/rfc822%"), _WITH_FILES.correlate(ReportPart).exists()),
)


def _parts_walk(name: str, which: ColumnElement[bool]) -> Walk:
    """A rule about parts of reports."""

    def forget(session: Session, rows: Sequence[ReportRow], by: str, now: datetime) -> int:
        return _parts(session, rows, by, now, which)

    def holding(session: Session, rows: Sequence[ReportRow]) -> int:
        ids = [row.id for row in rows]
        there = ReportPart.report_id.in_(ids), ReportPart.forgotten_at.is_(None), which
        return session.scalar(select(func.count(ReportPart.report_id.distinct())).where(*there)) or 0

    return Walk(name, f"keep_{name}_days", ReportRow, ReportRow.received_at, forget, holding)


def _unsaid(_session: Session, rows: Sequence[ReportRow | OutgoingRow]) -> int:
    return sum(row.forgotten_at is None for row in rows)


def _written_down(session: Session, rows: Sequence[ReportRow]) -> int:
    return _unsaid(session, [row for row in rows if TRANSCRIPT_MARK in row.external_id])


def _taught(_session: Session, rows: Sequence[CorrectionRow]) -> int:
    return sum(bool(row.subject or row.body) for row in rows)


def _transcripts(session: Session, rows: Sequence[ReportRow], by: str, now: datetime) -> int:
    session.execute(
        update(TranscriptRow).where(TranscriptRow.report_id.in_([row.id for row in rows])).values(text=None)
    )
    own = [row for row in rows if TRANSCRIPT_MARK in row.external_id]
    return texts(session, own, by, now) if own else 0


def texts(session: Session, rows: Sequence[ReportRow], by: str, now: datetime) -> int:
    """Everything that these reports say, in whatever form it is kept; when they came and what became of them stays."""
    ids = [row.id for row in rows]
    fresh = [row for row in rows if row.forgotten_at is None]
    _parts(session, rows, by, now)
    session.execute(update(AttachmentRow).where(AttachmentRow.report_id.in_(ids)).values(filename="", content_id=None))
    session.execute(update(TranscriptRow).where(TranscriptRow.report_id.in_(ids)).values(text=None, error=None))
    cases = {row.case_id for row in rows if row.case_id is not None}
    judged = select(ClassificationRow).where(ClassificationRow.case_id.in_(cases), ClassificationRow.report_id.in_(ids))
    for judgement in session.scalars(judged):
        judgement.read, judgement.evidence, judgement.entities = None, [], None
    for row in fresh:
        row.subject = row.text = None
        row.forgotten_at, row.forgotten_by = now, by
    return len(fresh)


def letters(session: Session, rows: Sequence[OutgoingRow], by: str, now: datetime) -> int:
    """What we wrote; to whom, when and how it went stays."""
    fresh = [row for row in rows if row.forgotten_at is None]
    for row in fresh:
        row.content = b""
        row.forgotten_at, row.forgotten_by = now, by
    return len(fresh)


def lessons(session: Session, rows: Sequence[CorrectionRow], by: str, now: datetime) -> int:
    """The texts that people's corrections are about: nothing is learnt from them any more, and they still count."""
    fresh = [row for row in rows if row.subject or row.body]
    for row in fresh:
        row.subject = row.body = ""
    return len(fresh)


def _parts(session: Session, rows: Sequence[ReportRow], by: str, now: datetime, *which: Any) -> int:
    """How many of the reports have lost something by it."""
    ids = [row.id for row in rows]
    parts = session.scalars(
        select(ReportPart)
        .where(ReportPart.report_id.in_(ids), ReportPart.forgotten_at.is_(None), *which)
        .options(defer(ReportPart.content))
    ).all()
    for part in parts:
        bodies.forget(part, by, now)
    return len({part.report_id for part in parts})


WALKS = (
    _parts_walk("raw", _IS_RAW),
    _parts_walk("recordings", _IS_RECORDING),
    _parts_walk("attachments", _IS_ATTACHED),
    Walk("transcripts", "keep_transcripts_days", ReportRow, ReportRow.received_at, _transcripts, _written_down),
    Walk("texts", "keep_texts_days", ReportRow, ReportRow.received_at, texts, _unsaid),
    Walk("letters", "keep_texts_days", OutgoingRow, OutgoingRow.created_at, letters, _unsaid),
    Walk("training", "keep_training_days", CorrectionRow, CorrectionRow.at, lessons, _taught),
)
