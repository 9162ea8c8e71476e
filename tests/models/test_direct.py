"""Storing past SQLAlchemy: as durable, as whole and with the same faults as any other transaction."""

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models import bodies, queue
from models.bodies import Body
from models.db import Database, DatabaseBusy
from models.queue import NewReport
from models.tables import DeliveryRow, ReportRow, WebhookRow
from models.values import Channel
from models.webhooks import Event, new_secret
from tests.servers.postgres import Postgres

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def report(external_id: str = "a") -> NewReport:
    return NewReport(Channel.EMAIL, external_id, b"The array is \0 down.", "smtp", NOW)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0


def store(database: Database, *reports: NewReport) -> None:
    with database.storing() as direct:
        queue.store(direct, reports)


def listen(database: Database, *events: Event) -> None:
    with database.transaction() as session:
        session.add(
            WebhookRow(
                id=f"w{len(events)}",
                url="https://listener.example/",
                events=[str(each) for each in events],
                secret=new_secret(),
                created_at=NOW,
            )
        )


@pytest.mark.every_backend
def test_what_fails_half_way_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.storing() as direct:  # noqa: PT012
        queue.store(direct, [report()])
        queue.store(direct, [report(str(1 // 0))])

    assert count(database) == 0
    store(database, report())
    assert count(database) == 1


@pytest.mark.every_backend
def test_a_row_that_refers_to_nothing_is_a_defect_and_names_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as fault, database.storing() as direct:  # noqa: PT012
        queue.store(direct, [report()])
        bodies.store(direct, [Body("nothing", 0, "message/rfc822", b"what a customer wrote")])

    assert "customer wrote" not in str(fault.value)
    assert count(database) == 0


@pytest.mark.every_backend
@pytest.mark.parametrize("size", [10, 100_000])
def test_a_second_body_under_the_same_name_is_a_defect(database: Database, size: int) -> None:
    first = report()
    store(database, first)

    with pytest.raises(IntegrityError), database.storing() as direct:
        bodies.store(direct, [Body(first.id, 0, "message/rfc822", b"x" * size)])


@pytest.mark.every_backend
def test_who_listens_to_reports_is_told_of_each_that_is_new(database: Database) -> None:
    listen(database, Event.REPORT_RECEIVED)
    listen(database, Event.CASE_CREATED, Event.CASE_BREACHED)

    store(database, report("a"), report("b"))
    store(database, report("b"))

    with database.reading() as session:
        told = session.execute(select(DeliveryRow.webhook_id, DeliveryRow.event, DeliveryRow.due_at)).all()
    assert [tuple(row) for row in told] == [("w1", "report.received", NOW)] * 2


@pytest.mark.on_sqlite
def test_a_database_that_stays_locked_is_busy(impatient: Database, writer: sqlite3.Connection) -> None:
    with pytest.raises(DatabaseBusy, match="locked"):
        store(impatient, report())

    writer.execute("ROLLBACK")
    store(impatient, report())
    assert count(impatient) == 1


class TestPostgresql:
    """The server closes a connection."""

    @pytest.fixture
    def backend(self) -> str:
        return "postgresql"

    def test_between_two_transactions_it_costs_nobody_anything(
        self, database: Database, database_url: str, postgres: Postgres
    ) -> None:
        store(database, report("a"))

        postgres.disconnect(database_url.rpartition("/")[2])

        store(database, report("b"))
        assert count(database) == 2

    def test_within_one_it_is_busy_and_the_next_one_works(
        self, database: Database, database_url: str, postgres: Postgres
    ) -> None:
        with pytest.raises(DatabaseBusy), database.storing() as direct:  # noqa: PT012
            queue.store(direct, [report("a")])
            postgres.disconnect(database_url.rpartition("/")[2])
            queue.store(direct, [report("b")])

        store(database, report("a"))
        assert count(database) == 1
