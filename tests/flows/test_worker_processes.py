"""`firstline up` and the processes that work on reports for it: either may die at any moment."""

import os
import random
import signal
import smtplib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import Database
from tests.chaos.alterations import HANGS
from tests.chaos.world import Part
from tests.factories import mail
from tests.servers.firstline import ADDRESS, Firstline
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, new_seed, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS, KILLS = 200, 8


@pytest.fixture
def firstline(tmp_path: Path) -> Iterator[Firstline]:
    firstline = Firstline(tmp_path, processes="2")
    firstline.start()
    firstline.wait_until_ready()
    firstline.wait_for_all_workers()
    yield firstline
    firstline.kill()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def logged(firstline: Firstline, event: str) -> int:
    return firstline.log.read_text("utf-8").count(f'"event": "{event}"')


def reports_done(firstline: Firstline) -> float:
    """As /metrics counts them."""
    lines = firstline.read("/metrics").decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("firstline_reports_done_total"))


def test_reports_are_worked_on_by_the_others_and_counted_by_the_one(firstline: Firstline) -> None:
    assert len(firstline.worker_pids()) == 2

    senders = Senders(firstline.smtp_port, 40)

    wait_until(lambda: reports_done(firstline) == 40, timeout=60)
    assert senders.are_done
    assert firstline.get("/readyz")["checks"]["workers"] == "ok"


@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_when_workers_are_killed(firstline: Firstline) -> None:
    chance, pause = random.Random(new_seed()), threading.Event()
    senders = Senders(firstline.smtp_port, MAILS)
    for kill in range(KILLS):
        senders.wait_for(share=kill / KILLS)
        pause.wait(chance.uniform(0.0, 0.5))
        wait_until(firstline.worker_pids, timeout=60)
        os.kill(chance.choice(firstline.worker_pids()), signal.SIGKILL)

    wait_until(lambda: senders.are_done, timeout=120)
    wait_until(lambda: len(firstline.worker_pids()) == 2, timeout=60)
    database = Database(f"sqlite:///{firstline.data / 'firstline.db'}")
    wait_until_done(database, MAILS)
    assert_each_has_one_end(database, senders.accepted, in_outboxes(firstline.data))
    database.close()
    assert logged(firstline, "worker_ended") == KILLS
    assert firstline.stop() == 0


def test_workers_end_with_the_one_that_they_work_for(firstline: Firstline) -> None:
    workers = firstline.worker_pids()

    firstline.kill()

    assert len(workers) == 2
    wait_until(lambda: not any(map(is_alive, workers)))


def test_what_ends_the_one_cleanly_ends_all_of_them(firstline: Firstline) -> None:
    senders = Senders(firstline.smtp_port, 20)
    wait_until(lambda: senders.are_done)
    workers = firstline.worker_pids()
    for pid in workers:
        for number in (signal.SIGTERM, signal.SIGHUP):  # as a service manager or a closed terminal does, to all
            os.kill(pid, number)

    assert firstline.stop() == 0

    wait_until(lambda: not any(map(is_alive, workers)))
    assert logged(firstline, "worker_ended") == 0


def test_a_worker_that_a_report_hangs_is_replaced_and_the_others_are_worked_on(tmp_path: Path) -> None:
    firstline = Part(tmp_path, "up", "hang=3600;limit=2", processes="2")
    firstline.start()
    firstline.wait_until_ready()

    with smtplib.SMTP("127.0.0.1", firstline.smtp_port, timeout=10) as connection:
        connection.sendmail("ann@customer.example", [ADDRESS], mail(f"{HANGS}. The disk failed."))
    senders = Senders(firstline.smtp_port, 5)

    wait_until(lambda: "a report hung it" in firstline.log.read_text("utf-8"), timeout=60)
    wait_until(lambda: reports_done(firstline) >= 5, timeout=60)
    assert senders.are_done
    assert firstline.stop() == 0


def test_one_process_alone_works_too(tmp_path: Path) -> None:
    firstline = Firstline(tmp_path, processes="0")
    firstline.start()
    firstline.wait_until_ready()

    Senders(firstline.smtp_port, 5)

    wait_until(lambda: reports_done(firstline) == 5, timeout=30)
    assert firstline.worker_pids() == []
    assert "workers" not in firstline.get("/readyz")["checks"]
    assert firstline.stop() == 0
