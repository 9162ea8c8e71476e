"""The runner: claims due reports in batches, has the stages say what to write, writes it.

Two commits a batch, claim and finish. A batch that fails is tried one by one, so one poisonous
report never holds up its neighbours.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from models import queue
from models.db import Database
from models.errors import Temporary
from models.queue import Claimed
from models.tables import ReportRow
from models.values import case_number, made_at
from workers.desk import Desk
from workers.patience import until_written, within
from workers.record.prepared import prepare
from workers.record.recorder import Recorder
from workers.stages.draft import Draft, Stage, name_of
from workers.tracing.traces import Traces, nanoseconds

log = logging.getLogger(__name__)

# Large enough to share its commits and statements, small enough that the first of it is not kept waiting; on SQLite all
# others who write wait for it, too.
BATCH, BATCH_ON_SQLITE = 50, 25
# What takes longer hangs. Far above what the largest mail takes on a machine that is busy with other things: whose
# lease is over before that has only his result dropped.
LIMIT_SECONDS = 120.0


class Runner:
    """Processes what is due. Safe to call from several threads and processes: claims are exclusive.

    `observe` is told the outcome of each report; `wake_delivery` that messages may have been queued; `traces` how long
    each step took; `more` that a batch is full, so that there may be work for another one.
    """

    def __init__(
        self,
        desk: Desk,
        owner: str,
        wake_delivery: Callable[[], None] = lambda: None,
        observe: Callable[[str, datetime], None] = lambda outcome, received_at: None,
        stages: Sequence[Stage] | None = None,
        traces: Traces | None = None,
        more: Callable[[], None] = lambda: None,
    ) -> None:
        self._desk = desk
        self._database: Database = desk.database
        self._owner = owner
        self._wake_delivery = wake_delivery
        self._traces = traces or Traces()
        self._observe = observe
        self._more = more
        self._batch = BATCH if desk.database.turns is None else BATCH_ON_SQLITE
        self._stages = tuple(stages if stages is not None else desk.stages)
        # The classifier's pipeline is not made for several threads at once.
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> int:
        """Process until nothing is due or `stop` is called; returns how many reports that were."""
        processed = 0
        while count := self._run_batch():
            processed += count
            self._wake_delivery()
        return processed

    def _run_batch(self) -> int:
        # Claimed when its turn has come: whatever has arrived meanwhile goes into it, and its lease begins only then.
        with self._lock:
            claimed = [] if self._stopping.is_set() else self._claim()
            if claimed:
                self._process(claimed)
        return len(claimed)

    def stop(self) -> None:
        """Make `run` return after the batch it is in; what is due then waits for the next start."""
        self._stopping.set()

    def _claim(self) -> list[Claimed]:
        with self._database.transaction(gives_way=True) as session:
            claimed = queue.claim(session, self._owner, self._desk.clock(), self._batch)
        if len(claimed) == self._batch:
            self._more()
        each = [{"report": report.id, "try": report.failures + 1} for report in claimed]
        log.info("report_claimed", extra={"each": each})
        for report in claimed:
            self._traces.span("wait in queue", [report.id], nanoseconds(made_at(report.id)), time.time_ns())
        return claimed

    def _process(self, claimed: Sequence[Claimed]) -> None:
        try:
            self._write(self._draft(claimed))
        except Temporary as error:
            log.warning("batch_postponed", extra=_named(claimed) | {"error": str(error)})
            self._postpone(claimed, str(error))
        except Exception as error:
            if len(claimed) > 1:
                log.warning("batch_failed_trying_one_by_one", extra=_named(claimed) | {"error": _said(error)})
                for report in claimed:
                    self._process([report])
                return
            log.error(
                "report_failed",
                exc_info=error,
                extra={"report": claimed[0].id, "try": claimed[0].failures + 1},
            )
            self._fail(claimed, error)

    def _postpone(self, claimed: Sequence[Claimed], error: str) -> None:
        """Give the batch back. Where not even this can be written, the end of the lease does."""

        def give_back() -> None:
            with self._database.transaction(gives_way=True) as session:
                for row in queue.held(session, claimed).values():
                    queue.postpone(row, error, self._desk.clock())

        until_written(give_back, queue.LEASE.total_seconds(), self._stopping)

    def _draft(self, claimed: Sequence[Claimed]) -> list[Draft]:
        return within(LIMIT_SECONDS, lambda: self._through_stages(claimed))

    def _through_stages(self, claimed: Sequence[Claimed]) -> list[Draft]:
        drafts = [Draft(report) for report in claimed]
        ids = [report.id for report in claimed]
        for stage in self._stages:
            with self._traces.timed(name_of(stage), ids, firstline__batch__size=len(ids)):
                drafts = stage(drafts)
        return drafts

    def _write(self, drafts: Sequence[Draft]) -> None:
        ids = [draft.claimed.id for draft in drafts]
        traced = self._traces
        with traced.timed("prepare", ids):
            prepared = prepare(drafts)
        with (
            traced.timed("commit", ids),
            self._database.transaction(gives_way=True) as session,
            traced.timed("compose", ids),
        ):
            rows = Recorder(session, self._desk, self._desk.clock()).record(prepared)
        done = [(row, row.outcome) for row in rows if row.outcome is not None]
        each = [{"report": row.id, "outcome": outcome, "case": _number(row)} for row, outcome in done]
        log.info("report_done", extra={"each": each})
        for row, outcome in done:
            self._observe(outcome, row.received_at)

    def _fail(self, claimed: Sequence[Claimed], error: Exception) -> None:
        now = self._desk.clock()
        with self._database.transaction(gives_way=True) as session:
            for row in queue.held(session, claimed).values():
                queue.fail(row, _said(error), now)
                if row.outcome is not None:
                    log.error("report_shunted", extra={"report": row.id, "attempts": row.attempts})
                    self._observe(row.outcome, row.received_at)


def _said(error: Exception) -> str:
    """What went wrong, in words. Not its repr: that of a text which cannot be encoded holds all of the text."""
    return f"{type(error).__name__}: {error}"[:1000]


def _named(claimed: Sequence[Claimed]) -> dict[str, list[str]]:
    """The reports of a batch, as fields of a log event."""
    return {"reports": [report.id for report in claimed]}


def _number(row: ReportRow) -> str | None:
    return case_number(row.case_id) if row.case_id is not None else None
