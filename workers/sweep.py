"""Wakes whatever is due and was not woken, and clears away what is not needed any more."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from random import uniform

from models import answers, deliveries, queue
from models.db import Database
from models.errors import Temporary
from workers.broker import OUTGOING, REPORTS, WEBHOOKS
from workers.deliver import outgoing

log = logging.getLogger(__name__)

PERIOD_SECONDS = 1.0
# Sweepers that look in step leave everything to the first of them: each looks sooner than it has to, by chance.
_SOONEST = 0.6
TIDY_PERIOD = timedelta(minutes=10)


class Sweeper:
    """Looks every second at least for due reports, messages and deliveries. Any number may run: looking changes
    nothing, and what one has cleared away the next does not find. `keep` forgets what is old enough, a little at a
    time."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        wake: Callable[[str], None],
        keep: Callable[[datetime], None] = lambda now: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._keep = keep
        self._tidy_at = clock()
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
            told = deliveries.due(session, now)
        if reports:
            self._wake(REPORTS)
        if messages:
            self._wake(OUTGOING)
        if told:
            self._wake(WEBHOOKS)
        if now >= self._tidy_at:
            self.tidy(now)
        self._keep(now)

    def tidy(self, now: datetime) -> None:
        """Clear away answers that are not given again, and deliveries that are long over; a part of them at a time."""
        with self._database.transaction(gives_way=True) as session:
            cleared = answers.forget(session, now) + deliveries.forget(session, now)
        if not cleared:
            self._tidy_at = now + TIDY_PERIOD

    def _run(self) -> None:
        while not self._stopping.wait(PERIOD_SECONDS * uniform(_SOONEST, 1)):
            try:
                self.sweep()
            except Temporary as error:
                log.warning("sweep_postponed", extra={"error": str(error)})
            except Exception as error:
                log.error("sweep_failed", exc_info=error)
