"""Dramatiq carries the wake-ups; nothing else. Every one of them may be lost."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import dramatiq
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import DramatiqError

from models.errors import Temporary

log = logging.getLogger(__name__)

REPORTS = "reports"
OUTGOING = "outgoing"
WEBHOOKS = "webhooks"

# A wake-up that has not run after this long counts as lost, and the next one is sent.
_LOST_SECONDS = 1.0
# A job that hangs, on a relay that says nothing, is left behind at a stop: its lease gives the work back.
_STOP_MILLISECONDS = 10_000


class Broker:
    """An in-process Dramatiq broker for each job, with `threads` worker threads of its own: a slow relay
    must not hold up reports, nor a backlog of reports the answers.

    The actors take no argument: what is due stands in the database, and one wake-up serves all of it.
    """

    def __init__(self, jobs: dict[str, Callable[[], object]], threads: int) -> None:
        # No retries and no results: the queue in the tables has its own.
        self._brokers = {name: StubBroker(middleware=[]) for name in jobs}
        self._pending: dict[str, float] = {}
        self._lock = threading.Lock()
        for name, job in jobs.items():
            self._declare(name, job)
        self._workers = [
            dramatiq.Worker(broker, worker_threads=threads, worker_timeout=100) for broker in self._brokers.values()
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop(timeout=_STOP_MILLISECONDS)
        for broker in self._brokers.values():
            broker.close()

    def wake(self, name: str) -> None:
        """See that the job runs soon; many calls at once are one wake-up. May fail silently, as for a job that only
        another version of ours knows."""
        if name not in self._brokers:
            return
        now = time.monotonic()
        with self._lock:
            if now - self._pending.get(name, -_LOST_SECONDS) < _LOST_SECONDS:
                return
            self._pending[name] = now
        message: Message[None] = Message(queue_name=name, actor_name=name, args=(), kwargs={}, options={})
        with suppress(DramatiqError):
            self._brokers[name].enqueue(message)

    def _declare(self, name: str, job: Callable[[], object]) -> None:
        def run() -> None:
            with self._lock:
                self._pending.pop(name, None)  # before the work: what comes in meanwhile needs a wake-up of its own
            try:
                job()
            except Temporary as error:
                log.warning("job_postponed", extra={"job": name, "error": str(error)})
            except Exception as error:
                log.error("job_failed", exc_info=error, extra={"job": name})

        dramatiq.actor(actor_name=name, queue_name=name, broker=self._brokers[name])(run)
