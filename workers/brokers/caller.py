"""Sends wake-ups from one process to whichever worker fetches them first."""

import threading

from workers.brokers.carrier import PROBE, Carrier, wake_up
from workers.brokers.health import Health

# Many calls within this time are one wake-up.
_TOGETHER_SECONDS = 0.02
_LOOK_SECONDS = 2.0
_RETRY_SECONDS = 1.0
_STOP_SECONDS = 3.0


class Caller:
    """`wake` returns at once: a thread of its own speaks with the broker, and nobody who has taken a mail waits for it.
    What cannot be sent is forgotten; the sweepers of the workers find the work."""

    def __init__(self, carrier: Carrier, health: Health) -> None:
        self._carrier = carrier
        self._health = health
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        self._called = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End soon, even where the broker keeps us waiting; what was not sent yet is lost."""
        self._stopping.set()
        self._called.set()
        self._thread.join(_STOP_SECONDS)

    def wake(self, job: str) -> None:
        """See that the job runs soon in some worker."""
        with self._lock:
            self._wanted.add(job)
        self._called.set()

    def _run(self) -> None:
        is_prepared = False
        while not self._stopping.is_set():
            try:
                if not is_prepared:
                    self._carrier.prepare()
                    self._carrier.broker.enqueue(wake_up(PROBE))
                    is_prepared = True
                self._health.found()
                if not self._called.wait(_LOOK_SECONDS):
                    self._carrier.look()
                    continue
                self._called.clear()
                self._send()
                self._stopping.wait(_TOGETHER_SECONDS)
            except Exception as error:  # noqa: BLE001 - Health says it, and once
                is_prepared = False
                self._health.lost(error)
                self._stopping.wait(_RETRY_SECONDS)

    def _send(self) -> None:
        with self._lock:
            jobs, self._wanted = self._wanted, set()
        for job in jobs:
            self._carrier.broker.enqueue(wake_up(job))
