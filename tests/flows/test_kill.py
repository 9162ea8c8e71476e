"""kill -9 at random moments while mail arrives: what got a 250 is exactly one report with exactly one end."""

import random
import threading
from pathlib import Path

import pytest

from models.db import Database
from tests.servers.firstline import Firstline
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, new_seed, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 500
KILLS = 20


def kill_at_random(random_: random.Random, firstline: Firstline, senders: Senders) -> None:
    """Spread the kills over the mails; each comes a random moment after its share has been taken."""
    pause = threading.Event()
    for kill in range(KILLS):
        senders.wait_for(share=kill / KILLS)
        pause.wait(random_.uniform(0.0, 0.7))
        firstline.kill()
        firstline.start()
    wait_until(lambda: senders.are_done, timeout=120)
    firstline.wait_until_ready()


def assert_nothing_is_lost_or_doubled(data: Path, accepted: set[str]) -> None:
    database = Database(f"sqlite:///{data / 'firstline.db'}")
    wait_until_done(database, MAILS)
    assert_each_has_one_end(database, accepted, in_outboxes(data))
    database.close()


@pytest.fixture
def seed() -> int:
    return new_seed()


@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_when_it_is_killed_twenty_times(tmp_path: Path, seed: int) -> None:
    firstline = Firstline(tmp_path)
    firstline.start()
    senders = Senders(firstline.smtp_port, MAILS)

    kill_at_random(random.Random(seed), firstline, senders)

    assert_nothing_is_lost_or_doubled(firstline.data, senders.accepted)
    assert firstline.stop() == 0


@pytest.mark.timeout(600)
def test_the_same_where_every_wake_up_is_thrown_away(tmp_path: Path, seed: int) -> None:
    # Endpoint and worker are two processes, and the broker is in the process: no wake-up of the
    # endpoint ever reaches the worker, whose sweeper alone finds the work.
    endpoint = Firstline(tmp_path, "smtp")
    worker = Firstline(tmp_path, "worker")
    endpoint.start()
    worker.start()
    senders = Senders(endpoint.smtp_port, MAILS)

    kill_both_at_random(random.Random(seed), endpoint, worker, senders)

    assert_nothing_is_lost_or_doubled(endpoint.data, senders.accepted)
    assert endpoint.stop() == 0
    assert worker.stop() == 0


def kill_both_at_random(random_: random.Random, endpoint: Firstline, worker: Firstline, senders: Senders) -> None:
    pause = threading.Event()
    for kill in range(KILLS):
        senders.wait_for(share=kill / KILLS)
        pause.wait(random_.uniform(0.0, 0.7))
        for process in random_.choice([[endpoint], [worker], [endpoint, worker]]):
            process.kill()
            process.start()
    wait_until(lambda: senders.are_done, timeout=120)
