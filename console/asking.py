"""Asks what may never answer: nobody who asks is kept for longer than he wants to wait."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class OneAtATime(Generic[T]):
    """A question that is asked in a thread of its own, once at a time: who asks meanwhile gets the same answer. Of a
    database that is frozen no thread comes back, and however often it is asked about, one waits."""

    def __init__(self, question: Callable[[], T], name: str) -> None:
        self._question = question
        self._name = name
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def ask(self) -> Future[T]:
        """The answer that is to come, or what the question raises."""
        with self._lock:
            if self._asked is None or self._asked.done():
                asked = Future[T]()
                asked.set_running_or_notify_cancel()  # who goes away takes the answer from nobody
                # A daemon: one that never comes back keeps no process from its end.
                threading.Thread(target=self._run, args=(asked,), name=self._name, daemon=True).start()
                self._asked = asked  # now only: where there was no room for a thread, the next one asks anew
            return self._asked

    def _run(self, asked: Future[T]) -> None:
        try:
            asked.set_result(self._question())
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            asked.set_exception(error)
