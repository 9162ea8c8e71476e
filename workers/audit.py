"""The self-audit: steps that should have happened and did not, and steps that a case should have and has not."""

import logging
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models.tables import CaseRow, ClockRow, StepRow
from models.values import CaseState, StepState
from workers.cases.due import is_late
from workers.cases.office import Office
from workers.cases.steps import wanted_steps
from workers.cases.work import CaseWork
from workers.record.journal import MACHINE

log = logging.getLogger(__name__)

# Looked through in one transaction, for which others wait.
PAGE = 50
# Longer than the timers take for what is due, and than a clock may differ between machines.
GRACE = timedelta(minutes=2)


def late(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many steps and broken promises are past their time by more than the grace, and since when the oldest."""
    edge = now - GRACE
    steps = session.execute(
        select(func.count(), func.min(StepRow.due_at)).where(StepRow.due_at.is_not(None), StepRow.due_at <= edge)
    ).one()
    clocks = session.execute(select(func.count(), func.min(ClockRow.due_at)).where(is_late(edge))).one()
    oldest = min((moment for moment in (steps[1], clocks[1]) if moment is not None), default=None)
    return steps[0] + clocks[0], oldest


def problem(session: Session, now: datetime) -> str:
    """What is wrong with the timers, empty where nothing is; one sentence for `/readyz`."""
    count, oldest = late(session, now)
    if oldest is None:
        return ""
    return (
        f"{count} steps should have happened, the oldest at {oldest:%Y-%m-%d %H:%M} UTC: "
        "is a process with the timers running (firstline up, or firstline timers)?"
    )


def gauges(session: Session, now: datetime) -> list[Metric]:
    """The same as metrics."""
    count, oldest = late(session, now)
    overdue = GaugeMetricFamily("firstline_steps_overdue", "Steps and broken promises that the timers have missed")
    overdue.add_metric([], count)
    age = GaugeMetricFamily("firstline_steps_overdue_seconds", "How long ago the oldest of them was due")
    age.add_metric([], (now - oldest).total_seconds() if oldest else 0.0)
    return [overdue, age]


def repair(session: Session, office: Office, now: datetime, after: int) -> tuple[int, int]:
    """Look through the next open cases after that id, and plan the steps that a case should have and has not: a
    defect of ours, or somebody's hand in the tables. Returns how many were missing, and the id to go on from (0:
    from the beginning)."""
    cases = session.scalars(
        select(CaseRow)
        .where(CaseRow.id > after, CaseRow.state != CaseState.CLOSED)
        .order_by(CaseRow.id)
        .limit(PAGE)
        .options(selectinload(CaseRow.clocks), selectinload(CaseRow.steps))
        .with_for_update(skip_locked=True, of=CaseRow)
    ).all()
    missing = sum(_repair(session, office, now, case) for case in cases)
    return missing, cases[-1].id if len(cases) == PAGE else 0


def _repair(session: Session, office: Office, now: datetime, case: CaseRow) -> int:
    work = CaseWork(session, office, case, now, MACHINE)
    clocks = work.book.newest()
    there = {row.name for row in case.steps if row.lap == case.lap and row.state != StepState.DROPPED}
    absent = [step.name for step in wanted_steps(case, work.profile, clocks) if step.name not in there]
    if absent:
        log.error("steps_missing", extra={"case": case.number, "steps": absent})
        work.note("repaired", f"steps of the ladder were missing: {', '.join(absent)}")
        work.settle()
    return len(absent)
