"""The worker processes of one `firstline up`."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from models import queue
from models.db import Database
from models.errors import Misconfigured, Temporary
from models.settings import Settings
from workers.basics import utc_now
from workers.pool.member import Member
from workers.pool.spawn import spawn

log = logging.getLogger(__name__)

# On SQLite they write in turns with everybody else, which is about a third of the time of a report; and each takes
# memory for a classifier.
_MOST = 3


def count_of(settings: Settings) -> int:
    """How many there are to be: what is set, else as many as this process has processors, but none beside the only
    one, and a few at most."""
    if settings.processes is not None:
        return settings.processes
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, _MOST) if processors > 1 else 0


class Pool:
    """`observe` is told the outcome of each report, `wake_delivery` that messages may have been queued."""

    def __init__(
        self,
        settings: Settings,
        owner: str,
        count: int,
        database: Database,
        observe: Callable[[str, datetime], None],
        wake_delivery: Callable[[], None],
    ) -> None:
        self._database = database
        self._observe, self._wake_delivery = observe, wake_delivery
        self._lock = threading.Lock()
        self._idle: list[Member] = []
        self._is_waiting = False  # something may be due, and nobody was idle to be woken
        self._members = [Member(settings, f"{owner}/{n}", database.turns, self) for n in range(1, count + 1)]

    def start(self) -> None:
        """Start them: one process, that becomes as many as there are to be when it has loaded the classifier."""
        process, connections = spawn(len(self._members))
        for member, connection in zip(self._members, connections, strict=True):
            member.start(process if member is self._members[0] else None, connection)

    def wait(self) -> None:
        """Return once they work.

        Raises:
            Misconfigured: one of them cannot.
        """
        for member in self._members:
            member.has_answered.wait()
            if member.problem:
                raise Misconfigured(member.problem)

    def stop(self) -> None:
        """Have them end what they are at."""
        for member in self._members:
            member.ask_to_stop()
        for member in self._members:
            member.join()

    def wake(self) -> None:
        """See that what is due is worked on: by one that is idle, else by whoever is first done with what he is at."""
        with self._lock:
            if self._idle:
                self._idle.pop().wake()
            else:
                self._is_waiting = True

    def problem(self) -> str:
        """Empty while one of them works."""
        problems = [member.problem for member in self._members]
        return "" if "" in problems else problems[0]

    def idle(self, member: Member) -> None:
        with self._lock:
            if self._is_waiting:
                self._is_waiting = False
                member.wake()
            else:
                self._idle.append(member)

    def worked(self, outcomes: Sequence[tuple[str, datetime]]) -> None:
        for outcome, received_at in outcomes:
            self._observe(outcome, received_at)
        self._wake_delivery()

    def lost(self, member: Member, owner: str) -> None:
        with self._lock:
            self._idle = [each for each in self._idle if each is not member]
        try:
            with self._database.transaction(gives_way=True) as session:
                queue.release(session, owner, utc_now())
        except Temporary as error:
            log.warning("claims_kept", extra={"worker": owner, "error": str(error)})  # until the lease is over
        self.wake()
