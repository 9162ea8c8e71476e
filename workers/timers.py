"""The timers: note the promises that were not kept, and climb the ladders. Any number of processes may run them: a
case is locked while its steps are done, and each step is a row that is done once, in the transaction that writes what
follows from it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.db import Database
from models.errors import Temporary
from models.tables import CaseRow, ClockRow, StepRow
from models.values import case_number
from workers import audit
from workers.cases.climb import breach, changes_case, climb
from workers.cases.due import due_steps, is_late, late_clocks
from workers.cases.office import Office
from workers.cases.people import People
from workers.cases.steps import overdue
from workers.cases.work import CaseWork
from workers.record.journal import MACHINE
from workers.record.new_rows import NewRows

log = logging.getLogger(__name__)

Work = tuple[CaseWork, list[ClockRow], list[StepRow]]

PERIOD_SECONDS = 1.0
# Some two milliseconds each, and whoever writes waits for all of a batch; half of that is for the batch as a whole.
BATCH = 50
# A case whose steps cannot be done is tried again after this; the audit shows it meanwhile.
PUT_OFF = timedelta(minutes=5)
# How often the self-audit looks at its next page of open cases.
AUDIT_PERIOD = timedelta(seconds=2.5)


class Timers:
    """Looks every second for what is due. `wake` is told that messages may have been queued, `observe` the name of
    each step that was done, `missed` that of each promise found not kept, `repaired` how many steps the self-audit
    found missing."""

    def __init__(
        self,
        database: Database,
        office: Office,
        wake: Callable[[], None] = lambda: None,
        observe: Callable[[str], None] = lambda step: None,
        repaired: Callable[[int], None] = lambda steps: None,
        missed: Callable[[str], None] = lambda clock: None,
    ) -> None:
        self._database = database
        self._office = office
        self._wake = wake
        self._observe = observe
        self._repaired = repaired
        self._missed = missed
        self._audited = 0
        self._audit_at = office.clock()
        self._sick: dict[int, datetime] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="timers", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def run(self) -> int:
        """Do what is due until nothing is; returns how many cases that were."""
        handled = 0
        while not self._stopping.is_set() and (done := self._round()):
            handled += done
        if handled:
            self._wake()
        return handled

    def audit(self) -> int:
        """Look at the next page of open cases, and plan what is missing; returns how many steps were."""
        now = self._office.clock()
        self._audit_at = now + AUDIT_PERIOD
        with self._database.transaction(gives_way=True) as session:
            missing, self._audited = audit.repair(session, self._office, now, self._audited)
        self._repaired(missing)
        return missing

    def _round(self) -> int:
        now = self._office.clock()
        with self._database.reading() as session:
            due = self._due(session, now)
        if not due:
            return 0
        try:
            return self._handle(due)
        except Temporary:
            raise
        except Exception as error:
            log.error(
                "ladders_failed_trying_one_by_one",
                exc_info=error,
                extra={"cases": [case_number(case_id) for case_id in due]},
            )
        for case_id in due:
            self._try_alone(case_id, now)
        return len(due)

    def _try_alone(self, case_id: int, now: datetime) -> None:
        """Handle one case, or leave it for a while: the others must not wait for it."""
        try:
            self._handle([case_id])
        except Temporary:
            raise
        except Exception as error:
            log.error("ladder_failed", exc_info=error, extra={"case": case_number(case_id)})
            self._sick[case_id] = now + PUT_OFF

    def _due(self, session: Session, now: datetime) -> list[int]:
        self._sick = {case_id: until for case_id, until in self._sick.items() if until > now}
        steps, clocks = due_steps(now, BATCH), late_clocks(now, BATCH)
        if self._sick:
            steps = steps.where(StepRow.case_id.not_in(self._sick))
            clocks = clocks.where(ClockRow.case_id.not_in(self._sick))
        found = [*session.scalars(steps), *session.scalars(clocks)]
        return sorted(set(found))[:BATCH]

    def _handle(self, case_ids: list[int]) -> int:
        """Handle the cases that nobody else is at. What was found due is looked at again under their locks, and before:
        the timers of another process may have done it all."""
        with self._database.transaction(gives_way=True) as session:
            still = set(case_ids) & set(self._due(session, self._office.clock()))
            if not still:
                return len(case_ids)
            cases = session.scalars(
                select(CaseRow)
                .where(CaseRow.id.in_(still))
                .order_by(CaseRow.id)
                .options(selectinload(CaseRow.served))
                .with_for_update(skip_locked=True, of=CaseRow)
            ).all()
            now = self._office.clock()  # whoever was at these cases before was so earlier
            new = NewRows(session)
            works = self._works(session, cases, now, new)
            people = People(session, now)
            done: list[tuple[str, str]] = []
            missed: list[tuple[str, str]] = []
            for work, late, due in works:
                missed += [(work.case.number, clock) for clock in breach(work, late)]
                done += [(work.case.number, step) for step in climb(work, people, due)]
            new.write()
        self._tell(missed, done)
        return len(cases)

    def _tell(self, missed: list[tuple[str, str]], done: list[tuple[str, str]]) -> None:
        """Say aloud which promises were not kept and which steps were done, each with its case."""
        log.info("deadline_missed", extra={"each": [{"case": number, "clock": clock} for number, clock in missed]})
        log.info("step_done", extra={"each": [{"case": number, "step": step} for number, step in done]})
        for _, clock in missed:
            self._missed(clock)
        for _, step in done:
            self._observe(step)

    def _works(self, session: Session, cases: Sequence[CaseRow], now: datetime, new: NewRows) -> list[Work]:
        """Each case with its clocks that are late and its steps that are due. The most of them only tell people: whole
        histories are read of those alone that become others by it, and only what they note is there at once."""
        ids = [case.id for case in cases]
        late, due = defaultdict(list), defaultdict(list)
        for clock in session.scalars(select(ClockRow).where(ClockRow.case_id.in_(ids), is_late(now))):
            late[clock.case_id].append(clock)
        for step in session.scalars(select(StepRow).where(StepRow.case_id.in_(ids), StepRow.due_at <= now)):
            due[step.case_id].append(step)
        works = [CaseWork(session, self._office, case, now, MACHINE) for case in cases]
        changing = {work.case.id for work in works if changes_case(work, due[work.case.id])}
        for work in works:
            if work.case.id not in changing:
                work.rows = work.book.rows = new
        if changing:
            history = selectinload(CaseRow.clocks), selectinload(CaseRow.steps)
            session.scalars(select(CaseRow).where(CaseRow.id.in_(changing)).options(*history)).all()
        return [(work, late[work.case.id], overdue(due[work.case.id], now)) for work in works]

    def _run(self) -> None:
        while not self._stopping.wait(PERIOD_SECONDS):
            try:
                self.run()
                if self._office.clock() >= self._audit_at:
                    self.audit()
            except Temporary as error:
                log.warning("timers_postponed", extra={"error": str(error)})
            except Exception as error:
                log.error("timers_failed", exc_info=error)
