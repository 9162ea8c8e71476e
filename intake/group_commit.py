"""Changes from many threads, each whole by itself, written by one thread in commits that they share.

Each in a transaction of its own would wait for the disk by itself, and in SQLite for all the others, in no order.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Temporary
from models.locks import keep_books

log = logging.getLogger(__name__)

T = TypeVar("T")
# What one commit takes together: more would make the first of them wait too long for its answer.
GROUP = 50

_Waiting = tuple[Callable[[Session], Any], "Future[Any]"]


class GroupCommit:
    """One thread that writes. There is no timer: what has queued up while the last commit ran is the next group."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, change: Callable[[Session], T]) -> T:
        """Make the change and wait until it is durable; it may be made twice, where others of its group failed.

        Raises:
            Temporary: the database did not take it; nothing was written.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise Temporary("the service is shutting down")
            self._waiting.put((change, future))
        return future.result()

    def close(self) -> None:
        """Write what was handed over, then stop."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            while len(group) < GROUP:
                try:
                    following = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._write(group)
                    return
                group.append(following)
            self._write(group)

    def _write(self, group: list[_Waiting]) -> None:
        try:
            with self._database.transaction() as session:
                keep_books(session)  # the changes read and write cases, in any order
                results = [change(session) for change, _ in group]
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Temporary):  # one of them is at fault, its neighbours are not
                for waiting in group:
                    self._write([waiting])
                return
            known = isinstance(error, Temporary)  # one line for it: a full disk is not helped by tracebacks
            log.error("change_failed", exc_info=None if known else error, extra={"error": str(error)})
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
