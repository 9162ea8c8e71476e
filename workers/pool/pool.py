"""The worker processes of one `firstline up`."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from models import queue
from models.db import Database
from models.errors import Misconfigured, Temporary
from models.settings import Settings
from workers import modelstore
from workers.basics import utc_now
from workers.pool.member import Member
from workers.pool.spawn import Spawned

log = logging.getLogger(__name__)


class Pool:
    """`spawned` are the first of them; who is lost is replaced. `observe` is told the outcome of each report,
    `wake_delivery` that messages may have been queued."""

    def __init__(
        self,
        settings: Settings,
        owner: str,
        spawned: Spawned,
        database: Database,
        observe: Callable[[str, datetime], None],
        wake_delivery: Callable[[], None],
    ) -> None:
        self._settings, self._database = settings, database
        self._spawned = spawned
        self._observe, self._wake_delivery = observe, wake_delivery
        self._lock = threading.Lock()
        self._idle: list[Member] = []
        self._is_waiting = False  # something may be due, and nobody was idle to be woken
        owners = [f"{owner}/{n}" for n in range(1, len(spawned.connections) + 1)]
        self._members = [Member(settings, each, database.turns, self) for each in owners]

    def start(self) -> None:
        """Tell them what to work by, and hear them."""
        process = self._spawned.process
        for member, connection in zip(self._members, self._spawned.connections, strict=True):
            member.start(process if member is self._members[0] else None, connection)

    def wait(self) -> None:
        """Return once they work.

        Raises:
            Misconfigured: one of them cannot.
        """
        for member in self._members:
            member.has_answered.wait()
            if member.refused:
                raise Misconfigured(member.refused)

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

    def stands_in(self) -> bool:
        """True where one of them judges by another classifier than the promoted one."""
        return any(modelstore.is_replaced(self._settings, member.failed) for member in self._members)

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
