"""What was said of a case's level and category."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.tables import CaseRow, ClassificationRow


def by_machine(session: Session, case: CaseRow) -> ClassificationRow | None:
    """The classifier's newest word on the case, with what it had read; None where no classifier has looked."""
    return session.scalar(
        select(ClassificationRow)
        .where(ClassificationRow.case_id == case.id, ClassificationRow.model.is_not(None))
        .order_by(ClassificationRow.id.desc())
        .options(undefer(ClassificationRow.read))
        .limit(1)
    )
