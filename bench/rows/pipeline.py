"""Accepted to acknowledged, with everything on: ours beside two bare pipelines and two help desks."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import machine
from bench.anchors.helpdesk import VERSION, helpdesk
from bench.anchors.process import installed, running
from bench.anchors.request_tracker import request_tracker
from bench.contestants import environment, firstline
from bench.figures import Extent, Figure, Found, Measure, in_turn, least, measures, most, times
from bench.sender import Load, Sent, send
from bench.sink import Sink
from tests.servers.redis import Redis

OURS = "firstline up"
BARE = "bare pipeline, batches"
DRAMATIQ = "bare Dramatiq and Redis, one message a mail"
HELPDESK = f"django-helpdesk {VERSION}, folder, SQLite"
TRACKER = "Request Tracker 5, PostgreSQL, 2 workers"
_MAILS = {OURS: 500, BARE: 1000, DRAMATIQ: 1000, HELPDESK: 60, TRACKER: 20}
_WARM, _CONNECTIONS = 20, 10


@dataclass(frozen=True, slots=True)
class Sample:
    """Mails a second, milliseconds of processor time a mail, and how the answers to DATA came where it speaks SMTP."""

    rate: float
    cpu: float
    sent: Sent | None = None


def by_smtp(port: int, sink: Sink, mails: int, *pids: int) -> Sample:
    """Send so many, and wait until each sender has been written to."""
    send(Load(port, _WARM))
    sink.wait(_WARM)
    before = machine.cpu_seconds(*pids)
    sent = send(Load(port, mails, _CONNECTIONS, first=_WARM))
    ended = sink.wait(_WARM + mails)
    cpu = machine.cpu_seconds(*pids) - before
    return Sample(mails / (ended - sent.began), cpu / mails * 1000, sent)


def handed_over(take: Callable[[int, int], None], sink: Sink, mails: int, *pids: int) -> Sample:
    """The same for what takes its mails otherwise."""
    warm = max(4, min(_WARM, mails // 4))
    take(0, warm)
    sink.wait(warm)
    before, began = machine.cpu_seconds(*pids), time.monotonic()
    take(warm, mails)
    ended = sink.wait(warm + mails)
    return Sample(mails / (ended - began), (machine.cpu_seconds(*pids) - before) / mails * 1000)


def ours(mails: int) -> Sample:
    with Sink() as sink, firstline(relay_host="127.0.0.1", relay_port=str(sink.port)) as desk:
        desk.wait_for_all_workers()
        return by_smtp(desk.smtp_port, sink, mails, desk.pid)


def bare(mails: int) -> Sample:
    with Sink() as sink, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = str(Path(folder) / "mails.db")
        with running("bench.anchors.bare", file, str(sink.port)) as server:
            return by_smtp(server.port, sink, mails, server.pid)


def one_by_one(mails: int) -> Sample:
    with installed():
        redis = Redis()
    with Sink() as sink, redis, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = str(Path(folder) / "mails.db")
        with environment(BENCH_FILE=file, BENCH_RELAY=str(sink.port), BENCH_REDIS=redis.url):
            command = [sys.executable, "-m", "dramatiq", "bench.anchors.dramatiq_work", "--processes", "1"]
            worker = subprocess.Popen([*command, "--threads", "4"], stderr=subprocess.DEVNULL)
            try:
                with running("bench.anchors.dramatiq_intake", file) as server:
                    return by_smtp(server.port, sink, mails, server.pid, worker.pid, redis.pid)
            finally:
                worker.terminate()
                worker.wait()


def django_helpdesk(mails: int) -> Sample:
    with Sink() as sink, helpdesk(sink.port) as server:
        return handed_over(server.take, sink, mails, server.process.pid)


def tracker(mails: int) -> Sample:
    with Sink() as sink, request_tracker(sink.port) as server:
        return handed_over(server.take, sink, mails, *server.pids)


CONTESTANTS: dict[str, Callable[[int], Sample]] = {
    OURS: ours,
    BARE: bare,
    DRAMATIQ: one_by_one,
    HELPDESK: django_helpdesk,
    TRACKER: tracker,
}


def run(extent: Extent) -> Found:
    samples, missing = _measured(extent)
    rates, cpu = measures(samples, lambda each: each.rate), measures(samples, lambda each: each.cpu)
    mine, used = rates[OURS], cpu[OURS]
    desk, queue = rates.get(HELPDESK), rates.get(TRACKER)
    figures = (
        Figure(
            "accepted to acknowledged",
            "mails/s",
            mine,
            _others(rates),
            (least(mine, 150, "mails/s"), times(mine, 5, desk, "django-helpdesk"), times(mine, 25, queue, "RT")),
            (least(mine, 300, "mails/s"), times(mine, 10, desk, "django-helpdesk"), times(mine, 50, queue, "RT")),
        ),
        Figure(
            "CPU s per 1,000 mails, equal to ms a mail",
            "s",
            used,
            _others(cpu),
            (most(used, 10, "s"),),
            (most(used, 5, "s"),),
        ),
        *_answers(samples),
    )
    how = (
        "2-20 KB mails of mixed kinds (plain, HTML beside text, attachments; English and Chinese), each from a sender"
        " of its own, over 10 connections; from the first MAIL until the relay has the last acknowledgement. The help"
        " desks are handed the mails in their own ways."
    )
    return Found("pipeline", "Accepted to acknowledged, everything on", how, figures, missing=missing)


def _measured(extent: Extent) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    def measure(name: str) -> Sample:
        extent.say(f"pipeline: {name}")
        return CONTESTANTS[name](extent.mails(_MAILS[name], 8))

    names = (OURS, BARE) if extent.quick else tuple(CONTESTANTS)
    return in_turn({name: partial(measure, name) for name in names}, extent.rounds)


def _others(found: dict[str, Measure]) -> tuple[Measure, ...]:
    return tuple(each for name, each in found.items() if name != OURS)


def _answers(samples: dict[str, list[Sample]]) -> tuple[Figure, ...]:
    """Of those that speak SMTP, how long 99 of 100 answers to DATA took while the workers worked."""
    p99 = {
        name: Measure(name, tuple(each.sent.answered_within(0.99) * 1000 for each in found if each.sent))
        for name, found in samples.items()
        if all(each.sent for each in found)
    }
    mine = p99[OURS]
    title = "answer to DATA, p99, 10 connections, workers busy"
    return (Figure(title, "ms", mine, _others(p99), (most(mine, 150, "ms"),), (most(mine, 60, "ms"),)),)
