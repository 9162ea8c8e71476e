"""Durable SMTP intake: ours beside aiosmtpd with a database behind it, and beside Postfix."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import machine
from bench.anchors.postfix import postfix
from bench.anchors.process import Running, running
from bench.contestants import firstline
from bench.figures import Bar, Extent, Figure, Found, Measure, NotHere, in_turn, measures, most, times
from bench.mails import SMALL
from bench.sender import Load, send

OURS, EACH, GROUPED, FAST, POSTFIX = (
    "firstline smtp",
    "aiosmtpd, a commit a mail",
    "aiosmtpd, grouped commits",
    "bare fast subclass, grouped",
    "Postfix to its queue",
)
CONNECTIONS = (1, 10, 50)
_MAILS = {1: 500, 10: 1500, 50: 1500}
_WARM = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """Mails a second, and milliseconds of processor time a mail."""

    rate: float
    cpu: float


def sample(server: Running, mails: int, connections: int) -> Sample:
    """Send so many, and look what the server used for them."""
    before = machine.cpu_seconds(server.pid)
    sent = send(Load(server.port, mails, connections, SMALL))
    return Sample(sent.rate, (machine.cpu_seconds(server.pid) - before) / mails * 1000)


@contextmanager
def ours() -> Iterator[Running]:
    with firstline("smtp") as process:
        yield Running(process.pid, process.smtp_port)


@contextmanager
def anchor(how: str) -> Iterator[Running]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        running("bench.anchors.smtp", how, str(Path(folder) / "mails.db")) as server,
    ):
        yield server


SERVERS: dict[str, Callable[[], AbstractContextManager[Running]]] = {
    OURS: ours,
    EACH: lambda: anchor("stock-each"),
    GROUPED: lambda: anchor("stock-grouped"),
    FAST: lambda: anchor("fast-grouped"),
    POSTFIX: postfix,
}


def compare(
    servers: dict[str, Callable[[], AbstractContextManager[Running]]], mails: int, connections: int, rounds: int
) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """Each of these servers with so many connections, in turn; all of them run throughout."""
    with ExitStack() as stack:
        started: dict[str, Running] = {}
        missing: dict[str, str] = {}
        for name, server in servers.items():
            try:
                started[name] = stack.enter_context(server())
            except NotHere as error:
                missing[name] = str(error)
                continue
            send(Load(started[name].port, min(_WARM, mails), connections, SMALL))
        runs = {name: partial(sample, server, mails, connections) for name, server in started.items()}
        found, _ = in_turn(runs, rounds)
        return found, missing


def run(extent: Extent) -> Found:
    figures: list[Figure] = []
    missing: dict[str, str] = {}
    for connections in (10,) if extent.quick else CONNECTIONS:
        extent.say(f"intake: {connections} connections")
        found, absent = compare(SERVERS, extent.mails(_MAILS[connections]), connections, extent.rounds)
        missing |= absent
        figures += _figures(
            connections, measures(found, lambda each: each.rate), measures(found, lambda each: each.cpu)
        )
    how = (
        "4 KB mails, one sender without pipelining; each is durable before its 250: SQLite with synchronous=FULL,"
        " Postfix with its own fsync, the mails on hold. CPU is that of the server's processes for one mail."
    )
    return Found("intake", "Durable SMTP intake", how, tuple(figures), missing=missing)


def _figures(connections: int, rates: dict[str, Measure], cpu: dict[str, Measure]) -> Iterator[Figure]:
    mine = rates[OURS]
    anchors = tuple(each for name, each in rates.items() if name != OURS)
    fast, each, grouped, queue = (rates.get(name) for name in (FAST, EACH, GROUPED, POSTFIX))
    title = f"{connections} connection{'s' if connections > 1 else ''}"
    at_least: tuple[Bar, ...]
    goal: tuple[Bar, ...]
    if connections == 1:
        at_least = (times(mine, 1, each, "a commit a mail"),)
        goal = (times(mine, 0.9, fast, "the fast subclass"),)
    else:
        at_least = (times(mine, 1.5, queue, "Postfix"), times(mine, 1.4, grouped, "stock grouped"))
        goal = (times(mine, 2.5, queue, "Postfix"), times(mine, 0.85, fast, "the fast subclass"))
    yield Figure(f"{title}, rate", "mails/s", mine, anchors, at_least, goal)
    used = cpu[OURS]
    others = tuple(each for name, each in cpu.items() if name != OURS)
    limit = (most(used, 0.8, "ms"),) if connections > 1 else ()
    yield Figure(f"{title}, CPU a mail", "ms", used, others, limit)
