"""What each process keeps in memory, and whether that grows under load."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench import machine
from bench.contestants import start
from bench.figures import Extent, Figure, Found, Measure, Series, most
from bench.sender import Load, finished, send
from bench.sender import start as start_sending
from bench.sink import Sink
from tests.servers.firstline import Firstline

PARTS = ("smtp", "worker", "timers", "web")
_PACE = 10.0  # mails a second: far below what a machine can do, so that nothing piles up
_SECONDS = {"quick": 4.0, "usual": 120.0, "hour": 3600.0}
_SAMPLES = 60
# How much a process may grow from the second fifth of the time to the last; it has warmed up by then.
_GROWTH_PERCENT = 5.0


def run(extent: Extent) -> Found:
    seconds = _SECONDS["hour" if extent.hour else "quick" if extent.quick else "usual"]
    extent.say(f"memory: {seconds:.0f} s of load")
    with Sink() as sink, tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        relay = {"relay_host": "127.0.0.1", "relay_port": str(sink.port)}
        parts = {part: start(stack, Path(folder), part, **relay) for part in PARTS}
        port = parts["smtp"].smtp_port
        send(Load(port, extent.mails(300, 60), 50, size=4096))
        full = machine.memory(parts["smtp"].pid)
        lines = _under_load(parts, port, seconds)
    figures = [_intake(full.pss), _worker(max(pss for _, pss in lines["worker"]))]
    figures += [_growth(part, [pss for _, pss in points]) for part, points in lines.items()]
    series = Series(
        f"Memory under {_PACE:.0f} mails a second",
        "minutes",
        "MiB",
        {name: tuple(line) for name, line in lines.items()},
    )
    how = (
        f"PSS of each process (what it shares with others counts in part), {seconds / 60:.0f} minutes of load, all"
        " parts on one SQLite database. Growth is from the second fifth of the time to the last."
    )
    return Found("memory", "Memory", how, tuple(figures), (series,))


def _under_load(parts: dict[str, Firstline], port: int, seconds: float) -> dict[str, list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = {part: [] for part in parts}
    sender = start_sending(Load(port, round(seconds * _PACE), pace=_PACE, first=10_000))
    began = time.monotonic()
    for number in range(1, _SAMPLES + 1):
        time.sleep(max(0.0, began + number * seconds / _SAMPLES - time.monotonic()))
        for part, process in parts.items():
            lines[part].append(((time.monotonic() - began) / 60, machine.memory(process.pid).pss))
    finished(sender)
    return lines


def _intake(pss: float) -> Figure:
    mine = Measure("firstline smtp", (pss,))
    return Figure("intake, after 50 connections", "MiB", mine, (), (most(mine, 80, "MiB"),), (most(mine, 50, "MiB"),))


def _worker(pss: float) -> Figure:
    mine = Measure("firstline worker", (pss,))
    return Figure(
        "worker with the model, the most", "MiB", mine, (), (most(mine, 300, "MiB"),), (most(mine, 200, "MiB"),)
    )


def _growth(part: str, pss: list[float]) -> Figure:
    fifth = len(pss) // 5
    early, late = median(pss[fifth : 2 * fifth]), median(pss[-fifth:])
    mine = Measure(f"firstline {part}", ((late - early) / early * 100,))
    return Figure(f"growth of {part} under load", "%", mine, (), (most(mine, _GROWTH_PERCENT, "%"),))
