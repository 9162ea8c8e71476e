"""How a part ends that is told to, also by a terminal that is closed, or where nothing it says can be written."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.waiting import wait_until

Start = Callable[..., tuple["subprocess.Popen[str]", int]]


def _has_a_terminal() -> None:
    """Whatever the tests themselves were started under."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the timers, with what they print in a pipe, and returns when they are ready; with the port of health."""
    processes = []

    def started(
        before: Callable[[], object] = _has_a_terminal, says_to: Path | None = None
    ) -> tuple["subprocess.Popen[str]", int]:
        port = free_port()
        output = subprocess.PIPE if says_to is None else os.open(says_to, os.O_WRONLY)
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.program", "timers", "--data", str(tmp_path / "data")],
            env={**os.environ, "FIRSTLINE_MONITOR_PORT": str(port)},
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )
        processes.append(process)
        if process.stdout is None:
            os.close(output)
            wait_until(lambda: process.poll() is not None or _is_well(port), timeout=60)
        else:
            assert next(line for line in process.stdout if line.endswith("; ready\n"))
        return process, port

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def _is_well(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_it_ends_well_though_nobody_reads_any_more_what_it_says(start: Start, number: signal.Signals) -> None:
    process, _ = start()
    assert process.stdout is not None
    process.stdout.close()

    process.send_signal(number)

    assert process.wait(timeout=30) == 0
    assert process.stderr is not None
    assert "Error" not in process.stderr.read()


def test_under_nohup_it_outlives_its_terminal(start: Start) -> None:
    process, port = start(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))

    process.send_signal(signal.SIGHUP)

    assert _is_well(port)


def test_it_works_though_the_disk_that_its_log_goes_to_is_full(start: Start) -> None:
    process, port = start(says_to=Path("/dev/full"))

    works = _is_well(port)
    process.terminate()

    assert works
    assert process.wait(timeout=30) == 0
