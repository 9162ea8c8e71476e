"""A person's correction of level and category: recorded, re-routed, re-planned."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import CaseRow, ClassificationRow
from routing.decide import decide
from workers import learning
from workers.cases.office import Office
from workers.cases.work import CaseWork
from workers.learning import Correction


def correct(session: Session, case: CaseRow, correction: Correction, office: Office, now: datetime) -> None:
    """Write the correction and re-plan `case` from it, by the scheme that it is served by. Clocks that were met stay;
    the others start again from the report's arrival, since the promise is to the customer and not to our judgement."""
    session.add(learning.correction_row(session, case, correction, now))
    before = f"level {case.level}, {case.category}, team {case.assigned_team}"
    session.add(
        ClassificationRow(
            case_id=case.id,
            at=now,
            by=correction.by,
            level=correction.level,
            category=correction.category,
            reason=correction.reason,
        )
    )
    work = CaseWork(session, office, case, now, correction.by)
    decision = decide(work.profile, correction.level, correction.category, case.created_at, case.tier, case.site_class)
    case.level, case.category = correction.level, correction.category
    case.level_name = work.profile.level_name(correction.level, case.language, correction.category)
    case.process, case.assigned_team = decision.process, decision.team
    case.needs_review = False
    text = f"from {before} to level {case.level}, {case.category}, team {case.assigned_team}: {correction.reason}"
    work.note("corrected", text)
    work.book.correct(decision.clocks, f"corrected by {correction.by}")
    work.settle()
