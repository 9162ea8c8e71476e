"""A part without the web answers monitors on a port of its own, and nothing else."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest

from models.errors import Misconfigured
from models.settings import Settings
from tests.servers import free_port
from workers.monitor import make_monitor
from workers.service import Part, Service

THREADS = 40  # that FastAPI has for what waits; more requests wait for one of them


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    service = Service(Settings(data=tmp_path, monitor_port=0), frozenset({Part.TIMERS}))
    yield service.start()["monitor"]
    service.stop()


def read(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return str(response.read().decode())


def test_it_says_that_it_is_alive_and_ready_and_how_it_does(port: int) -> None:
    assert read(port, "/healthz") == '{"status":"ok"}'
    assert '"timers":"ok"' in read(port, "/readyz")
    assert "firstline_oldest_waiting_seconds 0.0" in read(port, "/metrics")


@pytest.mark.parametrize("path", ["/", "/api/v1/cases", "/login", "/openapi.json", "/docs", "/twilio/voice"])
def test_nothing_else_is_there(port: int, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(port, path)


def test_it_lives_though_a_database_that_answers_nothing_keeps_all_threads() -> None:
    waiting, thawed = Semaphore(0), Event()

    def frozen() -> Mapping[str, str]:
        waiting.release()
        thawed.wait()
        return {}

    monitor = make_monitor(Settings(monitor_port=0), lambda: dict(frozen()), dict, bytes)
    port = monitor.start()
    with ThreadPoolExecutor(THREADS) as others:
        try:
            for _ in range(THREADS):
                others.submit(read, port, "/readyz")
            assert all(waiting.acquire(timeout=10) for _ in range(THREADS))

            assert read(port, "/healthz") == '{"status":"ok"}'
        finally:
            thawed.set()
    monitor.stop()


def test_a_process_with_the_web_needs_no_second_port(tmp_path: Path) -> None:
    service = Service(Settings(data=tmp_path, web_port=0, monitor_port=0), frozenset({Part.WEB}))
    try:
        assert set(service.start()) == {"web"}
    finally:
        service.stop()


def test_a_port_that_is_taken_is_named_with_its_setting(tmp_path: Path) -> None:
    taken = free_port()
    first = Service(Settings(data=tmp_path / "a", monitor_port=taken), frozenset({Part.TIMERS}))
    first.start()
    try:
        with pytest.raises(Misconfigured, match="FIRSTLINE_MONITOR_PORT"):
            Service(Settings(data=tmp_path / "b", monitor_port=taken), frozenset({Part.TIMERS})).start()
    finally:
        first.stop()
