"""The acceptor: many reports in one commit, each with its own answer."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.accept import GROUP, Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.errors import Temporary
from models.queue import NewReport
from tests.factories import mail
from tests.intake.conftest import Stored

Read = Callable[[], list[Stored]]
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def report(body: str = "The backup failed.") -> NewReport:
    return mail_report(mail(body), "smtp", NOW)


@contextmanager
def commits_held_up(database: Database) -> Iterator[None]:
    """What is handed over in this block waits, and is a group when it ends."""
    with database.transaction() as session:
        session.execute(text("SELECT 1"))  # takes the write lock
        yield


def test_each_of_many_threads_gets_the_receipt_of_its_own_report(acceptor: Acceptor, stored: Read) -> None:
    reports = [report(f"report {number}") for number in range(400)]

    with ThreadPoolExecutor(40) as pool:
        receipts = list(pool.map(acceptor.accept, reports))

    assert [receipt.report_id for receipt in receipts] == [report.id for report in reports]
    assert all(receipt.created for receipt in receipts)
    assert {row.id: row.content for row in stored()} == {report.id: report.content for report in reports}


def test_a_report_is_stored_when_its_receipt_is_there(acceptor: Acceptor, stored: Read) -> None:
    receipt = acceptor.accept(report())

    assert [row.id for row in stored()] == [receipt.report_id]


def test_the_same_report_handed_in_twenty_times_at_once_is_one_row(acceptor: Acceptor, stored: Read) -> None:
    raw = mail()
    together = threading.Barrier(20)

    def hand_in(_: int) -> tuple[str, bool]:
        together.wait()
        receipt = acceptor.accept(mail_report(raw, "smtp", NOW))
        return receipt.report_id, receipt.created

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(hand_in, range(20)))

    assert [row.id for row in stored()] == list({report_id for report_id, _ in answers})
    assert sum(created for _, created in answers) == 1


@pytest.mark.on_sqlite
def test_reports_that_wait_for_a_commit_share_the_next_one(database: Database, stored: Read) -> None:
    commits: list[int] = []
    acceptor = Acceptor(database, lambda: commits.append(len(stored())))
    with commits_held_up(database):
        futures = [acceptor.submit(report()) for _ in range(1 + GROUP + 5)]

    acceptor.close()

    assert all(future.result().created for future in futures)
    assert len(commits) <= 4
    assert commits[-1] == 1 + GROUP + 5


def test_one_report_that_cannot_be_stored_fails_alone(database: Database, stored: Read) -> None:
    acceptor = Acceptor(database, lambda: None)
    bad = replace(report(), source="\ud800")  # half a character: no database takes it
    with commits_held_up(database):
        futures = [acceptor.submit(one) for one in (report(), report(), bad, report())]

    acceptor.close()

    assert [future.exception() is None for future in futures] == [True, True, False, True]
    assert len(stored()) == 3


def test_a_database_that_is_gone_is_temporary_for_everyone_and_stores_nothing(
    acceptor: Acceptor, database: Database, stored: Read
) -> None:
    with database.transaction() as session:
        session.execute(text("ALTER TABLE report_parts RENAME TO parts_gone"))
        futures = [acceptor.submit(report()) for _ in range(10)]

    errors = [future.exception(timeout=20) for future in futures]

    assert all(isinstance(error, Temporary) for error in errors)
    assert len(set(errors)) <= 2  # one failure a group, not one a report: each may have waited long for the lock
    with database.transaction() as session:
        session.execute(text("ALTER TABLE parts_gone RENAME TO report_parts"))
        assert session.scalar(text("SELECT count(*) FROM reports")) == 0


def test_a_database_that_is_back_takes_the_same_report(acceptor: Acceptor, database: Database, stored: Read) -> None:
    again = report()
    with database.transaction() as session:
        session.execute(text("ALTER TABLE reports RENAME TO gone"))
    with pytest.raises(Temporary):
        acceptor.accept(again)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE gone RENAME TO reports"))

    receipt = acceptor.accept(again)

    assert receipt.created
    assert [row.id for row in stored()] == [again.id]


@pytest.mark.on_sqlite
def test_a_database_that_may_only_be_read_is_temporary(database: Database, tmp_path: Path) -> None:
    database.close()
    readonly = Database(f"sqlite:///file:{tmp_path / 'test.db'}?mode=ro&uri=true")
    acceptor = Acceptor(readonly, lambda: None)

    with pytest.raises(Temporary):
        acceptor.accept(report())

    acceptor.close()
    readonly.close()


def test_a_batch_is_stored_in_order_and_all_or_nothing(acceptor: Acceptor, stored: Read) -> None:
    first = report()
    repeated = replace(first, id="another")
    bad = replace(report(), source="\ud800")
    receipts = acceptor.accept_all([first, report(), repeated])

    with pytest.raises(Exception, match="surrogates"):
        acceptor.accept_all([report(), bad])

    assert [receipt.created for receipt in receipts] == [True, True, False]
    assert receipts[2].report_id == first.id
    assert len(stored()) == 2
    assert acceptor.accept_all([]) == []


def test_a_wake_that_fails_does_not_cost_the_answer(database: Database, stored: Read) -> None:
    def wake() -> None:
        raise ConnectionError("the broker is gone")

    acceptor = Acceptor(database, wake)
    with commits_held_up(database):
        futures = [acceptor.submit(report()) for _ in range(3)]

    receipts = [*acceptor.accept_all([report()]), *(future.result(timeout=20) for future in futures)]

    acceptor.close()
    assert [receipt.created for receipt in receipts] == [True] * 4


def test_wake_comes_after_the_commit(database: Database, stored: Read) -> None:
    seen: list[int] = []
    acceptor = Acceptor(database, lambda: seen.append(len(stored())))

    acceptor.accept(report())

    acceptor.close()
    assert seen == [1]


def test_closing_finishes_what_was_handed_over_and_refuses_what_comes_later(database: Database, stored: Read) -> None:
    acceptor = Acceptor(database, lambda: None)
    futures = [acceptor.submit(report()) for _ in range(2 * GROUP + 7)]

    acceptor.close()
    late = acceptor.submit(report())
    acceptor.close()

    assert all(future.done() and future.result().created for future in futures)
    assert isinstance(late.exception(timeout=0), Temporary)
    assert len(stored()) == 2 * GROUP + 7


def test_a_caller_that_gives_up_cancels_nothing(acceptor: Acceptor, database: Database, stored: Read) -> None:
    with commits_held_up(database):
        future = acceptor.submit(report())

        cancelled = future.cancel()

    assert not cancelled
    assert future.result(timeout=20).created
    assert acceptor.accept(report()).created
