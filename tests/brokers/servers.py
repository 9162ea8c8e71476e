"""The brokers that wake-ups can go through, each as a server of its own that can be killed and emptied."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

import psycopg

from tests.servers.postgres import Postgres
from tests.servers.rabbitmq import Rabbitmq
from tests.servers.redis import PASSWORD, Redis


class Server(Protocol):
    """A broker: `start`, `kill`, and `start` again; `flush` throws away what waits in it."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def kill(self) -> None: ...
    def flush(self) -> None: ...
    def waiting(self) -> int: ...


class PostgresBroker:
    """PostgreSQL as a broker: the tables of the wake-ups are in a database of their own."""

    def __init__(self) -> None:
        self._server = Postgres()
        self._name = ""

    def __enter__(self) -> "PostgresBroker":
        self._server.start()
        self._name = self._server.create()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        return self._server.url(self._name)

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        self._server.kill()

    def flush(self) -> None:
        """Remove the tables, with everything in them and under whoever listens."""
        self._execute("DROP SCHEMA dramatiq CASCADE")

    def waiting(self) -> int:
        """How many wake-ups nobody has fetched."""
        return int(self._execute("SELECT count(*) FROM dramatiq.queue"))

    def _execute(self, statement: str) -> int:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(statement.encode())
            return int(cursor.fetchall()[0][0]) if cursor.description else 0


KINDS: dict[str, Callable[[], AbstractContextManager[Server]]] = {
    "redis": Redis,
    "rabbitmq": Rabbitmq,
    "postgresql": PostgresBroker,
}

__all__ = ["KINDS", "PASSWORD", "PostgresBroker", "Rabbitmq", "Redis", "Server"]
