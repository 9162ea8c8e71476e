"""How long we wait: for work that may hang, and for a database that is away."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from typing import TypeVar

from models.errors import Temporary

# A database that is busy has kept each try waiting, one that is away has not.
_TRIES = 3
_AGAIN_SECONDS = 0.5

T = TypeVar("T")

_left: list[threading.Thread] = []


class TookTooLong(Exception):
    """The work was not done in its time. It may go on; whatever comes of it is thrown away."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which runs in a thread of its own: no thread can be ended from outside, but left.

    Raises:
        TookTooLong: it has not come back by then; what `work` raises is raised, too.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the work is waited for
            done.set_exception(error)

    thread = threading.Thread(target=run, name="stages", daemon=True)
    thread.start()
    try:
        return done.result(seconds)
    except TimeoutError as error:
        if done.done():  # the work's own
            raise
        _left.append(thread)
        raise TookTooLong(f"not done within {seconds:g} seconds") from error


def is_left_behind() -> bool:
    """True while work in this process goes on that nobody waits for any more."""
    return any(thread.is_alive() for thread in _left)


def until_written(write: Callable[[], None], seconds: float, stopping: threading.Event) -> None:
    """Write what would otherwise be done again; where the database is busy or away, again and again for so long, or
    until `stopping`, and three times at least.

    Raises:
        Temporary: it was not taken.
    """
    until = time.monotonic() + seconds
    for tried in count(1):
        try:
            write()
            return
        except Temporary:
            if tried >= _TRIES and (stopping.is_set() or time.monotonic() > until):
                raise
        stopping.wait(_AGAIN_SECONDS)
