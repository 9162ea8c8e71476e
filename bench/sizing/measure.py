"""Measures what a report costs: `firstline smtp` and `firstline worker` as processes of their own, on each database."""

import platform
import smtplib
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from os import sysconf
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from bench.sizing.costs import Costs
from models.db import Database
from tests.servers import free_port
from tests.servers.firstline import ADDRESS, Firstline
from tests.servers.postgres import Postgres

_SIZES = (2_000, 4_000, 8_000, 20_000)  # bytes of a mail, in turn
_CONNECTIONS = 4
_LOOK_SECONDS = 2.0  # a look at the metrics is work, too
_TICK = sysconf("SC_CLK_TCK")
# The breakers are for loops; here a thousand customers write within a minute.
_NO_LIMITS = dict.fromkeys(
    ("content_limit", "domain_limit_per_hour", "mail_limit_per_hour", "case_limit_per_hour"), "10000000"
)
_SENTENCE = "Since this morning disk {n} of the array in rack {n} shows an amber light; users notice nothing. "


def mail(number: int) -> bytes:
    """A mail of its own sender and text, and of one of the usual sizes."""
    size = _SIZES[number % len(_SIZES)]
    head = (
        f"From: Ann <ann@customer{number}.example>\r\nTo: {ADDRESS}\r\nSubject: Disk {number} failed\r\n"
        f"Message-ID: <sizing{number}@customer{number}.example>\r\nContent-Type: text/plain\r\n\r\n"
    )
    lines = (_SENTENCE.format(n=number + line) + "\r\n" for line in range(size // len(_SENTENCE)))
    return head.encode() + "".join(lines).encode()


def _send(port: int, numbers: range) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in numbers:
            client.sendmail(f"ann@customer{number}.example", ADDRESS, mail(number))


def _cpu(pid: int) -> float:
    """Seconds of processor that a process has used, its ended children's included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICK


def _sent(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return int(
        next(
            (float(line.split()[-1]) for line in lines if line.startswith('firstline_messages_total{result="sent"')), 0
        )
    )


@contextmanager
def _lock_watch(url: str | None) -> Iterator[list[float]]:
    """Yields a list whose one number at the end says how long the books were locked."""
    held, stop = [0.0], threading.Event()

    def watch() -> None:
        assert url is not None
        with psycopg.connect(url, autocommit=True) as connection:
            last = time.perf_counter()
            while not stop.wait(0.002):
                now = time.perf_counter()
                query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                row = connection.execute(query).fetchone()
                held[0] += (now - last) if row and row[0] else 0.0
                last = now

    watcher = threading.Thread(target=watch)
    if url:
        watcher.start()
    yield held
    stop.set()
    if url:
        watcher.join()


def _play(folder: Path, reports: int, url: str | None) -> tuple[float, float, float]:
    """Take and answer `reports`; seconds of smtp and of the worker, and for which share of it the lock was held."""
    where = {"database_url": url} if url else {}
    port = free_port()
    taking = Firstline(folder, "smtp", **_NO_LIMITS, **where)
    working = Firstline(folder, "worker", monitor_port=str(port), **_NO_LIMITS, **where)
    try:
        for process in (taking, working):
            process.start()
            process.wait_until_it_works()
        before = _cpu(taking.pid), _cpu(working.pid)
        started = time.perf_counter()
        with _lock_watch(url) as held, ThreadPoolExecutor(_CONNECTIONS) as pool:
            share = [range(start, reports, _CONNECTIONS) for start in range(_CONNECTIONS)]
            list(pool.map(lambda numbers: _send(taking.smtp_port, numbers), share))
            while _sent(port) < reports:
                time.sleep(_LOOK_SECONDS)
        return _cpu(taking.pid) - before[0], _cpu(working.pid) - before[1], held[0] / (time.perf_counter() - started)
    finally:
        for process in (taking, working):
            process.stop()


def measure(reports: int) -> Costs:
    """Play the same reports into SQLite and into PostgreSQL.

    Times are of the processor, as those of the clock hang on what else the machine does; how much of them is spent
    under the lock is the share of the time for which it was held.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _play(root / "sqlite", reports, None)
        stored = sum(path.stat().st_size for path in (root / "sqlite" / "data").glob("firstline.db*"))
        with Postgres() as server:
            name = server.create()
            url = server.url(name)
            database = Database(url)
            database.migrate()
            database.close()
            plain = url.replace("+psycopg", "")
            with psycopg.connect(plain, autocommit=True) as connection:
                size, log, cpu = _state(connection), _log(connection), _server_cpu(connection)
                took, worked, locked = _play(root / "postgresql", reports, url)
                grown, logged = _state(connection) - size, _log(connection) - log
                served = _server_cpu(connection) - cpu
    return Costs(
        take_seconds=took / reports,
        read_seconds=(worked + served) * (1 - locked) / reports,
        write_seconds=(worked + served) * locked / reports,
        database_seconds=served / reports,
        postgresql_bytes=grown / reports,
        sqlite_bytes=stored / reports,
        log_bytes=logged / reports,
        mail_bytes=sum(len(mail(number)) for number in range(reports)) / reports,
        measured=f"{datetime.now(UTC):%Y-%m-%d}, {reports} reports, Python {platform.python_version()}, "
        f"{platform.machine()}, PostgreSQL without fsync and without full page writes",
    )


def _state(connection: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(str(row[0])) if row else 0


def _log(connection: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')").fetchone()
    return int(str(row[0])) if row else 0


def _server_cpu(connection: "psycopg.Connection[tuple[object, ...]]") -> float:
    """Of the server and all its processes, those that have ended included."""
    parent = int(
        Path(f"/proc/{connection.info.backend_pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1]
    )
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return _cpu(parent) + sum(_cpu(int(child)) for child in children if Path(f"/proc/{child}").exists())
