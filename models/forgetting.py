"""What each rule of retention is about, and takes away: of reports, of what we wrote, of what was learnt from.

Every function works inside the caller's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from models import bodies
from models.tables import (
    ATTACHED,
    TRANSCRIPT_MARK,
    AttachmentRow,
    ClassificationRow,
    CorrectionRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    TranscriptRow,
)


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
        .where(ReportPart.report_id.in_(ids), *which, ReportPart.forgotten_at.is_(None))
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
