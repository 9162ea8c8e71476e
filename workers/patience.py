"""Waits for work so long, and no longer: what hangs is left behind in its thread, and nobody takes its result."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


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

    threading.Thread(target=run, name="stages", daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError as error:
        if done.done():  # the work's own
            raise
        raise TookTooLong(f"not done within {seconds:g} seconds") from error
