"""Repeats of an alarm join the case that its first notice opened."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow
from models.values import CaseState
from workers.stages.draft import Draft


def alarm_key(draft: Draft) -> str | None:
    """What is the same in all notices of one alarm: who sends them, which device, which code. The sender is
    part of it, so that nobody's device can write into another customer's case."""
    alarm, sender = draft.alarm, draft.mail.sender
    if alarm is None or sender is None:
        return None
    return hashlib.sha256("\n".join((sender.mailbox, alarm.device, alarm.code)).encode()).hexdigest()


def open_cases(session: Session, keys: Iterable[str]) -> dict[str, CaseRow]:
    """The open case of each of these alarms, the latest where there are several."""
    rows = session.scalars(select(CaseRow).where(CaseRow.alarm_key.in_(keys), CaseRow.state != CaseState.CLOSED))
    latest = sorted(rows, key=lambda row: row.id)  # in a query it would be a sort of its own
    return {row.alarm_key: row for row in latest if row.alarm_key is not None}
