"""What a process says of itself while its database is not as it has to be."""

from pathlib import Path

import pytest
from sqlalchemy import MetaData

from models.db import Database, DatabaseBusy
from models.tables import ReportRow
from tests.conftest import Clock
from workers.metrics import Metrics
from workers.readiness import Readiness
from workers.wakeups import Wakeups

pytestmark = pytest.mark.every_backend


def emptied(database: Database) -> None:
    """As for a restore, while processes run on it."""
    found = MetaData()
    with database.engine.begin() as connection:
        found.reflect(connection)
        found.drop_all(connection)


@pytest.fixture
def readiness(database: Database, tmp_path: Path) -> Readiness:
    return Readiness(database, Wakeups(""), tmp_path, works=False, has_timers=False)


def test_a_database_that_is_as_it_has_to_be_is_ready(readiness: Readiness) -> None:
    assert readiness.needed() == {"database": ""}


def test_a_database_that_was_emptied_is_said_with_what_to_do(
    database: Database, readiness: Readiness, clock: Clock
) -> None:
    emptied(database)

    assert "restore a backup" in readiness.needed()["database"]
    assert set(readiness.remarks()) == {"disk", "timers"}
    assert "firstline_database_up 0.0" in Metrics(database, clock).text().decode()


def test_what_arrives_in_a_database_that_was_emptied_is_to_come_again(database: Database) -> None:
    emptied(database)

    with pytest.raises(DatabaseBusy, match="reports"), database.reading() as session:
        session.query(ReportRow).count()
