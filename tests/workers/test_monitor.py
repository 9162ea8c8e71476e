"""A part without the web answers monitors on a port of its own, and nothing else."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest

from models.errors import Misconfigured
from models.settings import Settings
from tests.servers import free_port
from tests.waiting import wait_until
from workers.monitor import make_monitor
from workers.service import Part, Service

THREADS = 50  # more than FastAPI has for what waits


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


def test_a_database_that_answers_nothing_is_asked_once_however_many_want_to_know() -> None:
    waiting, thawed = Semaphore(0), Event()

    def frozen() -> dict[str, str]:
        waiting.release()
        thawed.wait()
        return {"database": ""}

    monitor = make_monitor(Settings(monitor_port=0), frozen, dict, bytes)
    port = monitor.start()
    with ThreadPoolExecutor(THREADS) as others:
        try:
            asked = [others.submit(read, port, "/readyz") for _ in range(THREADS)]
            assert waiting.acquire(timeout=10)

            assert read(port, "/healthz") == '{"status":"ok"}'
            assert {type(one.exception(timeout=10)) for one in asked} == {urllib.error.HTTPError}
            assert not waiting.acquire(blocking=False)
        finally:
            thawed.set()
    wait_until(lambda: is_ready(port))
    monitor.stop()


def is_ready(port: int) -> bool:
    try:
        return "not ready" not in read(port, "/readyz")
    except urllib.error.HTTPError:
        return False


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
