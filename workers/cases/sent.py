"""What follows for a case from a message that has been sent."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockEventRow, ClockRow, OutgoingRow, StepRow
from models.values import CaseState, StepState
from models.webhooks import Event, announce_case, is_heard
from routing import life
from workers.cases.office import Office
from workers.cases.work import CaseWork, lock
from workers.record.copies import COPY
from workers.record.journal import MACHINE, Journal
from workers.record.new_rows import NewRows

ACKNOWLEDGEMENT, NOTICE, SURVEY, MERGED, SPLIT = "acknowledgement", "notice", "survey", "merged", "split"
# What tells the customer the number of his case for the first time.
_FIRST = (ACKNOWLEDGEMENT, SPLIT)
# What is no news of a case: a word to our own people, a question, another number, what somebody else has.
_NO_NEWS = (*_FIRST, NOTICE, SURVEY, MERGED, COPY)


def note_sent(session: Session, rows: Sequence[OutgoingRow], office: Office) -> None:
    """An acknowledgement keeps the promise of a first reply, a letter that of news; what is no news keeps none. The
    caller has locked the cases."""
    first = sorted({row.case_id for row in rows if row.kind in _FIRST})
    acknowledged(session, first, office)
    for row in rows:
        if row.kind in _NO_NEWS or (case := lock(session, row.case_id)) is None:
            continue
        now = office.clock()  # whoever was at the case before was so earlier
        if case.acknowledged_at is None:
            case.acknowledged_at = now
            announce_case(session, Event.CASE_ACKNOWLEDGED, case, now)
        CaseWork(session, office, case, now, MACHINE).happened("replied", f"{row.kind} letter sent")


def acknowledged(
    session: Session, case_ids: Sequence[int], office: Office, because: str = "acknowledgement sent"
) -> None:
    """The customers have the numbers of these cases. By statements of its own for all of them, without their history:
    there is one for every report that comes in."""
    if not case_ids:
        return
    by_scheme: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    schemes = select(CaseRow.id, CaseRow.profile, CaseRow.profile_version).where(CaseRow.id.in_(case_ids))
    for case_id, name, version in session.execute(schemes.order_by(CaseRow.id).with_for_update()).all():
        by_scheme[name, version].append(case_id)
    now = office.clock()  # as above
    new = NewRows(session)
    for (name, version), ids in by_scheme.items():
        profile = office.profile(session, name, version)
        names = {rule.name for rule in profile.clocks if life.met_by(profile, rule.name) == "acknowledged"}
        _meet(session, new, ids, names, now, because)
    mine = CaseRow.id.in_(case_ids)
    before = _as_they_were(session, case_ids)
    session.execute(update(CaseRow).where(mine, CaseRow.acknowledged_at.is_(None)).values(acknowledged_at=now))
    session.execute(update(CaseRow).where(mine, CaseRow.state == CaseState.NEW).values(state=CaseState.ACKNOWLEDGED))
    journal = Journal(new, now)
    for case_id in case_ids:
        journal.note(case_id, "acknowledged", because)
    new.write()
    _tell(session, before, now)


def _as_they_were(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, bool]]:
    """State of the cases, and whether they were acknowledged before; of none where nobody is told of it."""
    if not is_heard(session):
        return {}
    query = select(CaseRow.id, CaseRow.state, CaseRow.acknowledged_at).where(CaseRow.id.in_(case_ids))
    return {case_id: (state, at is not None) for case_id, state, at in session.execute(query)}


def _tell(session: Session, before: Mapping[int, tuple[str, bool]], now: datetime) -> None:
    for case in session.scalars(select(CaseRow).where(CaseRow.id.in_(before)).order_by(CaseRow.id)) if before else ():
        state, was_acknowledged = before[case.id]
        if not was_acknowledged:
            announce_case(session, Event.CASE_ACKNOWLEDGED, case, now)
        if case.state != state:
            announce_case(session, Event.CASE_STATE_CHANGED, case, now, before=state)


def _meet(
    session: Session, new: NewRows, case_ids: Sequence[int], names: Collection[str], now: datetime, because: str
) -> None:
    unmet = ClockRow.case_id.in_(case_ids), ClockRow.name.in_(names), ClockRow.met_at.is_(None)
    met = session.execute(select(ClockRow.case_id, ClockRow.name, ClockRow.due_at).where(*unmet)).all()
    if not met:
        return
    session.execute(update(ClockRow).where(*unmet).values(met_at=now, paused_at=None))
    entry = {"at": now, "kind": "met", "because": because}
    new.extend(
        ClockEventRow, [entry | {"case_id": case_id, "name": name, "due_at": due_at} for case_id, name, due_at in met]
    )
    session.execute(
        update(StepRow)
        .where(StepRow.case_id.in_(case_ids), StepRow.clock.in_(names), StepRow.due_at.is_not(None))
        .values(state=StepState.DROPPED, due_at=None)
    )
