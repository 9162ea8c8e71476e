"""The threads of the mailbox pollers, one an account."""

import threading
from collections.abc import Sequence
from typing import Protocol


class Poller(Protocol):
    """Runs until it is told to stop."""

    def run(self) -> None: ...

    def stop(self) -> None: ...


class Pollers:
    """Starts and stops pollers together."""

    def __init__(self, pollers: Sequence[Poller]) -> None:
        self._pollers = pollers
        self._threads = [
            threading.Thread(target=poller.run, name=f"poller-{number}", daemon=True)
            for number, poller in enumerate(pollers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        for poller in self._pollers:
            poller.stop()
        for thread in self._threads:
            thread.join()
