"""PostgreSQL: what is waited for, what is said when the server is away, and what several processes do at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from models import queue
from models.db import Database, DatabaseBusy
from models.errors import Misconfigured
from models.locks import keep_books
from models.migrations import HEAD
from models.queue import NewReport
from models.tables import MailboxRow
from models.values import Channel
from tests.servers.postgres import PASSWORD, Postgres

NOW = datetime(2026, 11, 9, 2, tzinfo=UTC)


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def name(database_url: str) -> str:
    return database_url.rpartition("/")[2]


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """Another process on the same database, which waits 50 ms for a lock instead of fifteen seconds."""
    database = Database(database_url)
    make_impatient(database.engine)
    yield database
    database.close()


def make_impatient(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def _(connection: object) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")  # type: ignore[attr-defined]


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


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(MailboxRow))
        with database.transaction() as other:
            other.add(mailbox("INBOX"))
        after = session.scalar(select(func.count()).select_from(MailboxRow))

    assert (before, after) == (0, 0)
    assert count(database) == 1


def test_to_write_while_reading_is_a_defect_and_not_busy(database: Database) -> None:
    with pytest.raises(InternalError, match="read-only"), database.reading() as session:  # noqa: PT012
        session.add(mailbox("INBOX"))
        session.flush()

    assert count(database) == 0


def test_a_row_that_refers_to_nothing_is_a_defect_and_not_busy(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("INSERT INTO surveys (case_id, asked_at, remark) VALUES (7, now(), '')"))


def test_what_no_statement_can_ever_do_is_a_defect_and_not_busy(database: Database) -> None:
    with pytest.raises(OperationalError), database.transaction() as session:
        session.execute(select(MailboxRow).where(MailboxRow.folder.in_([str(n) for n in range(70_000)])))


def test_a_row_that_somebody_else_holds_is_busy_after_a_while(database: Database, other: Database) -> None:
    with database.transaction() as session:
        session.add(mailbox("INBOX"))
    holds = select(MailboxRow).with_for_update()

    with database.transaction() as session:
        session.execute(holds)
        with pytest.raises(DatabaseBusy, match="lock timeout"), other.transaction() as late:
            late.execute(holds)


def test_of_two_that_wait_for_each_other_one_is_told_to_come_again(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([mailbox("a"), mailbox("b")])
    both_hold_one = threading.Barrier(2)

    def take(first: str, second: str) -> str:
        try:
            with database.transaction() as session:
                session.execute(select(MailboxRow).where(MailboxRow.folder == first).with_for_update())
                both_hold_one.wait(timeout=10)
                session.execute(select(MailboxRow).where(MailboxRow.folder == second).with_for_update())
        except DatabaseBusy as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as threads:
        ends = sorted(threads.map(take, "ab", "ba"))

    assert ends[0] == "done" or ends[1] == "done"
    assert any("deadlock" in end for end in ends)


def test_the_books_are_kept_by_one_at_a_time(database: Database, other: Database) -> None:
    with database.transaction() as session:
        keep_books(session)
        with pytest.raises(DatabaseBusy, match="lock timeout"), other.transaction() as late:
            keep_books(late)

    with other.transaction() as session:
        keep_books(session)


def test_two_that_start_at_once_do_not_wait_for_each_other_to_give_back_what_the_dead_had_claimed(
    database: Database, other: Database
) -> None:
    new = [NewReport(Channel.EMAIL, str(number), b"", "smtp", NOW) for number in range(3)]
    with database.transaction() as session:
        queue.add(session, new)
        queue.claim(session, "dead", NOW, len(new))

    with database.transaction() as one, other.transaction() as another:
        given = [queue.release(session, "dead", NOW) for session in (one, another)]

    assert given == [3, 0]


def test_who_is_frozen_with_the_books_in_his_hand_loses_them_before_the_others_give_up(
    database: Database, database_url: str
) -> None:
    patient, taken = Database(database_url), []

    with pytest.raises(DatabaseBusy, match="idle-in-transaction"), database.transaction() as frozen:  # noqa: PT012
        keep_books(frozen)
        with patient.transaction() as session:
            keep_books(session)
            taken.append("the books")
        frozen.add(mailbox("INBOX"))

    assert taken == ["the books"]
    patient.close()


def test_a_connection_that_broke_between_two_transactions_costs_nobody_anything(
    database: Database, postgres: Postgres, name: str
) -> None:
    count(database)

    postgres.disconnect(name)

    with database.transaction() as session:
        session.add(mailbox("INBOX"))
    assert count(database) == 1


def test_a_connection_that_breaks_in_a_transaction_is_busy_and_the_next_one_works(
    database: Database, postgres: Postgres, name: str
) -> None:
    with pytest.raises(DatabaseBusy), database.transaction() as session:  # noqa: PT012
        session.add(mailbox("INBOX"))
        session.flush()
        postgres.disconnect(name)
        session.add(mailbox("Archive"))

    with database.transaction() as session:
        session.add(mailbox("Archive"))
    assert count(database) == 1


def test_a_server_that_is_away_is_busy_whatever_is_asked_of_it_and_works_when_it_is_back() -> None:
    with Postgres() as server:
        database = Database(server.url(server.create()))
        database.migrate()
        server.kill()
        asked: list[Callable[[], object]] = [database.migrate, database.revision, lambda: count(database)]
        for attempt in asked:
            with pytest.raises(DatabaseBusy) as refusal:
                attempt()
            assert PASSWORD not in str(refusal.value)
            assert "\n" not in str(refusal.value)

        server.start()

        assert database.revision() == HEAD
        assert count(database) == 0
        database.close()


def test_a_database_that_takes_no_changes_is_busy(database: Database, database_url: str) -> None:
    standby = Database(f"{database_url}?options=-c%20default_transaction_read_only%3Don")

    with pytest.raises(DatabaseBusy, match="read-only"), standby.transaction() as session:
        session.add(mailbox("INBOX"))

    standby.close()


def test_a_connection_that_was_read_by_is_no_way_past_a_server_that_takes_no_changes(
    database: Database, database_url: str
) -> None:
    full = Database(f"{database_url}?options=-c%20default_transaction_read_only%3Don")
    assert count(full) == 0

    with pytest.raises(DatabaseBusy, match="read-only"), full.transaction() as session:
        session.add(mailbox("INBOX"))

    assert count(full) == 0
    full.close()


def test_a_database_of_another_encoding_is_refused_before_anything_is_made_in_it(postgres: Postgres) -> None:
    name = postgres.create(encoding="SQL_ASCII")
    database = Database(postgres.url(name))

    with pytest.raises(Misconfigured, match=r"SQL_ASCII.*ENCODING 'UTF8'"):
        database.migrate()

    assert database.revision() is None
    database.close()
    postgres.drop(name)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("lock_timeout", "15s", id="a lock is waited for, but not for ever"),
        pytest.param("statement_timeout", "1min", id="no statement runs for ever"),
        pytest.param("idle_in_transaction_session_timeout", "1min", id="who is frozen keeps no locks"),
        pytest.param("tcp_keepalives_idle", "4", id="who is cut off while idle keeps no locks"),
        pytest.param("tcp_user_timeout", "10000", id="who is cut off while he is answered keeps no locks"),
        pytest.param("synchronous_commit", "on", id="a commit survives a power cut"),
        pytest.param("application_name", "firstline", id="an administrator sees whose it is"),
    ],
)
def test_what_is_asked_of_the_server_is_in_force_on_every_connection(
    database_url: str, setting: str, value: str
) -> None:
    database = Database(f"{database_url}?options=-c%20synchronous_commit%3Doff")

    with database.reading() as one, database.transaction() as another:
        found = [session.execute(text(f"SHOW {setting}")).scalar() for session in (one, another)]

    assert found == [value, value]
    database.close()


def test_the_driver_is_the_one_that_is_pinned() -> None:
    assert psycopg.pq.__impl__ == "binary"
