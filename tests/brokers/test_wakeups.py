"""Wake-ups through Redis, RabbitMQ and PostgreSQL: they arrive, and it hurts nobody where they do not."""

import logging
import threading
from collections.abc import Callable

import pytest

from models.errors import FirstlineError
from tests.brokers.servers import Server
from tests.waiting import wait_until
from workers.brokers.check import check
from workers.wakeups import Wakeups

pytestmark = pytest.mark.long

Listen = Callable[[Callable[[], object]], Wakeups]


def is_there(*all_of_them: Wakeups) -> None:
    wait_until(lambda: not any(wakeups.problem() for wakeups in all_of_them), timeout=30)


def wake_until(done: threading.Event, caller: Wakeups) -> None:
    """As mail that keeps coming does; returns once a wake-up has arrived."""

    def woken() -> bool:
        caller.wake("reports")
        return done.wait(0.02)

    wait_until(woken, timeout=30)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "workers.brokers.health"]


def test_a_call_in_one_process_runs_the_job_in_another(caller: Wakeups, listen: Listen) -> None:
    done = threading.Event()
    worker = listen(done.set)
    is_there(caller, worker)

    caller.wake("reports")

    assert done.wait(10)


def test_what_has_been_fetched_is_gone(server: Server, caller: Wakeups, listen: Listen) -> None:
    done = threading.Event()
    is_there(caller, listen(done.set))

    caller.wake("reports")

    assert done.wait(10)
    wait_until(lambda: server.waiting() == 0)


def test_a_thousand_calls_at_once_are_few_wake_ups(server: Server, caller: Wakeups) -> None:
    is_there(caller)

    for _ in range(1000):
        caller.wake("reports")

    wait_until(server.waiting)
    assert server.waiting() < 100


def test_a_job_that_only_another_version_knows_is_passed_over(caller: Wakeups, listen: Listen) -> None:
    done = threading.Event()
    is_there(caller, listen(done.set))

    caller.wake("a job of tomorrow")
    caller.wake("reports")

    assert done.wait(10)


def test_a_broker_that_was_emptied_carries_the_next_wake_up(server: Server, caller: Wakeups, listen: Listen) -> None:
    done = threading.Event()
    is_there(caller, listen(done.set))

    server.flush()
    wake_until(done, caller)

    assert done.is_set()


def test_a_broker_that_dies_is_reported_once_and_found_again(
    server: Server, caller: Wakeups, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    done = threading.Event()
    worker = listen(done.set)
    is_there(caller, worker)

    server.kill()
    for _ in range(1000):
        caller.wake("reports")
    wait_until(lambda: caller.problem() and worker.problem() and len(said(caplog)) > 1, timeout=30)
    at_death = said(caplog)
    done.clear()
    server.start()
    is_there(caller, worker)
    wake_until(done, caller)

    assert at_death == ["broker_lost"] * 2  # that of the caller, and that of the listener
    assert said(caplog) == ["broker_lost"] * 2 + ["broker_back"] * 2
    assert "not-to-be-shown" not in caplog.text


def test_doctor_names_the_server_and_nothing_secret(server: Server) -> None:
    found = check(server.url)

    assert found.startswith(server.url.partition("://")[0])
    assert any(name in found for name in ("Redis 7", "RabbitMQ 3", "PostgreSQL 1"))
    assert "not-to-be-shown" not in found


def test_doctor_says_that_a_log_in_is_refused_and_nothing_secret(server: Server) -> None:
    wrong = server.url.replace("not-to-be-shown", "guessed-wrong")

    with pytest.raises(FirstlineError, match="FIRSTLINE_BROKER_URL") as caught:
        check(wrong)

    assert "guessed-wrong" not in str(caught.value)
    assert '"firstline"' not in str(caught.value)
