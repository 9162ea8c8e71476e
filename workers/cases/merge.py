"""A duplicate goes into another case: its reports and people go over, its clocks and its ladder end."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from models import case_search
from models.errors import NotPossible
from models.inserting import insert
from models.locks import keep_books
from models.merged import survivor_id
from models.tables import CaseRow, ClockRow, EventRow, MergeRow, OutgoingRow, ParticipantRow, ReportRow, StepRow
from models.values import CaseState, OutgoingState, StepState
from routing import life
from routing.letters import Kind
from workers.cases import letters, merge_rules, notices
from workers.cases.merged_state import before
from workers.cases.office import Office
from workers.cases.sent import ACKNOWLEDGEMENT, NOTICE
from workers.cases.work import ACTOR_CHARS, CaseWork, lock_both

MERGED, TOOK_IN = "merged", "took-in"
# Why a message is not sent that was waiting when its case was merged.
NOT_NEEDED = "not needed any more: the case was merged into another"
# What a machine has written of a case that is no more; what staff wrote themselves is sent all the same.
_NOT_SENT = (ACKNOWLEDGEMENT, Kind.SOLVED, Kind.CLOSED, Kind.SURVEY, Kind.SPLIT)
_ENDED_BY = ("recovered", "solved", "confirmed")


def merge(
    session: Session, office: Office, case_id: int, into_id: int, by: str, because: str = "", tells: bool = True
) -> CaseRow:
    """Let a case go on in another one, or in what that one goes on in; returns the surviving case. What is merged so
    already stays as it is. With `tells` who reported the duplicate is written to, if he knows its number.

    Raises:
        NotPossible: the two are of different customers, it would lead in a circle, or nobody would work on it any more.
    """
    keep_books(session)  # nobody else merges meanwhile, and no report is put on either
    case, into = lock_both(session, case_id, survivor_id(session, into_id))
    if case.merged_into is not None and case.id != into.id:
        if survivor_id(session, case.id) == into.id:
            return into
        raise NotPossible(f"{case.number} was merged into {case.goes_on_in} already: take it out of that one first")
    if (refused := merge_rules.refusal(case, into)) is not None:
        raise NotPossible(refused)
    now = office.clock()
    _Merge(CaseWork(session, office, case, now, by), CaseWork(session, office, into, now, by)).do(because, tells)
    return into


class _Merge:
    """`old` goes into `new`; both are locked."""

    def __init__(self, old: CaseWork, new: CaseWork) -> None:
        self._old = old
        self._new = new
        self._session = old.session
        self._said = f"{old.case.number} was merged into {new.case.number}"

    def do(self, because: str, tells: bool) -> None:
        old, new = self._old.case, self._new.case
        was = before(old, new)
        to = letters.to_customer(self._old)
        knows_number = self._withdraw()
        raised = self._new.raise_level(self._said, merge_rules.level_after(old, new))
        taken = self._take_over_clocks()  # after that: what was promised, or broken, comes before what is promised now
        was = replace(
            was, is_replanned=bool(taken) or raised, is_accepted=self._hand_over(), is_asked=self._still_ask()
        )
        was = replace(was, late=self._end(taken))
        row = MergeRow(
            case_id=old.id,
            into_id=new.id,
            at=self._new.now,
            by=self._new.actor[:ACTOR_CHARS],
            because=because,
            reports=self._move_reports(),
            participants=self._move_people(),
            before=was.to_json(),
        )
        self._session.add(row)
        if tells and knows_number and was.state != CaseState.CLOSED:
            letters.queue(self._new, Kind.MERGED, "", to, old.number)
        self._note(row.reports, because)
        row.event_id = self._session.scalar(select(func.max(EventRow.id)).where(EventRow.case_id == new.id))

    def _withdraw(self) -> bool:
        """Let nothing ring and nothing be written any more for the duplicate; True where its reporter knows its number,
        or would have been told it."""
        unsent = self._session.scalars(
            select(OutgoingRow)
            .where(
                OutgoingRow.case_id == self._old.case.id,
                OutgoingRow.state.in_((OutgoingState.PENDING, OutgoingState.SENDING)),
            )
            .with_for_update()
        ).all()
        was_acknowledged = False
        for row in unsent:
            # A letter that is being sent may have arrived; a call that is tried again in a minute must not ring.
            is_waiting = row.state == OutgoingState.PENDING and row.kind in _NOT_SENT
            if is_waiting or row.kind == NOTICE:
                row.state, row.due_at, row.lease, row.error = OutgoingState.FAILED, None, None, NOT_NEEDED
                was_acknowledged |= row.kind == ACKNOWLEDGEMENT
        has_gone = exists().where(
            OutgoingRow.case_id == self._old.case.id,
            OutgoingRow.kind != NOTICE,
            OutgoingRow.state.in_((OutgoingState.SENDING, OutgoingState.SENT)),
        )
        return was_acknowledged or bool(self._session.scalar(select(has_gone)))

    def _take_over_clocks(self) -> list[ClockRow]:
        """What was promised for the duplicate stays promised, and its ladder goes on where it stood."""
        old, new = self._old, self._new
        old.book.resume(self._said)  # with the time given back for which they stood still
        running = [row for row in old.book.newest().values() if self._goes_on(row)]
        taken = new.book.take_over(running, self._said)
        if not taken:
            return []
        names = {row.name for row in taken}
        new.case.lap += 1
        for step in old.case.steps:
            if step.state == StepState.DONE and step.lap == old.case.lap and step.clock in names:
                new.case.steps.append(
                    StepRow(
                        name=step.name,
                        lap=new.case.lap,
                        clock=step.clock,
                        planned_at=step.planned_at,
                        state=StepState.DONE,
                        done_at=step.done_at,
                        told=list(step.told),
                        because=f"it was done for {old.case.number}: {step.because}",
                    )
                )
        return taken

    def _goes_on(self, row: ClockRow) -> bool:
        return life.started_by(self._old.profile, row.name) not in _ENDED_BY

    def _hand_over(self) -> bool:
        """Who works on the duplicate has the surviving case, if nobody has; True where that is so."""
        old = self._old.case
        if old.accepted_by is None or not merge_rules.takes_over(old, self._new.case):
            return False
        self._new.actor, by = old.accepted_by, self._new.actor
        self._new.move(CaseState.ACCEPTED, f"has {old.number}, which was merged into it")
        self._new.actor = by
        return True

    def _still_ask(self) -> bool:
        """Who was asked for his consent still is; True where the surviving case waits for it from now on."""
        if self._old.case.consent != "asked" or self._new.case.consent is not None:
            return False
        self._new.case.consent = "asked"
        return True

    def _end(self, taken: Sequence[ClockRow]) -> list[int]:
        """Close the duplicate; returns the ids of its clocks that stay on record as late."""
        old = self._old.case
        late = self._old.book.end(taken, self._said)
        old.merged_into = self._new.case.id
        old.closed_at = old.closed_at or self._old.now
        old.state, old.consent, old.needs_review = CaseState.CLOSED, None, False
        self._old.settle()
        self._new.stand_or_go()
        self._new.settle()
        return [row.id for row in late]

    def _move_reports(self) -> list[str]:
        mine = ReportRow.case_id == self._old.case.id
        query = select(ReportRow.id).where(mine).order_by(ReportRow.received_at, ReportRow.id)
        moved = list(self._session.scalars(query))
        self._session.execute(
            update(ReportRow).where(mine).values(case_id=self._new.case.id),
            execution_options={"synchronize_session": "fetch"},
        )
        case_search.rebuild(self._session, (self._old.case.id, self._new.case.id))
        return moved

    def _move_people(self) -> list[str]:
        def of(case: CaseRow) -> Sequence[str]:
            return self._session.scalars(
                select(ParticipantRow.address_key).where(ParticipantRow.case_id == case.id)
            ).all()

        new = sorted(set(of(self._old.case)) - set(of(self._new.case)))
        if new:
            rows = [{"case_id": self._new.case.id, "address_key": key, "at": self._new.now} for key in new]
            self._session.execute(insert(self._session, ParticipantRow).on_conflict_do_nothing(), rows)
        return new

    def _note(self, reports: Sequence[str], because: str) -> None:
        old, new = self._old.case, self._new.case
        why = f": {because}" if because else ""
        self._old.note(MERGED, f"into {new.number}{why}")
        count = f"{len(reports)} report{'s' * (len(reports) != 1)}"
        self._new.note(TOOK_IN, f"{old.number} with {count}, level {new.level}{why}")
        self._session.flush()
        notices.withdraw(self._new)
