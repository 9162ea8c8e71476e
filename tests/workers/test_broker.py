"""Wake-ups: many are one, lost ones are sent again, a failing job does not end the worker."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from models.errors import Temporary
from tests.waiting import wait_until
from workers.broker import Broker


@contextmanager
def running(job: Callable[[], object], threads: int = 2) -> Iterator[Broker]:
    broker = Broker({"job": job}, threads)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def test_a_wake_up_runs_the_job() -> None:
    done = threading.Event()

    with running(done.set) as broker:
        broker.wake("job")

        assert done.wait(10)


def test_a_job_that_cannot_run_for_now_is_no_defect(caplog: pytest.LogCaptureFixture) -> None:
    def job() -> None:
        raise Temporary("the database restarts")

    with running(job) as broker:
        broker.wake("job")
        wait_until(lambda: caplog.records)

    [said] = caplog.records
    assert (said.levelname, said.message) == ("WARNING", "job_postponed")


def test_many_wake_ups_at_once_are_few_runs() -> None:
    runs: list[float] = []

    with running(lambda: runs.append(time.monotonic())) as broker:
        for _ in range(1000):
            broker.wake("job")
        wait_until(lambda: runs)

    assert len(runs) < 100


def test_a_wake_up_during_a_run_leads_to_another_run() -> None:
    entered, leave = threading.Event(), threading.Event()
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        entered.set()
        leave.wait(10)

    with running(job) as broker:
        broker.wake("job")
        entered.wait(10)
        broker.wake("job")
        leave.set()
        wait_until(lambda: len(runs) == 2)

    assert len(runs) == 2


def test_a_job_that_fails_leaves_no_dead_letter_and_is_run_again() -> None:
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError("a defect")

    with running(job) as broker:
        broker.wake("job")
        wait_until(lambda: len(runs) == 1)
        broker.wake("job")
        wait_until(lambda: len(runs) == 2)

        assert broker._brokers["job"].dead_letters == []


def test_a_wake_up_that_was_lost_does_not_hold_back_the_next() -> None:
    done = threading.Event()
    broker = Broker({"job": done.set}, 1)
    broker.wake("job")
    broker._brokers["job"].flush_all()
    broker.start()

    try:

        def woken() -> bool:
            broker.wake("job")
            return done.is_set()

        wait_until(woken)
    finally:
        broker.stop()

    assert done.is_set()


def test_a_job_that_hangs_does_not_hold_up_the_other() -> None:
    entered, leave, done = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        leave.wait(10)

    broker = Broker({"slow_relay": hang, "reports": done.set}, 1)
    broker.start()

    try:
        broker.wake("slow_relay")
        entered.wait(10)
        broker.wake("reports")

        assert done.wait(5)
    finally:
        leave.set()
        broker.stop()
