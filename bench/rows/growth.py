"""How the rates hold as cases pile up, and as workers are added."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.anchors.process import installed
from bench.contestants import start
from bench.figures import Extent, Figure, Found, Series, in_turn, measures, times
from bench.mails import mail, sender
from bench.sender import Load, send
from bench.sink import Sink
from bench.stored_desk import store
from intake.mail.identity import mail_report
from models import queue
from models.db import Database
from tests.servers.postgres import Postgres

_MAILS, _WARM = 200, 20
_WORKERS = (1, 2, 4)
# So many that what each worker does but once, such as putting its statements together, counts for little, and so does
# which of them has nothing left to do while another ends its last batch.
_SHARED_MAILS, _WARM_EACH = 1200, 50
_GROUP = 100


def run(extent: Extent) -> Found:
    few, many = (500, 1000) if extent.quick else (10_000, 1_000_000 if extent.whole else 100_000)
    stored, line = _stored(extent, few, many)
    figures, lines = [stored], {"firstline smtp and worker": line}
    series = [Series("Rate by stored cases (SQLite)", "cases", "mails/s", lines)]
    missing: dict[str, str] = {}
    if not extent.quick:
        figure, points = _workers(extent)
        figures.append(figure)
        series.append(Series("Rate by workers (PostgreSQL)", "workers", "mails/s", {"firstline worker": points}))
    how = (
        "The desks are filled in bulk: cases with reports, timelines, clocks, letters. Between cases: accepted to"
        " acknowledged on SQLite by an intake and a worker process. Between workers: reports that wait in PostgreSQL"
        " (fsync on), a process each, until the last acknowledgement."
    )
    return Found("growth", "Growth", how, tuple(figures), tuple(series), missing)


def _stored(extent: Extent, few: int, many: int) -> tuple[Figure, tuple[tuple[float, float], ...]]:
    with ExitStack() as stack:
        desks = {}
        for cases in (few, many):
            extent.say(f"growth: filling a desk with {cases:,} cases")
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            _fill(Path(folder), cases)
            desks[cases] = _running(stack, Path(folder))
        extent.say("growth: mails for both desks in turn")
        numbers = iter(range(0, 10**9, 10_000))
        runs = {
            f"{cases:,} stored cases": partial(_rate, *desk, numbers, extent.mails(_MAILS))
            for cases, desk in desks.items()
        }
        found, _ = in_turn(runs, extent.rounds)
    rates = measures(found, float)
    small, large = rates.values()
    bars = tuple((times(large, share, small, small.name),) for share in (0.8, 0.95))
    figure = Figure("rate with many stored cases", "mails/s", large, (small,), *bars)
    return figure, ((few, small.value), (many, large.value))


def _fill(folder: Path, cases: int) -> None:
    (folder / "data").mkdir()
    database = Database(f"sqlite:///{folder / 'data' / 'firstline.db'}")
    database.migrate()
    store(database, cases)
    database.close()


def _running(stack: ExitStack, folder: Path) -> tuple[int, Sink]:
    """Without timers: the stored cases are late by the clock of today."""
    sink = stack.enter_context(Sink())
    relay = {"relay_host": "127.0.0.1", "relay_port": str(sink.port)}
    smtp = start(stack, folder, "smtp", **relay)
    start(stack, folder, "worker", **relay)
    return smtp.smtp_port, sink


def _rate(port: int, sink: Sink, numbers: Iterator[int], mails: int) -> float:
    first = next(numbers)
    before = len(sink.taken)
    send(Load(port, _WARM, first=first))
    sink.wait(before + _WARM)
    sent = send(Load(port, mails, first=first + _WARM))
    return mails / (sink.wait(before + _WARM + mails) - sent.began)


def _workers(extent: Extent) -> tuple[Figure, tuple[tuple[float, float], ...]]:
    extent.say("growth: 1, 2 and 4 workers on PostgreSQL")
    with installed():
        server = Postgres(fsync="on", full_page_writes="on", autovacuum="on")
    with server:
        runs = {f"{n} workers": partial(_shared, server, n, _SHARED_MAILS) for n in _WORKERS}
        found, _ = in_turn(runs, extent.rounds)
    rates = list(measures(found, float).values())
    one, _, four = rates
    bar = times(four, 1.7, one, "1 worker, where cores allow")
    figure = Figure("rate with 4 workers", "mails/s", four, (one, rates[1]), (bar,), (times(four, 4, one, "1 worker"),))
    return figure, tuple((n, rate.value) for n, rate in zip(_WORKERS, rates, strict=True))


def _shared(server: Postgres, workers: int, mails: int) -> float:
    """Mails a second of so many workers, which have all loaded their model when the mails come."""
    url = server.url(server.create())
    with Sink() as sink, ExitStack() as stack:
        relay = {"relay_host": "127.0.0.1", "relay_port": str(sink.port), "database_url": url, "broker_url": url}
        for _ in range(workers):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            start(stack, Path(folder), "worker", **relay, token_key="of the bench", api_token="of the bench")
        database = Database(url)
        stack.callback(database.close)
        warm = _WARM_EACH * workers
        _accept(database, range(warm))
        sink.wait(warm)
        began = time.monotonic()
        _accept(database, range(warm, warm + mails))
        return mails / (sink.wait(warm + mails) - began)


def _accept(database: Database, numbers: range) -> None:
    """As the intake stores them."""
    now = datetime.now(UTC)
    for start_at in range(numbers.start, numbers.stop, _GROUP):
        group = range(start_at, min(start_at + _GROUP, numbers.stop))
        reports = [
            mail_report(mail(n, 0, "growth"), "smtp", now, sender(n), ("support@firstline.example",)) for n in group
        ]
        with database.transaction() as session:
            queue.add(session, reports)
