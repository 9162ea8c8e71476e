"""The line between `firstline up` and one of its worker processes."""

import threading
from multiprocessing.connection import Connection
from typing import Any


class Line:
    """One end. Any thread may send; one receives."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Raises OSError where the other end is no more."""
        with self._lock:
            self._connection.send(message)

    def receive(self, seconds: float | None = None) -> object:
        """The next message.

        Raises:
            EOFError, OSError: the other end is no more.
            TimeoutError: none has come for that long.
        """
        if seconds is not None and not self._connection.poll(seconds):
            raise TimeoutError
        return self._connection.recv()

    def close(self) -> None:
        self._connection.close()
