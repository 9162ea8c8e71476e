"""A second matter in the same thread becomes a case of its own, judged by its own reports."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classify.model import Classifier
from models.classifications import opening_report
from models.errors import NotPossible
from models.inserting import insert, insert_rows
from models.locks import keep_books
from models.merged import merged_ids
from models.tables import (
    CaseLinkRow,
    CaseRow,
    ClockEventRow,
    ClockRow,
    MergeRow,
    ParticipantRow,
    ReportRow,
    StepRow,
)
from models.values import LinkKind
from routing.letters import Kind
from routing.serving import FIRST_REPLY
from workers.cases import letters
from workers.cases.office import Office
from workers.cases.split_draft import drafted
from workers.cases.work import CaseWork, lock, refuse_merged
from workers.record.opening import case_row, classification_row, promises
from workers.stages.draft import Draft

SPLIT_OFF, SPLIT_FROM = "split-off", "split-from"
# A customer counts from when he wrote. What is older has been read by somebody since, and a promise that is over before
# it is made is none: it counts from the split.
COUNTED_FROM_ARRIVAL = timedelta(days=1)


def split(
    session: Session,
    office: Office,
    classifier: Callable[[], Classifier],
    case_id: int,
    report_ids: Sequence[str],
    by: str,
    because: str = "",
) -> CaseRow:
    """Make a case of its own of these reports, linked to the one that they were on; returns the new one. Its customer
    is told the number.

    Raises:
        NotPossible: a report is not on the case, or is the one that opened it; or there is no such case.
    """
    keep_books(session)
    old = lock(session, case_id)
    if old is None:
        raise NotPossible("there is no such case")
    refuse_merged(old)
    reports = _chosen(session, old, report_ids)
    now = office.clock()
    draft = drafted(session, office, classifier(), old, reports, _counted_from(reports, now))
    new = _open(session, office, draft, old, now)
    _move(session, old, new, reports, now)
    was, work = CaseWork(session, office, old, now, by), CaseWork(session, office, new, now, by)
    _note(was, work, draft, len(reports), because)
    session.flush()
    to = letters.to_customer(was) if draft.by_staff else None
    letters.queue(work, Kind.SPLIT, "", to, old.number)
    return new


def _chosen(session: Session, case: CaseRow, report_ids: Sequence[str]) -> list[ReportRow]:
    wanted = set(report_ids)
    if not wanted:
        raise NotPossible("name the reports that become a case of their own")
    found = session.scalars(
        select(ReportRow).where(ReportRow.case_id == case.id).order_by(ReportRow.received_at, ReportRow.id)
    ).all()
    reports = [row for row in found if row.id in wanted]
    if missing := sorted(wanted - {row.id for row in reports}):
        raise NotPossible(f"these reports are not on {case.number}: {', '.join(missing)}")
    if opening_report(session, case) in wanted:
        raise NotPossible(f"the report that opened {case.number} stays with it: choose the others")
    return reports


def _counted_from(reports: Sequence[ReportRow], now: datetime) -> datetime:
    first = reports[0].received_at
    return first if now - first <= COUNTED_FROM_ARRIVAL else now


def _open(session: Session, office: Office, draft: Draft, old: CaseRow, now: datetime) -> CaseRow:
    """The new case with its judgement, its clocks and its ladder."""
    decision, serving = draft.decision, draft.serving
    assert decision is not None
    assert serving is not None
    case = case_row(draft, None)
    if draft.by_staff and not draft.mail.forwarded:
        case.customer = old.customer
    session.add(case)
    session.flush()
    session.add(classification_row(case.id, draft, now))
    clocks = [clock for clock in decision.clocks if clock.name != FIRST_REPLY]  # which the thread has had
    planned = promises(case, clocks, serving.profile, now)
    for table, values in zip((ClockRow, ClockEventRow, StepRow), planned, strict=True):
        insert_rows(session, table, values)
    return case


def _move(session: Session, old: CaseRow, new: CaseRow, reports: Sequence[ReportRow], now: datetime) -> None:
    """The reports go over, and who takes part in the one case takes part in both."""
    for report in reports:
        report.case_id = new.id
    people = session.scalars(select(ParticipantRow.address_key).where(ParticipantRow.case_id == old.id)).all()
    if people:
        rows = [{"case_id": new.id, "address_key": key, "at": now} for key in people]
        session.execute(insert(session, ParticipantRow).on_conflict_do_nothing(), rows)
    session.add(
        CaseLinkRow(case_id=new.id, other_id=old.id, kind=LinkKind.RELATED, at=now, because=f"split from {old.number}")
    )
    _take_along(session, old, new, {report.id for report in reports}, now)


def _take_along(session: Session, old: CaseRow, new: CaseRow, moved: set[str], now: datetime) -> None:
    """A merged case goes on where the report is that opened it: what answers its letters is put there."""
    merged = [session.get_one(CaseRow, case_id) for case_id in merged_ids(session, old.id)]
    gone = {case.id for case in merged if opening_report(session, case) in moved}
    for case in merged:
        if case.id in gone:
            _lead(session, case, new, now)
        elif case.merged_into in gone:
            _lead(session, case, old, now)


def _lead(session: Session, case: CaseRow, to: CaseRow, now: datetime) -> None:
    case.merged_into = to.id
    standing = MergeRow.case_id == case.id, MergeRow.undone_at.is_(None)
    session.execute(update(MergeRow).where(*standing).values(undone_at=now))


def _note(was: CaseWork, work: CaseWork, draft: Draft, count: int, because: str) -> None:
    old, new = was.case, work.case
    why = f": {because}" if because else ""
    reports = f"{count} report{'s' * (count != 1)}"
    was.note(SPLIT_OFF, f"{reports} to {new.number}{why}")
    work.note(
        SPLIT_FROM, f"{old.number}, with {reports}; its clocks count from {new.created_at:%Y-%m-%d %H:%M} UTC{why}"
    )
    found, decision = draft.classification, draft.decision
    assert found is not None
    assert decision is not None
    if new.standing_because:
        work.note("recognised", f"{new.standing}: {new.standing_because}")
    review = f"; a person should look: {found.because}" if found.needs_review else ""
    work.note("classified", f"level {new.level}, {new.category}, by model {found.model}{review}")
    work.note("routed", f"{decision.because}; {decision.process} process")
