"""Mail of ours that came back: the cases are told."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.tables import OutgoingRow
from models.values import OutgoingState
from workers.record.journal import Journal
from workers.stages.draft import Draft


def note_bounce(session: Session, journal: Journal, draft: Draft) -> int | None:
    """Tell the cases whose messages came back with this report; returns the first of them."""
    ids = draft.verdict.bounced_ids
    if not ids:
        return None
    case_ids = session.scalars(
        update(OutgoingRow)
        .where(OutgoingRow.message_id.in_(ids))
        .values(state=OutgoingState.BOUNCED, due_at=None)
        .returning(OutgoingRow.case_id)
    ).all()
    for case_id in case_ids:
        journal.note(case_id, "bounced", "our message could not be delivered: reach the customer another way")
    return next(iter(case_ids), None)
