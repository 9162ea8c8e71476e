"""Wakes whatever is due and was not woken."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from models import queue
from models.db import Database
from models.errors import Temporary
from workers.broker import OUTGOING, REPORTS
from workers.deliver import outgoing

log = logging.getLogger(__name__)

PERIOD_SECONDS = 1.0


class Sweeper:
    """Looks every second for due reports and messages. Any number may run: looking changes nothing."""

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def sweep(self) -> None:
        """One look."""
        now = self._clock()
        with self._database.reading() as session:
            reports, messages = queue.due(session, now), outgoing.due(session, now)
        if reports:
            self._wake(REPORTS)
        if messages:
            self._wake(OUTGOING)

    def _run(self) -> None:
        while not self._stopping.wait(PERIOD_SECONDS):
            try:
                self.sweep()
            except Temporary as error:
                log.warning("sweep_postponed", extra={"error": str(error)})
            except Exception as error:
                log.error("sweep_failed", exc_info=error)
