"""Makes reports durable. Many that arrive together share one commit; a lone one waits for nobody."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from models import queue as report_queue
from models.db import Database
from models.errors import Temporary
from models.queue import BATCH_BYTES, NewReport
from models.values import Receipt

log = logging.getLogger(__name__)

# What one commit takes together: more would make the first of them wait too long for its answer.
GROUP = 100

_Waiting = tuple[NewReport, "Future[Receipt]"]


class Acceptor:
    """Stores reports from any thread. `wake` is called after each commit and may fail.

    There is no timer: whatever has queued up while the last commit ran is the next group.
    """

    def __init__(self, database: Database, wake: Callable[[], None], group: int = GROUP) -> None:
        self._database = database
        self._group = group
        self._wake = wake
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="acceptor", daemon=True)
        self._thread.start()

    def submit(self, report: NewReport) -> "Future[Receipt]":
        """Hand a report over; the future is done when it is committed, or fails with the reason."""
        future: Future[Receipt] = Future()
        future.set_running_or_notify_cancel()  # a sender that hangs up cancels nothing: the report is ours now
        with self._closing:
            if self._closed:
                future.set_exception(Temporary("the service is shutting down"))
            else:
                self._waiting.put((report, future))
        return future

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
        with self._database.transaction() as session:
            receipts = report_queue.add(session, reports)
        self._tell()
        return receipts

    def close(self) -> None:
        """Commit what was handed over, then stop. What comes after is refused as temporary."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _tell(self) -> None:
        try:
            self._wake()
        except Exception:  # the reports are durable; the sweeper finds what nobody was woken for
            log.warning("wake_failed", exc_info=True)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        group = [first]
        size = len(first[0].content)
        while len(group) < self._group and size < BATCH_BYTES:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            size += len(following[0].content)
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            receipts = self.accept_all([report for report, _ in group])
        except Exception as error:
            # One of them may be at fault, and its neighbours must not suffer for it. What is temporary is
            # nobody's fault: to try each alone would make the last wait a hundred times as long.
            if len(group) > 1 and not isinstance(error, Temporary):
                for waiting in group:
                    self._commit([waiting])
                return
            known = isinstance(error, Temporary)  # one line for it: a full disk is not helped by tracebacks
            log.error("accept_failed", exc_info=None if known else error, extra={"error": str(error)})
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), receipt in zip(group, receipts, strict=True):
            future.set_result(receipt)
