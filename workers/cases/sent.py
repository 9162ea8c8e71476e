"""What follows for a case from a message that has been sent."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockEventRow, ClockRow, OutgoingRow, StepRow
from models.values import CaseState, StepState
from routing import life
from workers.cases.office import Office
from workers.cases.work import CaseWork, lock
from workers.record.journal import MACHINE, Journal

ACKNOWLEDGEMENT, NOTICE, SURVEY = "acknowledgement", "notice", "survey"


def note_sent(session: Session, row: OutgoingRow, office: Office) -> None:
    """An acknowledgement keeps the promise of a first reply, a letter that of news; a notice to our own people, or
    the question how the customer was served, keeps none."""
    now = office.clock()
    if row.kind == ACKNOWLEDGEMENT:
        _acknowledged(session, row.case_id, office, now)
    elif row.kind not in (NOTICE, SURVEY) and (case := lock(session, row.case_id)) is not None:
        case.acknowledged_at = case.acknowledged_at or now
        CaseWork(session, office, case, now, MACHINE).happened("replied", f"{row.kind} letter sent")


def _acknowledged(session: Session, case_id: int, office: Office, now: datetime) -> None:
    """By statements of its own, without the case's history: there is one for every report that comes in."""
    case = session.execute(
        select(CaseRow.profile, CaseRow.profile_version).where(CaseRow.id == case_id).with_for_update()
    ).one()
    profile = office.profile(session, case.profile, case.profile_version)
    names = {rule.name for rule in profile.clocks if life.met_by(profile, rule.name) == "acknowledged"}
    mine = CaseRow.id == case_id
    session.execute(update(CaseRow).where(mine, CaseRow.acknowledged_at.is_(None)).values(acknowledged_at=now))
    session.execute(update(CaseRow).where(mine, CaseRow.state == CaseState.NEW).values(state=CaseState.ACKNOWLEDGED))
    unmet = ClockRow.case_id == case_id, ClockRow.name.in_(names), ClockRow.met_at.is_(None)
    met = session.execute(select(ClockRow.name, ClockRow.due_at).where(*unmet)).all()
    if met:
        session.execute(update(ClockRow).where(*unmet).values(met_at=now, paused_at=None))
        entry = {"case_id": case_id, "at": now, "kind": "met", "because": "acknowledgement sent"}
        session.execute(insert(ClockEventRow), [entry | {"name": name, "due_at": due_at} for name, due_at in met])
        session.execute(
            update(StepRow)
            .where(StepRow.case_id == case_id, StepRow.clock.in_(names), StepRow.due_at.is_not(None))
            .values(state=StepState.DROPPED, due_at=None)
        )
    Journal(session, now).note(case_id, "acknowledged", "acknowledgement sent")
