"""Writers of one process take turns at SQLite: first those whom somebody waits for, then the others, each in the order
in which they came.

SQLite lets one writer in at a time, and lets those who wait sleep and try again, longer and longer; whoever happens to
come along when it is free goes first. Beside a busy worker callers waited two seconds for a turn of 20 ms that way
(`python -m bench.hotline`).
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

# Of the turns that those take who give way one comes after so many others at the latest.
MOST_BEFORE = 8


class TurnNotReached(Exception):
    """It was others' turn for as long as one was willing to wait."""


class TakesTurns(Protocol):
    """Whoever lets writers in, one at a time."""

    def turn(self, seconds: float, gives_way: bool = False) -> AbstractContextManager[None]:
        """Alone while the block runs.

        Raises:
            TurnNotReached: that many seconds have passed, and it was still others' turn.
        """


class Turns:
    """A lock that is given in the order of asking."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._first: deque[threading.Event] = deque()
        self._giving_way: deque[threading.Event] = deque()
        self._went_before = 0

    @contextmanager
    def turn(self, seconds: float, gives_way: bool = False) -> Iterator[None]:
        """As `TakesTurns.turn`."""
        self._take(seconds, self._giving_way if gives_way else self._first)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, seconds: float, line: "deque[threading.Event]") -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            line.append(mine)
        if mine.wait(seconds):
            return
        with self._guard:
            # It may have been passed on to us just when we gave up.
            if not mine.is_set():
                line.remove(mine)
                raise TurnNotReached

    def _pass_on(self) -> None:
        with self._guard:
            if self._first and (not self._giving_way or self._went_before < MOST_BEFORE):
                self._went_before += 1
                self._first.popleft().set()
            elif self._giving_way:
                self._went_before = 0
                self._giving_way.popleft().set()
            else:
                self._is_taken = False
