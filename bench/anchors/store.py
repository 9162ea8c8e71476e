"""Mails in SQLite as durable as ours are (WAL, synchronous=FULL), with nothing around it."""

import queue
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, content BLOB NOT NULL, state TEXT NOT NULL, label TEXT
)
"""
Item = tuple[str, bytes]


def connect(path: Path) -> sqlite3.Connection:
    """A connection that any thread may use, one at a time."""
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _SCHEMA):
        connection.execute(statement)
    return connection


def add(connection: sqlite3.Connection, mails: Sequence[Item]) -> list[int]:
    """Store these in one commit; returns their numbers."""
    connection.execute("BEGIN IMMEDIATE")
    insert = "INSERT INTO mails (sender, content, state) VALUES (?, ?, 'waiting')"
    numbers = [int(connection.execute(insert, mail).lastrowid or 0) for mail in mails]
    connection.execute("COMMIT")
    return numbers


class Grouped:
    """One thread commits what has queued up while the last commit ran."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._waiting: queue.SimpleQueue[tuple[Item, Future[int]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def submit(self, item: Item) -> "Future[int]":
        future: Future[int] = Future()
        self._waiting.put((item, future))
        return future

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            while not self._waiting.empty() and len(group) < 100:
                group.append(self._waiting.get())
            numbers = add(self._connection, [item for item, _ in group])
            for (_, future), number in zip(group, numbers, strict=True):
                future.set_result(number)
