"""The same matter told by telephone and by mail, or by one mail that came twice: offered as one case, for a person to
decide."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.merged import survivor
from models.tables import CaseLinkRow, CaseRow, OutgoingRow
from models.values import CaseState, Channel, LinkKind
from routing import breaker
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
            _link(session, journal, case, other, because)
            return


def offer_same_words(session: Session, journal: Journal, case: CaseRow, mailbox: str, content_key: str) -> None:
    """Link the new case with the one in which this mailbox was answered the same words, numbers aside, within the last
    hour: who is not sure that his mail has gone sends it again, and gateways give it another Message-ID."""
    query = (
        select(OutgoingRow.case_id)
        .where(
            OutgoingRow.content_key == content_key,
            OutgoingRow.recipient_key == mailbox,
            OutgoingRow.created_at > journal.now - breaker.WINDOW,
        )
        .order_by(OutgoingRow.created_at.desc())
        .limit(1)
    )
    earlier = session.scalar(query)
    found = session.get(CaseRow, earlier) if earlier is not None else None
    other = survivor(session, found) if found is not None else None
    if other is not None and other.id != case.id and other.state != CaseState.CLOSED:
        _link(session, journal, case, other, "the same sender wrote the same words, numbers aside, within an hour")


def _link(session: Session, journal: Journal, case: CaseRow, other: CaseRow, because: str) -> None:
    session.add(
        CaseLinkRow(case_id=case.id, other_id=other.id, kind=LinkKind.SAME_FAULT, at=journal.now, because=because)
    )
    journal.note(case.id, "linked", f"to {other.number}: {because}")
    journal.note(other.id, "linked", f"to {case.number}, a new case: {because}")
