"""Engines: what each kind of database is told when it is connected to."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url

from models.errors import Misconfigured

if TYPE_CHECKING:
    from psycopg import Connection as PostgresConnection

# Long enough for the slowest commit of a neighbour, short enough to answer 451 before a sender hangs up.
BUSY_SECONDS = 15
# No statement of ours comes near it; one that does has met a fault, and holds up others.
_STATEMENT_SECONDS = 60
_OLDEST_POSTGRESQL = 14
# A deferred transaction of SQLite that later writes can fail with "locked" at once; writers queue up here instead.
BEGIN = "BEGIN IMMEDIATE"
_POSTGRESQL_SESSION = {
    "lock_timeout": f"{BUSY_SECONDS}s",
    "statement_timeout": f"{_STATEMENT_SECONDS}s",
    # A process that is frozen in the middle of a transaction must not keep its locks for ever.
    "idle_in_transaction_session_timeout": f"{_STATEMENT_SECONDS}s",
    # Nor may a machine that is gone without a word: the server looks for it, and gives up after 10 s, sooner than
    # those who wait for its locks.
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "timezone": "UTC",
}
_POSTGRESQL_CONNECTION = {
    "connect_timeout": "5",
    "client_encoding": "utf8",
    "application_name": "firstline",
    # A server that is gone without a word is noticed within BUSY_SECONDS, too.
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}


def make_engine(url: str) -> Engine:
    """The engine for a database; it connects when it is used.

    Raises:
        ValueError: that is no URL of a database.
    """
    parsed = make_url(url)
    # What customers wrote must not show in errors and logs.
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "do_connect", _make_sqlite)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A ping a transaction, so that a restart of the server costs nobody but those who are in one.
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=_unless_said(parsed))
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _as_the_server_says)
    return engine


def reading_engine(engine: Engine) -> Engine:
    """The same engine for those who only look: what they see is of one moment."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reads_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def without_limits(connection: Connection) -> None:
    """Let this transaction take the time it needs: it goes through all there is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT set_config(name, '0', true) FROM unnest(ARRAY['lock_timeout', "
            "'statement_timeout', 'idle_in_transaction_session_timeout']) AS wanted (name)"
        )


def keep_from_changing(connection: Connection) -> None:
    """Let nobody else write before this transaction is over. SQLite's lets none do so since it began."""
    if connection.dialect.name == "postgresql":
        tables = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in _tables(connection))
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN SHARE MODE")
        without_limits(connection)


def _tables(connection: Connection) -> list[str]:
    return sorted(inspect(connection).get_table_names())


def describe(connection: Connection) -> str:
    """The program behind a connection, with its version.

    Raises:
        Misconfigured: it is too old, or a database in it that cannot hold every text.
    """
    if connection.dialect.name == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    version = f"{number // 10_000}.{number % 10_000}"
    if number // 10_000 < _OLDEST_POSTGRESQL:
        raise Misconfigured(f"this is PostgreSQL {version}; {_OLDEST_POSTGRESQL} or newer is needed")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise Misconfigured(
            f"the database is encoded in {encoding}, which cannot hold every text; make one with "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    return f"PostgreSQL {version}"


def _unless_said(url: URL) -> dict[str, str]:
    return {name: value for name, value in _POSTGRESQL_CONNECTION.items() if name not in url.query}


def _prepare_postgresql(connection: "PostgresConnection[Any]", _record: Any) -> None:
    names, values = list(_POSTGRESQL_SESSION), list(_POSTGRESQL_SESSION.values())
    connection.autocommit = True
    connection.execute(
        "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)",
        (names, values),
    )
    # A 250 promises that the mail survives a power cut. What an administrator set beyond that stays.
    connection.execute(
        "SELECT set_config(name, 'on', false) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'off'"
    )
    connection.autocommit = False


def _as_the_server_says(connection: "PostgresConnection[Any] | None", _record: Any) -> None:
    """After a reading SQLAlchemy has the connection say READ WRITE from then on, whatever default_transaction_read_only
    says, by which an administrator, or a provider whose disk is nearly full, wants no changes."""
    if connection is not None and not connection.closed and connection.read_only is not None:
        connection.read_only = None


def _make_sqlite(_dialect: Any, _record: Any, arguments: Sequence[Any], _parameters: Any) -> None:
    """A new file is for its owner alone, in whatever folder it lies: SQLite would let everybody read what customers
    write. Its log has the same rights. One that cannot be made is for SQLite to say."""
    path = str(arguments[0])
    if path and not path.startswith((":memory:", "file:")):
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is sent by _begin_sqlite below, not by the driver
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=FULL",  # a 250 promises that the mail survives a power cut
        "foreign_keys=ON",
        "cache_size=-16000",
        # Else a change needs a file in /tmp, too, and where that is full mail is stored and nobody can work on it.
        "temp_store=MEMORY",
        # Each mail writes into pages that the next one writes into, too: copied back once in four thousand (16 MB of
        # log), not once in a thousand.
        "wal_autocheckpoint=4000",
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
    reads_only = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else BEGIN)
