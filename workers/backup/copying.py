"""Moves all that is stored from one database into another, SQLite or PostgreSQL, and compares them."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from models import database_url
from models.contents import Progress, columns, described, lines
from models.database_url import SQLITE, shown
from models.db import Database, refuse_newer
from models.errors import Misconfigured
from workers import datafolder
from workers.backup.filling import Filled, fill_all, refuse_what_is_not_empty

_FILE = "firstline.db"
_PROBE_SECONDS = 1.0


def located(place: str) -> str:
    """The address of a database, which may be named by the data folder that it lies in.

    Raises:
        Misconfigured: it is no address; the message says what to write.
    """
    if "://" not in place:
        return f"{SQLITE}{(Path(place) / _FILE).resolve()}"
    try:
        return database_url.checked(place)
    except ValueError as error:
        raise Misconfigured(f"the address of a database: {error}") from error


def copy(source_url: str, target_url: str, progress: Progress) -> Mapping[str, int]:
    """Fill an empty database with all that is in another one; how many rows each table has.

    Raises:
        Misconfigured: Firstline runs on the source, it holds nothing, or the target is not empty, or the source itself.
        NotPossible: something does not fit into the target; nothing is kept of it.
    """
    if source_url == target_url:
        raise Misconfigured(f"{shown(source_url)} is both what is copied and where to: name another one")
    with ExitStack() as stack:
        source = stack.enter_context(_source(source_url))
        stack.enter_context(_locked(target_url, is_source=False))
        target = Database(target_url)
        stack.callback(target.close)
        target.server()
        with _alone(source), source.snapshot() as found, target.filling() as connection:
            refuse_what_is_not_empty(connection, shown(target_url))
            revision = found.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            wanted = [
                Filled(name, [column.name for column in columns(table)], partial(lines, found, table))
                for name, table in described(found).items()
            ]
            return fill_all(connection, revision, wanted, progress)


@contextmanager
def _source(url: str) -> Iterator[Database]:
    path = Path(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and not path.is_file():
        raise Misconfigured(f"there is no database {path}")
    with _locked(url, is_source=True):
        database = Database(url)
        try:
            revision = database.revision()
            if revision is None:
                raise Misconfigured(f"{shown(url)} holds nothing")
            refuse_newer(revision, shown(url))
            yield database
        finally:
            database.close()


@contextmanager
def _locked(url: str, is_source: bool) -> Iterator[None]:
    """Let no `firstline up` start on an SQLite file, and see to it that no part of it runs there."""
    if not url.startswith(SQLITE):
        yield
        return
    path = Path(url.removeprefix(SQLITE))
    if not is_source:
        datafolder.prepare(path.parent)
    lock = datafolder.FolderLock(path.parent)
    try:
        if is_source:
            _refuse_users_of(path)
        yield
    finally:
        lock.release()


def _refuse_users_of(path: Path) -> None:
    """Whoever has the file open keeps others from having it alone (SQLite's documentation of locking_mode)."""
    probe = sqlite3.connect(path, timeout=_PROBE_SECONDS, isolation_level=None)
    try:
        probe.execute("PRAGMA locking_mode=EXCLUSIVE")
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise Misconfigured(f"{path} cannot be had alone ({error}): stop what runs on it first") from error
    finally:
        probe.close()


@contextmanager
def _alone(source: Database) -> Iterator[None]:
    """What a part that is started meanwhile took would be copied no more: it can take nothing."""
    with source.standing_still() as connection:
        _refuse_others(connection)
        yield


def _refuse_others(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    others = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'firstline' AND pid <> pg_backend_pid()"
        )
    )
    if others:
        raise Misconfigured(f"Firstline has {others} connections to the database to be copied: stop all of it first")
