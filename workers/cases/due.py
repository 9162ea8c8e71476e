"""What is due: the promises that were not kept, and the steps whose time has come."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select

from models.tables import ClockRow, StepRow


def is_late(now: datetime) -> ColumnElement[bool]:
    """True for the clocks that run and whose time has passed."""
    running = and_(ClockRow.met_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.breached_at.is_(None))
    return and_(running, ClockRow.due_at <= now)


def late_clocks(now: datetime, limit: int) -> Select[int]:
    """The cases of clocks that have missed their time unseen, the longest waiting first."""
    return select(ClockRow.case_id).where(is_late(now)).order_by(ClockRow.due_at).limit(limit)


def due_steps(now: datetime, limit: int) -> Select[int]:
    """The cases of steps whose time has come, the longest waiting first."""
    return (
        select(StepRow.case_id)
        .where(StepRow.due_at.is_not(None), StepRow.due_at <= now)
        .order_by(StepRow.due_at)
        .limit(limit)
    )
