"""A person's correction of level and category: recorded, re-routed, re-planned."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import CaseRow, ClassificationRow
from routing.profile import Profile
from workers import learning
from workers.cases.office import Office
from workers.cases.work import CaseWork, lock
from workers.learning import Correction
from workers.replan import replan


def correct(
    session: Session, case: CaseRow, correction: Correction, office: Office, default: Profile, now: datetime
) -> None:
    """Write the correction and plan `case` anew by it; `default` is the desk's profile."""
    lock(session, case.id)
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
    case.level, case.category = correction.level, correction.category
    case.needs_review = False
    work = CaseWork(session, office, case, now, correction.by)
    served = replan(work, default, f"corrected by {correction.by}")
    after = f"level {case.level}, {case.category}, team {case.assigned_team}"
    text = "; ".join(part for part in (f"from {before} to {after}: {correction.reason}", served.because) if part)
    work.note("corrected", text)


def corrector(office: Office, default: Profile) -> Callable[[Session, CaseRow, int, str, str, str], None]:
    """The correction as the web calls it: with level, category, reason and who says so."""

    def call(session: Session, case: CaseRow, level: int, category: str, reason: str, who: str) -> None:
        correct(session, case, Correction(level, category, who, reason), office, default, office.clock())

    return call
