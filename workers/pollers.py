"""The threads of the mailbox pollers, one an account, and the one that keeps their turns."""

import threading
from collections.abc import Sequence
from typing import Protocol

# Three times within a lease.
KEEP_SECONDS = 2.0


class Poller(Protocol):
    """Runs until it is told to stop."""

    def run(self) -> None: ...

    def keep_turn(self) -> None:
        """Renew the claim to the account, or stop reading where another process has it."""

    def stop(self) -> None: ...

    def give_back(self) -> None:
        """Let another process have the account."""


class Pollers:
    """Starts and stops pollers together."""

    def __init__(self, pollers: Sequence[Poller]) -> None:
        self._pollers = pollers
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=poller.run, name=f"poller-{number}", daemon=True)
            for number, poller in enumerate(pollers)
        ]
        self._threads.append(threading.Thread(target=self._keep_turns, name="mailbox-turns", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for poller in self._pollers:
            poller.stop()
        for thread in self._threads:
            thread.join()
        for poller in self._pollers:
            poller.give_back()

    def _keep_turns(self) -> None:
        while not self._stopping.is_set():
            for poller in self._pollers:
                poller.keep_turn()
            self._stopping.wait(KEEP_SECONDS)
