"""Migrations: the stored tables are those of the code, however many processes start at once."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, select

from models.db import Database, DatabaseBusy
from models.migrations import HEAD
from models.migrations.run import config
from models.tables import Base, MailboxRow

pytestmark = pytest.mark.every_backend

PROJECT = Path(__file__).parents[2]


def test_the_newest_migration_is_the_one_that_this_version_asks_for() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_a_migrated_database_has_the_tables_that_the_code_describes(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
    assert database.revision() == HEAD


def _is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Not the full-text indexes: SQLAlchemy knows neither virtual tables nor PostgreSQL's generated tsvector."""
    return not (name or "").startswith(("knowledge_fts", "case_search_fts")) and (name, kind) not in (
        ("vector", "column"),
        ("ix_knowledge_vector", "index"),
        ("ix_case_search_vector", "index"),
    )


def test_an_empty_database_has_no_revision(empty_url: str) -> None:
    database = Database(empty_url)

    assert database.revision() is None

    database.close()


def test_migrating_again_changes_nothing_and_keeps_what_is_stored(database: Database) -> None:
    with database.transaction() as session:
        session.add(MailboxRow(account="desk", folder="INBOX", uidvalidity=1, last_uid=0))

    database.migrate()

    with database.reading() as session:
        assert session.scalars(select(MailboxRow.folder)).all() == ["INBOX"]


@pytest.mark.parametrize("attempt", range(4))
def test_threads_that_migrate_a_new_database_at_once_all_succeed(empty_url: str, attempt: int) -> None:
    databases = [Database(empty_url) for _ in range(6)]
    together = threading.Barrier(len(databases))

    def migrate(database: Database) -> str | None:
        together.wait()
        database.migrate()
        return database.revision()

    with ThreadPoolExecutor(len(databases)) as threads:
        revisions = list(threads.map(migrate, databases))

    assert revisions == [HEAD] * len(databases)
    for database in databases:
        database.close()


def test_processes_that_migrate_a_new_database_at_once_all_succeed(empty_url: str) -> None:
    program = "import sys; from models.db import Database; Database(sys.argv[1]).migrate()"
    call = [sys.executable, "-c", program, empty_url]

    processes = [subprocess.Popen(call, cwd=PROJECT, stderr=subprocess.PIPE) for _ in range(4)]

    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors


def test_a_migration_that_finds_the_database_locked_says_that_it_is_busy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    assert database.revision() is None
    locker = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseBusy):
        database.migrate()

    locker.close()
    database.close()
