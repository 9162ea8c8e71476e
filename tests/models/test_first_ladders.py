"""A desk that had cases before it had ladders: nobody is told on the first day of what was late long before."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Connection, column, func, insert, select, table

from models.db import Database
from models.migrations.run import config
from models.tables import Base, CaseRow, ClockRow, EventRow, OutgoingRow, StepRow
from tests.conftest import make_office
from workers.timers import Timers

pytestmark = pytest.mark.every_backend

NOW = datetime.now(UTC).replace(microsecond=0)
OPEN = {
    "state": "open",
    "level": 1,
    "category": "hardware",
    "level_name": "Level 1",
    "process": "fault",
    "confidence": 0.9,
    "needs_review": False,
    "language": "en",
    "channel": "email",
    "subject": "Main server down",
    "profile": "yilong",
    "profile_version": "of-long-ago",
    "assigned_team": "incident",
    "missing": [],
    "created_at": NOW - timedelta(days=40),
}


def add(connection: Connection, row: type[Base], values: dict[str, object]) -> None:
    """Insert a row into its table as it was then."""
    columns = (column(name, row.__table__.c[name].type) for name in values)
    connection.execute(insert(table(row.__tablename__, *columns)), values)


def upgraded(url: str, due_at: datetime) -> Database:
    """The database with one case of the version before, and one clock, brought to this version."""
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0005")
        add(connection, CaseRow, OPEN)
        clock = {"case_id": 1, "name": "respond", "starts_at": OPEN["created_at"], "due_at": due_at, "because": ""}
        add(connection, ClockRow, clock)
    database.migrate()
    return database


def look(database: Database) -> None:
    """Let the timers look, as on the first day."""
    timers = Timers(database, make_office(lambda: NOW, duty="desk@firstline.example"))
    timers.audit()
    timers.run()


def test_nobody_is_told_of_what_was_late_before(empty_url: str) -> None:
    database = upgraded(empty_url, NOW - timedelta(days=39))

    look(database)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutgoingRow)) == 0
        assert session.scalars(select(EventRow.kind)).all() == []
        assert session.scalars(select(CaseRow.state)).all() == ["new"]
        assert session.scalars(select(ClockRow.name).where(ClockRow.breached_at.is_not(None))).all() == ["respond"]
    database.close()


def test_what_is_still_to_come_gets_its_ladder(empty_url: str) -> None:
    database = upgraded(empty_url, NOW + timedelta(days=1))

    look(database)

    with database.reading() as session:
        planned = set(session.scalars(select(StepRow.clock).where(StepRow.due_at > NOW)))
    assert planned == {"respond"}
    database.close()
