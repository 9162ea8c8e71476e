"""Brokers that are not there at the start, have no room, or hold what nobody fetches."""

import logging
import threading
from collections.abc import Iterator

import psycopg
import pytest

from models.errors import FirstlineError
from tests.brokers.servers import KINDS, Redis
from tests.servers.postgres import Postgres
from tests.servers.rabbitmq import Rabbitmq
from tests.waiting import wait_until
from workers.brokers import caller as caller_module
from workers.brokers.check import check
from workers.wakeups import Wakeups


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


def calling(url: str) -> Wakeups:
    wakeups = Wakeups(url)
    wakeups.start_calling()
    return wakeups


def listening(url: str, job: threading.Event) -> Wakeups:
    wakeups = Wakeups(url)
    wakeups.start_working({"reports": job.set}, 1)
    return wakeups


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "workers.brokers.health"]


def test_a_broker_that_is_not_there_at_the_start_is_used_once_it_is(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis.kill()
    done = threading.Event()
    caller, worker = calling(redis.url), listening(redis.url, done)
    wait_until(lambda: "does not answer" in caller.problem() and "does not answer" in worker.problem())

    redis.start()
    wait_until(lambda: not caller.problem() and not worker.problem())
    caller.wake("reports")

    assert done.wait(10)
    assert said(caplog).count("broker_lost") == 2
    worker.stop()
    caller.stop()


def test_a_broker_without_room_is_reported_once_and_used_again_when_it_has_some(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    done = threading.Event()
    caller, worker = calling(redis.url), listening(redis.url, done)
    wait_until(lambda: not caller.problem() and not worker.problem())
    redis.fill()

    def are_refused() -> bool:
        caller.wake("reports")
        return "memory" in caller.problem() and "memory" in worker.problem()

    wait_until(are_refused)
    pause = threading.Event()
    for _ in range(50):
        caller.wake("reports")
        pause.wait(0.05)  # long enough for it to be tried, refused and tried again
    while_full = said(caplog)
    redis.empty()
    wait_until(lambda: not caller.problem() and not worker.problem())
    done.clear()
    caller.wake("reports")

    assert done.wait(10)
    assert while_full == ["broker_lost"] * 2
    assert said(caplog) == ["broker_lost"] * 2 + ["broker_back"] * 2
    worker.stop()
    caller.stop()


def test_wake_ups_that_nobody_fetches_do_not_pile_up(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_module, "_LOOK_SECONDS", 0.05)
    caller = calling(redis.url)
    redis.pile_up(1001)

    wait_until(lambda: redis.waiting() == 0)

    caller.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_ends_at_once_though_its_broker_is_away(kind: str) -> None:
    url = {"redis": "redis", "rabbitmq": "amqp", "postgresql": "postgresql"}[kind] + "://127.0.0.1:9/x"
    caller, worker = calling(url), listening(url, threading.Event())
    wait_until(lambda: "does not answer" in caller.problem() and "does not answer" in worker.problem(), timeout=30)

    worker.stop()
    caller.stop()

    assert not [thread for thread in threading.enumerate() if thread.name in ("wake-ups", "listener")]


@pytest.mark.parametrize(("server", "reason"), [(Redis, "memory"), (Rabbitmq, "(?i)blocked")])
def test_doctor_finds_a_broker_without_room(server: type[Redis] | type[Rabbitmq], reason: str) -> None:
    with server() as running:
        well = check(running.url)
        running.fill()
        with pytest.raises(FirstlineError, match=reason) as caught:
            check(running.url)
        running.empty()

        assert "has room" in str(caught.value)
        assert check(running.url) == well


def test_doctor_makes_nothing_in_a_broker(postgres: Postgres) -> None:
    url = postgres.url(postgres.create())

    assert "PostgreSQL" in check(url)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regnamespace('dramatiq')").fetchone() == (None,)


def test_without_a_broker_doctor_says_what_that_means() -> None:
    assert "finds work within 1 s" in check("")
