"""A message of ours that cannot be delivered: its case is told, and whoever wrote to a customer looks at it."""

from sqlalchemy.orm import Session

from models.merged import survivor_id
from models.tables import CaseRow, OutgoingRow
from workers.cases.sent import NOTICE
from workers.record.journal import Journal


def note_undeliverable(session: Session, journal: Journal, row: OutgoingRow, because: str) -> CaseRow | None:
    """Returns the case of a letter to a customer, who does not have what its writer believes that he has; None for a
    notice to one of ours."""
    case_id = survivor_id(session, row.case_id)
    journal.note(case_id, "undeliverable", f"the {row.kind} could not be delivered: {because}")
    if row.kind == NOTICE:
        return None
    case = session.get_one(CaseRow, case_id)
    case.needs_review = True
    return case
