"""The database: transactions, and what is said when it is out of reach."""

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from models.db import Database, DatabaseBusy
from models.engine import BUSY_SECONDS
from models.errors import Temporary
from models.tables import MailboxRow


def mailbox(folder: str) -> MailboxRow:
    return MailboxRow(account="desk", folder=folder, uidvalidity=1, last_uid=0)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(MailboxRow)) or 0


def test_what_fails_half_way_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:  # noqa: PT012
        session.add(mailbox("INBOX"))
        session.flush()
        session.add(mailbox(str(1 // 0)))

    assert count(database) == 0


@pytest.mark.on_sqlite
def test_what_is_written_while_reading_is_not_kept(database: Database) -> None:
    with database.reading() as session:
        session.add(mailbox("INBOX"))
        session.flush()

    assert count(database) == 0


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(MailboxRow))
        with database.transaction() as other:
            other.add(mailbox("INBOX"))
        after = session.scalar(select(func.count()).select_from(MailboxRow))

    assert (before, after) == (0, 0)
    assert count(database) == 1


@pytest.mark.on_sqlite
def test_a_database_that_stays_locked_is_busy(impatient: Database, writer: sqlite3.Connection) -> None:
    with pytest.raises(DatabaseBusy, match="locked") as refusal, impatient.transaction() as session:
        session.add(mailbox("INBOX"))

    assert isinstance(refusal.value, Temporary)


@pytest.mark.on_sqlite
def test_a_locked_database_can_still_be_read(impatient: Database, writer: sqlite3.Connection) -> None:
    assert count(impatient) == 0


@pytest.mark.on_sqlite
def test_a_lock_that_is_given_up_in_time_is_waited_for(database: Database, writer: sqlite3.Connection) -> None:
    started = threading.Event()

    def write() -> None:
        started.set()
        with database.transaction() as session:
            session.add(mailbox("INBOX"))

    with ThreadPoolExecutor(1) as thread:
        written = thread.submit(write)
        started.wait()
        writer.execute("ROLLBACK")
        written.result(timeout=10)

    assert count(database) == 1


@pytest.mark.on_sqlite
def test_a_database_that_may_only_be_read_refuses_changes_as_temporary(database: Database, tmp_path: Path) -> None:
    read_only = Database(f"sqlite:///file:{tmp_path / 'test.db'}?mode=ro&uri=true")

    with pytest.raises(DatabaseBusy, match="readonly"), read_only.transaction() as session:
        session.add(mailbox("INBOX"))

    assert count(read_only) == 0
    read_only.close()


def test_a_database_out_of_reach_is_busy_whatever_is_asked_of_it(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path / 'gone' / 'test.db'}")

    for attempt in (nowhere.migrate, nowhere.revision, lambda: count(nowhere)):
        with pytest.raises(DatabaseBusy, match="unable to open"):
            attempt()


def test_more_users_than_connections_are_told_to_come_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    assert isinstance(database.engine.pool, QueuePool)
    database.engine.pool._timeout = 0.05
    taken = [database.engine.raw_connection() for _ in range(15)]

    with pytest.raises(DatabaseBusy, match="all connections are taken"), database.transaction() as session:
        session.add(mailbox("INBOX"))

    for connection in taken:
        connection.close()
    database.close()


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers and a writer do not wait for each other"),
        pytest.param("synchronous", 2, id="FULL: a commit survives a power cut"),
        pytest.param("temp_store", 2, id="MEMORY: work goes on while /tmp is full"),
        pytest.param("foreign_keys", 1, id="references are checked"),
        pytest.param("busy_timeout", BUSY_SECONDS * 1000, id="a lock is waited for"),
    ],
)
def test_the_pragmas_are_in_force_on_every_connection(database: Database, name: str, value: object) -> None:
    connections = [database.engine.raw_connection() for _ in range(2)]

    found = [connection.cursor().execute(f"PRAGMA {name}").fetchone() for connection in connections]

    assert found == [(value,), (value,)]
    for connection in connections:
        connection.close()


@pytest.mark.on_sqlite
def test_a_row_that_refers_to_nothing_is_a_defect_and_not_busy(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(
            text("INSERT INTO clocks (case_id, name, starts_at, due_at, because) VALUES (7, 'a', 0, 0, '')")
        )


@pytest.mark.on_sqlite
def test_what_is_written_to_a_file_that_was_deleted_is_not_said_to_be_kept(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        session.add(mailbox("INBOX"))
    file = tmp_path / "test.db"
    file.rename(tmp_path / "elsewhere.db")

    with (
        pytest.raises(DatabaseBusy, match=r"test\.db was deleted or moved away") as refusal,
        database.transaction() as session,
    ):
        session.add(mailbox("Junk"))
    with pytest.raises(DatabaseBusy, match="moved away"), database.storing():
        pass
    with pytest.raises(DatabaseBusy, match="moved away"), database.reading():
        pass

    assert isinstance(refusal.value, Temporary)
    assert not file.exists()
    (tmp_path / "elsewhere.db").rename(file)
    assert count(database) == 1


@pytest.mark.on_sqlite
def test_a_file_that_was_put_in_the_place_of_the_open_one_is_not_written_to(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        session.add(mailbox("INBOX"))
    file = tmp_path / "test.db"
    file.rename(tmp_path / "elsewhere.db")
    shutil.copy(tmp_path / "elsewhere.db", file)

    with pytest.raises(DatabaseBusy, match="replaced by another one"), database.storing():
        pass
