"""The database. `Database.transaction` is the only place that commits."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models.errors import Temporary
from models.migrations import HEAD

# Long enough for the slowest commit of a neighbour, short enough to answer 451 before a sender hangs up.
BUSY_SECONDS = 15


class DatabaseBusy(Temporary):
    """The database could not be reached or stayed locked; the same call may work later."""


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is sent by _begin_sqlite below, not by the driver
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=FULL",  # a 250 promises that the mail survives a power cut
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging. Where two connections switch a new file at once SQLite tells one
    of them "locked" without waiting; the other one's switch is over in milliseconds."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that later writes can fail with "locked" at once; writers queue up here instead.
    reads_only = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


class Database:
    """An engine and the two ways to use it: `transaction` to write, `reading` to look."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self._reader = self.engine.execution_options(reads_only=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything written in the block is committed together, or not at all.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
        """
        with (
            _busy("the database did not take the change"),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view of the data; nothing written in the block is kept.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with (
            _busy("the database did not answer"),
            Session(self._reader, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    def migrate(self) -> None:
        """Bring the tables to this version's state; does nothing where they already are.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
        """
        if self.revision() == HEAD:
            return
        from models.migrations.run import upgrade  # noqa: PLC0415 - Alembic takes 0.6 s to import

        with _busy("the database could not be brought to this version"):
            upgrade(self.engine)

    def revision(self) -> str | None:
        """The migration the tables are at, or None for an empty database.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with _busy("the database did not answer"), self._reader.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _busy(sentence: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "too many SQL variables" in str(error.orig):
            raise  # a statement that can work at no time; everything else is for time or an administrator to mend
        raise DatabaseBusy(f"{sentence}: {error.orig}") from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # its subclasses are faults of a statement, not of the file
            raise
        raise DatabaseBusy(f"{sentence}: {error.orig}") from error
    except PoolTimeout as error:
        raise DatabaseBusy(f"{sentence}: all connections are taken") from error


def _make_engine(url: str) -> Engine:
    # What customers wrote must not show in errors and logs.
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine
