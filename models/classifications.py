"""What was said of a case's level and category."""

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased, undefer

from models.tables import CaseRow, ClassificationRow, CorrectionRow, ReportRow


def by_machine(session: Session, case: CaseRow) -> ClassificationRow | None:
    """The classifier's newest word on the case, with what it had read; None where no classifier has looked."""
    return session.scalar(
        select(ClassificationRow)
        .where(ClassificationRow.case_id == case.id, ClassificationRow.model.is_not(None))
        .order_by(ClassificationRow.id.desc())
        .options(undefer(ClassificationRow.read))
        .limit(1)
    )


def opening_report(session: Session, case: CaseRow) -> str | None:
    """The id of the report that the case was opened for: the first that was judged for it, else the first that came."""
    judged = select(ClassificationRow.report_id).where(
        ClassificationRow.case_id == case.id, ClassificationRow.report_id.is_not(None)
    )
    first = select(ReportRow.id).where(ReportRow.case_id == case.id).order_by(ReportRow.received_at, ReportRow.id)
    return session.scalar(judged.order_by(ClassificationRow.id).limit(1)) or session.scalar(first.limit(1))


def is_last_word() -> ColumnElement[bool]:
    """Of the corrections those that stand and that none of the same case follows: a case that was corrected five times,
    or corrected and corrected back, counts once, by what people said in the end."""
    later = aliased(CorrectionRow)
    follows = exists().where(
        later.case_id == CorrectionRow.case_id, later.id > CorrectionRow.id, later.withdrawn_at.is_(None)
    )
    return and_(CorrectionRow.withdrawn_at.is_(None), ~follows)
