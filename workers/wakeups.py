"""Takes wake-ups to where the work is done: within this process where it does it, else through a broker to another.
Where neither is possible they are lost, and the sweepers find the work within a second."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from workers.broker import Broker
from workers.brokers.caller import Caller
from workers.brokers.carrier import make_carrier
from workers.brokers.health import Health
from workers.brokers.listener import Listener

_NONE: Mapping[str, Callable[[], None]] = {}


class Wakeups:
    """Those of one process; `url` is that of the broker between processes, or empty.

    A process that does the work listens to the others and wakes itself; one that does not calls a worker.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._health = Health(url) if url else None
        self._inside: Broker | None = None
        self._caller: Caller | None = None
        self._passed_on = _NONE
        self._stack = ExitStack()

    def start_calling(self) -> None:
        """Wake the workers of other processes from now on, where there is a broker between."""
        if self._health is None:
            return
        carrier = make_carrier(self._url)
        self._stack.callback(carrier.close)
        self._caller = Caller(carrier, self._health)
        self._caller.start()
        self._stack.callback(self._caller.stop)

    def start_working(
        self, jobs: dict[str, Callable[[], object]], threads: int, passed_on: Mapping[str, Callable[[], None]] = _NONE
    ) -> None:
        """Run these jobs at each wake-up from now on, from wherever it comes. What is `passed_on` is a job of other
        processes, whom the call wakes and does not wait for."""
        self._passed_on = passed_on
        self._inside = Broker(jobs, threads)
        self._inside.start()
        self._stack.callback(self._inside.stop)
        if self._health is None:
            return
        carrier = make_carrier(self._url)
        self._stack.callback(carrier.close)
        listener = Listener(carrier, self._health, self.wake)
        listener.start()
        self._stack.callback(listener.stop)

    def stop(self) -> None:
        self._stack.close()

    def wake(self, job: str) -> None:
        """See that the job runs soon. Returns at once; may fail silently."""
        if job in self._passed_on:
            self._passed_on[job]()
        elif self._inside is not None:
            self._inside.wake(job)
        elif self._caller is not None:
            self._caller.wake(job)

    @property
    def has_broker(self) -> bool:
        """True where there is a broker between processes."""
        return self._health is not None

    def problem(self) -> str:
        """What keeps the broker between processes from carrying wake-ups; empty where nothing does."""
        return self._health.problem if self._health else ""
