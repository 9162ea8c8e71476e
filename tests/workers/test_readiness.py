"""What a process says of itself while its database is not as it has to be."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from pydantic import SecretStr
from sqlalchemy import MetaData

from models.db import Database, DatabaseBusy
from models.settings import Settings
from models.tables import ReportRow
from tests.conftest import Clock
from tests.servers.postgres import Postgres
from tests.waiting import wait_until
from workers.metrics import Metrics
from workers.readiness import Readiness
from workers.service import Part, Service
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


@pytest.fixture
def server() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running
        running.thaw()


def test_a_database_that_is_frozen_is_not_ready_and_the_metrics_say_so(server: Postgres, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, monitor_port=0, database_url=SecretStr(server.url(server.create())))
    service = Service(settings, frozenset({Part.TIMERS}))
    port = service.start()["monitor"]
    assert asked(port, "/readyz")[0] == 200

    server.freeze()

    for _ in range(2):
        status, said = asked(port, "/readyz")
        assert status == 503
        assert "did not answer" in json.loads(said)["checks"]["database"]
    assert "firstline_database_up 0.0" in asked(port, "/metrics")[1]
    server.thaw()
    wait_until(lambda: asked(port, "/readyz")[0] == 200)
    assert "firstline_database_up 1.0" in asked(port, "/metrics")[1]
    service.stop()


def asked(port: int, path: str) -> tuple[int, str]:
    """The status of the answer and what it says."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
