"""Makes reports durable. Many that arrive together share one commit; a lone one waits for nobody."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from intake.group_commit import Writer
from models import queue as report_queue
from models.db import Database
from models.queue import BATCH_BYTES, NewReport
from models.values import Receipt

log = logging.getLogger(__name__)

# What one commit takes together: more would make the first of them wait too long for its answer.
GROUP = 100


class Acceptor:
    """Stores reports from any thread. After each commit `wake` is called, which may fail, and `observe` is told the
    channel of each report and whether it was stored already."""

    def __init__(
        self,
        database: Database,
        wake: Callable[[], None],
        group: int = GROUP,
        observe: Callable[[str, bool], None] = lambda channel, again: None,
    ) -> None:
        self._database = database
        self._wake = wake
        self._observe = observe
        self._writer: Writer[NewReport, Receipt] = Writer(
            self.accept_all, "acceptor", group, weigh=lambda report: len(report.content), heaviest=BATCH_BYTES
        )

    def submit(self, report: NewReport) -> "Future[Receipt]":
        """Hand a report over; the future is done when it is committed, or fails with the reason."""
        return self._writer.submit(report)

    def accept(self, report: NewReport) -> Receipt:
        """Store one report and wait until it is durable.

        Raises:
            Temporary: the database did not take it; nothing was stored.
        """
        return self.submit(report).result()

    def accept_all(self, reports: Sequence[NewReport]) -> list[Receipt]:
        """Store a batch in one commit of its own, all or nothing.

        Raises:
            Temporary: the database did not take it; nothing was stored.
        """
        if not reports:
            return []
        with self._database.storing() as direct:
            receipts = report_queue.store(direct, reports)
        self._tell()
        for report, receipt in zip(reports, receipts, strict=True):
            self._observe(report.channel, not receipt.created)
        return receipts

    def close(self) -> None:
        """Commit what was handed over, then stop. What comes after is refused as temporary."""
        self._writer.close()

    def _tell(self) -> None:
        try:
            self._wake()
        except Exception:  # the reports are durable; the sweeper finds what nobody was woken for
            log.warning("wake_failed", exc_info=True)
