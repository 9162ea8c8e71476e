"""The self-audit: steps that should have happened and did not."""

from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import ClockRow, StepRow
from workers.timers import is_late

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
