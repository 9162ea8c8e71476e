"""PostgreSQL goes away and comes back while mail arrives, as it does at an upgrade and at a crash."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.db import Database
from tests.servers.firstline import Firstline
from tests.servers.postgres import Postgres
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 30


@pytest.fixture
def server() -> Iterator[Postgres]:
    """One that may be killed."""
    with Postgres() as running:
        yield running


@pytest.fixture
def database(server: Postgres) -> Iterator[Database]:
    database = Database(server.url(server.create()))
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def processes(tmp_path: Path, database: Database) -> Iterator[dict[str, Firstline]]:
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with ExitStack() as stack:
        found: dict[str, Firstline] = {}
        for part in ("smtp", "worker", "timers"):
            found[part] = Firstline(tmp_path / part, part, database_url=url, token_key="of all of them")
            found[part].start()
            stack.callback(found[part].kill)
        for process in found.values():
            process.wait_until_it_works()  # one that starts while the database is away ends at once, and says why
        yield found


def test_each_report_has_one_end_though_the_database_crashes_and_restarts(
    server: Postgres, database: Database, processes: dict[str, Firstline]
) -> None:
    senders = Senders(processes["smtp"].smtp_port, MAILS)

    senders.wait_for(share=0.3)
    server.kill()
    refused = senders.refused
    wait_until(lambda: senders.refused > refused, timeout=60)
    server.start()
    senders.wait_for(share=0.7)
    server.stop()
    server.start()
    senders.wait_for(share=1)

    wait_until_done(database, MAILS)
    assert_each_has_one_end(database, senders.accepted, in_outboxes(processes["worker"].data))
    assert [process.stop() for process in processes.values()] == [0, 0, 0]
