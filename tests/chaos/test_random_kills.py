"""Processes of a desk that has several of them are killed at random moments while mail arrives."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.db import Database
from tests.servers.firstline import Firstline
from tests.servers.postgres import Postgres
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, new_seed, wait_until_done

pytestmark = pytest.mark.long

MAILS = 30
KILLS = 4


@pytest.fixture
def database_url(postgres: Postgres, template: str) -> Iterator[str]:
    name = postgres.create(template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def processes(tmp_path: Path, database_url: str) -> Iterator[dict[str, Firstline]]:
    """An endpoint, two workers and the timers, each with a folder of its own."""
    with ExitStack() as stack:
        found: dict[str, Firstline] = {}
        for name in ("smtp", "worker-1", "worker-2", "timers"):
            part = name.partition("-")[0]
            found[name] = Firstline(tmp_path / name, part, database_url=database_url, token_key="of all of them")
            found[name].start()
            stack.callback(found[name].kill)
        yield found


def test_each_report_has_one_end_whichever_processes_are_killed(
    processes: dict[str, Firstline], database_url: str
) -> None:
    chance = random.Random(new_seed())
    database = Database(database_url)
    senders = Senders(processes["smtp"].smtp_port, MAILS)

    for kill in range(KILLS):
        senders.wait_for(share=kill / KILLS)
        victim = processes[chance.choice(sorted(processes))]
        victim.kill()
        victim.start()
    senders.wait_for(share=1)

    wait_until_done(database, MAILS)
    workers = [processes["worker-1"].data, processes["worker-2"].data]
    assert_each_has_one_end(database, senders.accepted, in_outboxes(*workers))
    database.close()
    assert [process.stop() for process in processes.values()] == [0] * len(processes)
