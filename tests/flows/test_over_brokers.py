"""Endpoint, worker and timers, each a process, with a broker between: the broker is emptied and killed, the worker is
killed, and every report has one case and one acknowledgement all the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.db import Database
from tests.brokers.servers import KINDS, Server
from tests.servers.firstline import Firstline
from tests.servers.postgres import Postgres
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 30


class Desk:
    """The processes over one database and one broker."""

    def __init__(self, folder: Path, database_url: str, broker: Server, stack: ExitStack) -> None:
        self.broker = broker
        self.database = Database(database_url)
        stack.callback(self.database.close)
        shared = {"database_url": database_url, "broker_url": broker.url, "token_key": "of all of them"}
        self.smtp, self.worker, self.timers = self.processes = [
            Firstline(folder / part, part, **shared) for part in ("smtp", "worker", "timers")
        ]
        for process in self.processes:
            process.start()
            stack.callback(process.kill)

    def logged(self, event: str) -> int:
        """How often the endpoint has logged that."""
        return self.smtp.log.read_text("utf-8").count(f'"{event}"')


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, template: str) -> Iterator[Desk]:
    with ExitStack() as stack:
        broker = stack.enter_context(KINDS[request.param]())
        name = postgres.create(template)
        stack.callback(postgres.drop, name)
        yield Desk(tmp_path, postgres.url(name), broker, stack)


def test_every_report_has_one_case_and_one_acknowledgement_whatever_the_broker_does(desk: Desk) -> None:
    senders = Senders(desk.smtp.smtp_port, MAILS)

    senders.wait_for(share=0.2)
    desk.broker.flush()
    senders.wait_for(share=0.4)
    desk.worker.kill()
    desk.worker.start()
    senders.wait_for(share=0.6)
    desk.broker.kill()
    senders.wait_for(share=1)
    desk.broker.start()
    wait_until(lambda: desk.logged("broker_back") == desk.logged("broker_lost"), timeout=60)

    wait_until_done(desk.database, MAILS)
    assert_each_has_one_end(desk.database, senders.accepted, in_outboxes(desk.worker.data))
    assert 0 < desk.logged("broker_lost") <= 2  # at its death, and where it was emptied
    assert not any("not-to-be-shown" in process.log.read_text("utf-8") for process in desk.processes)
    assert [process.stop() for process in desk.processes] == [0, 0, 0]
