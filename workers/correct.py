"""A person's correction of level and category: recorded, re-routed, re-planned."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClassificationRow, ClockRow, EventRow
from routing.decide import decide
from routing.profile import Profile
from workers import learning
from workers.learning import Correction


def correct(session: Session, case: CaseRow, correction: Correction, profile: Profile, now: datetime) -> None:
    """Write the correction and re-plan `case` from it. Clocks that were met stay; the others start
    again from the report's arrival, since the promise is to the customer and not to our judgement."""
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
    decision = decide(profile, correction.level, correction.category, case.created_at)
    case.level, case.category = correction.level, correction.category
    case.level_name = profile.level_name(correction.level, case.language, correction.category)
    case.process, case.assigned_team = decision.process, decision.team
    case.profile_version = profile.version
    case.needs_review = False
    met = {clock.name for clock in case.clocks if clock.met_at is not None}
    session.execute(delete(ClockRow).where(ClockRow.case_id == case.id, ClockRow.met_at.is_(None)))
    session.add_all(
        ClockRow(case_id=case.id, name=c.name, starts_at=c.starts_at, due_at=c.due_at, because=c.because)
        for c in decision.clocks
        if c.name not in met
    )
    text = f"from {before} to level {case.level}, {case.category}, team {case.assigned_team}: {correction.reason}"
    session.add(EventRow(case_id=case.id, at=now, actor=correction.by, kind="corrected", text=text))
