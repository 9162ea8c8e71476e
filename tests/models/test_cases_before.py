"""A desk that had cases before they could be searched: they are found as soon as it has this version."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, column, insert, table

from models import case_search
from models.case_words import asked
from models.db import Database
from models.migrations.run import config
from models.tables import Base, CaseRow, EventRow
from tests.console.builders import case, report

pytestmark = pytest.mark.every_backend

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
CASES = 450  # more than are read at a time


def add(connection: Connection, row: type[Base], values: list[dict[str, object]]) -> None:
    """Insert rows into their table as it was then."""
    columns = (column(name, row.__table__.c[name].type) for name in values[0])
    connection.execute(insert(table(row.__tablename__, *columns)), values)


def values_of(row: Any) -> dict[str, object]:
    return {name: value for name in list(row.__table__.c.keys()) if (value := row.__dict__.get(name)) is not None}


def test_cases_that_were_stored_before_are_found_and_so_are_those_that_come_after(empty_url: str) -> None:
    database = Database(empty_url)
    with database.engine.connect() as connection, connection.begin():
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0008")
        known = values_of(case(NOW, clocks=[], events=[], reports=[], classifications=[]))
        known |= {"priority": "normal", "standing": "unknown", "standing_because": "", "lap": 0}
        add(connection, CaseRow, [known | {"id": n, "subject": f"Fan {n}"} for n in range(1, CASES + 1)])
        note = {"case_id": 7, "at": NOW, "actor": "eve@desk.example", "kind": "begun", "text": "a loose cable"}
        add(connection, EventRow, [note])

    database.migrate()

    with database.reading() as session:
        assert case_search.find(session, asked("fan"), (), None, 500) == list(range(CASES, 0, -1))
        assert case_search.find(session, asked("loose cable"), (), None, 50) == [7]
    with database.transaction() as session:
        session.add(case(NOW, id=CASES + 1, subject="Fan again", reports=[report(NOW, text="a bearing")]))
    with database.reading() as session:
        assert case_search.find(session, asked("fan bearing"), (), None, 50) == [CASES + 1]
    database.close()
