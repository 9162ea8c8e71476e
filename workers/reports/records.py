"""The cases of a customer as they are counted in reports. Read a batch at a time, by indexes alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockRow, CustomerRow, EventRow, StepRow, SurveyRow
from models.values import CaseState, StepState, case_number
from routing.statistics import CaseRecord, ClockRecord

# Cases that are read at a time; their ids go into one statement.
_BATCH = 500
_COLUMNS = (
    CaseRow.subject,
    CaseRow.level,
    CaseRow.category,
    CaseRow.channel,
    CaseRow.profile,
    CaseRow.state,
    CaseRow.created_at,
    CaseRow.acknowledged_at,
    CaseRow.solved_at,
    CaseRow.closed_at,
)
_ACCEPTED, _REOPENED = "accepted", "reopened"


def read_cases(
    session: Session, customer: CustomerRow, begin: datetime, end: datetime, now: datetime
) -> Iterator[CaseRecord]:
    """The customer's cases that came from `begin` until before `end`, in the order of their numbers. A case that was
    merged counts in the one that it goes on in."""
    last = 0
    while True:
        rows = session.execute(
            select(CaseRow.id, *_COLUMNS)
            .where(CaseRow.customer_id == customer.id, CaseRow.id > last)
            .where(CaseRow.created_at >= begin, CaseRow.created_at < end, CaseRow.merged_into.is_(None))
            .order_by(CaseRow.id)
            .limit(_BATCH)
        ).all()
        yield from _records(session, customer, rows, now)
        if len(rows) < _BATCH:
            return
        last = rows[-1].id


def promise(row: ClockRow, end: datetime | None, now: datetime) -> ClockRecord:
    """What became of a clock by now; `end` is when its case was over, as `end_of` says. What was started by that end
    itself still counts."""
    over = end is not None and row.starts_at < end
    breached = row.breached_at is not None or row.breached(end if over and end is not None else now)
    return ClockRecord(row.name, row.starts_at, row.due_at, row.met_at, breached, over and row.met_at is None)


def end_of(state: str, solved_at: datetime | None, closed_at: datetime | None) -> datetime | None:
    """When nothing more was to be done for a case; None while it is worked on."""
    if state == CaseState.CLOSED:
        return solved_at or closed_at
    return solved_at if state == CaseState.SOLVED else None


def _records(session: Session, customer: CustomerRow, rows: Sequence[Any], now: datetime) -> Iterator[CaseRecord]:
    ids = [row.id for row in rows]
    clocks, steps = _clocks(session, ids), _steps(session, ids)
    for case_id, broken in _broken_before(session, ids):
        clocks[case_id].append(broken)
    happened, scores = _happened(session, ids), _scores(session, ids)
    for row in rows:
        accepted_at, _ = happened.get((row.id, _ACCEPTED), (None, 0))
        _, reopened = happened.get((row.id, _REOPENED), (None, 0))
        end = end_of(row.state, row.solved_at, row.closed_at)
        yield CaseRecord(
            number=case_number(row.id),
            customer=customer.name,
            accepted_at=accepted_at,
            clocks=tuple(promise(clock, end, now) for clock in clocks[row.id]),
            steps=tuple(steps[row.id]),
            reopened=reopened,
            score=scores.get(row.id),
            **{column.key: getattr(row, column.key) for column in _COLUMNS},
        )


def _clocks(session: Session, ids: Sequence[int]) -> defaultdict[int, list[ClockRow]]:
    found: defaultdict[int, list[ClockRow]] = defaultdict(list)
    for clock in session.scalars(select(ClockRow).where(ClockRow.case_id.in_(ids)).order_by(ClockRow.id)):
        found[clock.case_id].append(clock)
    return found


def _broken_before(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, ClockRow]]:
    """The promises that were broken for a case before it was merged into one of these: nothing that happens afterwards
    hides them. What was still open then has gone over with it."""
    into = dict(zip(ids, ids, strict=True))
    asked = list(ids)
    while asked:
        rows = session.execute(select(CaseRow.id, CaseRow.merged_into).where(CaseRow.merged_into.in_(asked))).all()
        into |= {case_id: into[survivor] for case_id, survivor in rows if survivor is not None}
        asked = [case_id for case_id, _ in rows]
    merged = sorted(set(into) - set(ids))
    if not merged:
        return
    broken = or_(ClockRow.breached_at.is_not(None), ClockRow.met_at > ClockRow.due_at)
    for clock in session.scalars(select(ClockRow).where(ClockRow.case_id.in_(merged), broken).order_by(ClockRow.id)):
        yield into[clock.case_id], clock


def _steps(session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    done = select(StepRow.case_id, StepRow.name).where(StepRow.case_id.in_(ids), StepRow.state == StepState.DONE)
    for case_id, name in session.execute(done.order_by(StepRow.id)):
        found[case_id].append(name)
    return found


def _happened(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], tuple[datetime, int]]:
    """(case, kind of event) -> when it first happened, and how often."""
    query = (
        select(EventRow.case_id, EventRow.kind, func.min(EventRow.at), func.count())
        .where(EventRow.case_id.in_(ids), EventRow.kind.in_((_ACCEPTED, _REOPENED)))
        .group_by(EventRow.case_id, EventRow.kind)
    )
    return {(case_id, kind): (first, count) for case_id, kind, first, count in session.execute(query)}


def _scores(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = select(SurveyRow.case_id, SurveyRow.score).where(SurveyRow.case_id.in_(ids), SurveyRow.score.is_not(None))
    return {case_id: score for case_id, score in session.execute(query) if score is not None}
