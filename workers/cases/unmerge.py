"""A merge is taken back: both cases are as they were, as long as nothing was added to the surviving one since."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import case_search
from models.errors import NotPossible
from models.locks import keep_books
from models.tables import CaseRow, EventRow, MergeRow, OutgoingRow, ParticipantRow, ReportRow
from models.values import NOTE, CaseState, OutgoingState, case_number
from routing import profile as profiles
from routing.letters import Kind
from workers.cases.merge import NOT_NEEDED
from workers.cases.merged_state import Before, restore
from workers.cases.office import Office
from workers.cases.replan import replan
from workers.cases.sent import ACKNOWLEDGEMENT, acknowledged
from workers.cases.work import CaseWork, lock_both

UNMERGED = "unmerged"
# What may happen on the surviving case meanwhile: it belongs to no report, and hangs on none.
_NOTHING_ADDED = frozenset({
    "accepted", "acknowledged", "already-taken", "begun", "breached", "connected", "escalated", "held-back", "kept",
    "linked", "merged", "not-told", NOTE, "passed-on", "recovered", "repaired", "taken-back", "took-in", "unlinked",
    "unmerged", "waiting",
})  # fmt: skip


def unmerge(session: Session, office: Office, case_id: int, by: str, because: str = "") -> CaseRow:
    """Take a case out of the one that it went into.

    Raises:
        NotPossible: it was not merged, or the surviving case has gone on since; the message says what to do instead.
    """
    keep_books(session)
    found = session.get(CaseRow, case_id)
    if found is None or found.merged_into is None:
        raise NotPossible(
            "there is no such case" if found is None else f"{found.number} was not merged into another case"
        )
    case, into = lock_both(session, case_id, found.merged_into)
    row = session.scalars(
        select(MergeRow)
        .where(MergeRow.case_id == case.id, MergeRow.undone_at.is_(None))
        .order_by(MergeRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotPossible(f"a split has taken {case.number} along to {into.number}: work on that one")
    _refuse_added(session, row, case, into)
    now = office.clock()
    said = f"the merge of {case.number} into {into.number} was taken back"
    was = Before(**row.before)
    row.undone_at = now
    _give_back(session, row)
    _unsend(session, row, now)
    old = CaseWork(session, office, case, now, by)
    old.book.forget([clock for clock in case.clocks if clock.id in was.late])
    for clock in restore(case, was):
        old.book.put(clock, said)
    old.settle()
    if case.state == CaseState.NEW and case.acknowledged_at is not None:  # it was being sent at that moment
        session.flush()
        acknowledged(session, [case.id], office)
    _restore_other(CaseWork(session, office, into, now, by), old, was, said)
    for work in (old, CaseWork(session, office, into, now, by)):
        work.note(UNMERGED, f"{said}: {because}".removesuffix(": "))
    return case


def _refuse_added(session: Session, row: MergeRow, case: CaseRow, into: CaseRow) -> None:
    if into.merged_into is not None:
        raise NotPossible(f"{into.number} was merged into {into.goes_on_in} after that: take that back first")
    later = select(MergeRow.case_id).where(
        MergeRow.into_id == into.id, MergeRow.id > row.id, MergeRow.undone_at.is_(None)
    )
    if (other := session.scalar(later.order_by(MergeRow.id.desc()).limit(1))) is not None:
        raise NotPossible(f"{case_number(other)} was merged into {into.number} after that: take that back first")
    added = session.scalars(
        select(EventRow)
        .where(EventRow.case_id == into.id, EventRow.id > (row.event_id or 0), EventRow.kind.not_in(_NOTHING_ADDED))
        .order_by(EventRow.id)
        .limit(1)
    ).first()
    if added is None:
        return
    raise NotPossible(
        f"{into.number} has gone on since ({added.kind} by {added.actor}, {added.at:%Y-%m-%d %H:%M} UTC): split the "
        f"reports of {case.number} off it instead"
    )


def _give_back(session: Session, row: MergeRow) -> None:
    """Reports and people go back to where they were."""
    session.execute(
        update(ReportRow)
        .where(ReportRow.id.in_(row.reports), ReportRow.case_id == row.into_id)
        .values(case_id=row.case_id),
        execution_options={"synchronize_session": "fetch"},
    )
    session.execute(
        delete(ParticipantRow).where(
            ParticipantRow.case_id == row.into_id, ParticipantRow.address_key.in_(row.participants)
        )
    )
    case_search.rebuild(session, (row.case_id, row.into_id))


def _unsend(session: Session, row: MergeRow, now: datetime) -> None:
    """An acknowledgement that was held back is sent after all; the letter of the merge is not, if it still waits."""
    session.execute(
        update(OutgoingRow)
        .where(OutgoingRow.case_id == row.case_id, OutgoingRow.kind == ACKNOWLEDGEMENT, OutgoingRow.error == NOT_NEEDED)
        .values(state=OutgoingState.PENDING, due_at=now, error=None)
    )
    session.execute(
        update(OutgoingRow)
        .where(
            OutgoingRow.case_id == row.into_id,
            OutgoingRow.kind == str(Kind.MERGED),
            OutgoingRow.created_at == row.at,
            OutgoingRow.state == OutgoingState.PENDING,
        )
        .values(state=OutgoingState.FAILED, due_at=None, error="not needed any more: the merge was taken back")
    )


def _restore_other(new: CaseWork, old: CaseWork, was: Before, said: str) -> None:
    """The case that goes on alone is planned by its own report again."""
    into = new.case
    if was.is_asked and into.consent == "asked":
        into.consent = None
    if was.is_accepted and into.state == CaseState.ACCEPTED and into.accepted_by == old.case.accepted_by:
        new.move(CaseState.ACKNOWLEDGED, said)
    into.level = was.into_level
    if was.is_replanned:
        into.lap += 1  # what was done for the other case was not done for this one
        replan(new, profiles.load(new.office.default), said)
    new.stand_or_go()
    new.settle()
