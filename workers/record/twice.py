"""The same matter told by telephone and by mail: offered as one case, for a person to decide."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseLinkRow, CaseRow
from models.values import CaseState, Channel, LinkKind
from workers.record.journal import Journal

# Who calls writes too within this time, or the other way round.
WITHIN = timedelta(minutes=30)
# The newest cases of a customer that are looked at.
_LATEST = 10


def offer(session: Session, journal: Journal, case: CaseRow) -> None:
    """Link the new case with one of the same customer and category that came another way shortly before."""
    if case.customer_id is None:
        return
    latest = (
        select(CaseRow)
        .where(CaseRow.customer_id == case.customer_id, CaseRow.id < case.id)
        .order_by(CaseRow.id.desc())
        .limit(_LATEST)
    )
    for other in session.scalars(latest):
        is_near = abs(case.created_at - other.created_at) <= WITHIN
        is_other_way = (case.channel == Channel.PHONE) != (other.channel == Channel.PHONE)
        if is_near and is_other_way and other.category == case.category and other.state != CaseState.CLOSED:
            way = "telephone" if other.channel == Channel.PHONE else "mail"
            because = f"the same customer reported the like by {way} within {WITHIN.seconds // 60} minutes"
            session.add(
                CaseLinkRow(
                    case_id=case.id, other_id=other.id, kind=LinkKind.SAME_FAULT, at=journal.now, because=because
                )
            )
            journal.note(case.id, "linked", f"to {other.number}: {because}")
            journal.note(other.id, "linked", f"to {case.number}, a new case: {because}")
            return
