"""What many threads hand over, written by one thread in commits that they share.

Each in a transaction of its own would wait for the disk by itself, and in SQLite for all the others, in no order. There
is no timer: what has queued up while the last commit ran is the next group, and a lone one waits for nobody.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Temporary
from models.locks import keep_books

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")
T = TypeVar("T")
# What one commit takes together: more would make the first of them wait too long for its answer.
GROUP = 50


class Writer(Generic[Item, Result]):
    """One thread that writes. `write` commits a group, all or nothing, and gives the results in the same order; a group
    holds `most` items at the most, and ends with the one that makes it weigh `heaviest` by `weigh`."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result]],
        name: str,
        most: int = GROUP,
        weigh: Callable[[Item], int] = lambda item: 0,
        heaviest: int = 1,
    ) -> None:
        self._write_all = write
        self._name = name
        self._most = most
        self._weigh = weigh
        self._heaviest = heaviest
        self._waiting: queue.SimpleQueue[tuple[Item, Future[Result]] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> "Future[Result]":
        """Hand an item over; the future is done when it is committed, or fails with the reason."""
        future: Future[Result] = Future()
        future.set_running_or_notify_cancel()  # a sender that hangs up cancels nothing: the item is ours now
        with self._closing:
            if self._closed:
                future.set_exception(Temporary("the service is shutting down"))
            else:
                self._waiting.put((item, future))
        return future

    def close(self) -> None:
        """Commit what was handed over, then stop. What comes after is refused as temporary."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, is_last = self._gather(first)
            self._write(group)
            if is_last:
                return

    def _gather(self, first: "tuple[Item, Future[Result]]") -> "tuple[list[tuple[Item, Future[Result]]], bool]":
        group = [first]
        weight = self._weigh(first[0])
        while len(group) < self._most and weight < self._heaviest:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            weight += self._weigh(following[0])
        return group, False

    def _write(self, group: "list[tuple[Item, Future[Result]]]") -> None:
        try:
            results = self._write_all([item for item, _ in group])
        except Exception as error:
            # One of them may be at fault, and its neighbours must not suffer for it. What is temporary is
            # nobody's fault: to try each alone would make the last wait a hundred times as long.
            if len(group) > 1 and not isinstance(error, Temporary):
                for waiting in group:
                    self._write([waiting])
                return
            known = isinstance(error, Temporary)  # one line for it: a full disk is not helped by tracebacks
            fields = {"writer": self._name, "error": str(error)}
            log.error("commit_failed", exc_info=None if known else error, extra=fields)
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)


class GroupCommit:
    """Changes of a database, each whole by itself."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._writer: Writer[Callable[[Session], Any], Any] = Writer(self._make, name)

    def do(self, change: Callable[[Session], T]) -> T:
        """Make the change and wait until it is durable; it may be made twice, where others of its group failed.

        Raises:
            Temporary: the database did not take it; nothing was written.
        """
        made: T = self._writer.submit(change).result()
        return made

    def close(self) -> None:
        """Make what was handed over, then stop."""
        self._writer.close()

    def _make(self, changes: Sequence[Callable[[Session], Any]]) -> list[Any]:
        with self._database.transaction() as session:
            keep_books(session)  # the changes read and write cases, in any order
            return [change(session) for change in changes]
