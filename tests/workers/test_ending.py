"""How a part ends that is told to, also by a terminal that is closed."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import free_port

Start = Callable[..., tuple["subprocess.Popen[str]", int]]


def _has_a_terminal() -> None:
    """Whatever the tests themselves were started under."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the timers, with what they print in a pipe, and returns when they are ready; with the port of health."""
    processes = []

    def started(before: Callable[[], object] = _has_a_terminal) -> tuple["subprocess.Popen[str]", int]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.program", "timers", "--data", str(tmp_path / "data")],
            env={**os.environ, "FIRSTLINE_MONITOR_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )
        processes.append(process)
        assert process.stdout is not None
        assert next(line for line in process.stdout if line.endswith("; ready\n"))
        return process, port

    yield started
    for process in processes:
        process.kill()
        process.communicate()


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

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert answer.status == 200
