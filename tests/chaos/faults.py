"""What is broken, one fault at a time: each breaks something, waits a little, and has it mended."""

import os
import random
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from tests.brokers.servers import Rabbitmq, Redis
from tests.chaos.world import ALL_IN_ONE, Part, World
from tests.servers.firstline import Firstline

_ALSO = ("kill -9", "frozen", "worker killed", "worker frozen")
LONGEST_LEAP = timedelta(hours=3)  # in all: each hour brings each open case another round of notices


@dataclass(frozen=True)
class Fault:
    """`happen` breaks and mends; it returns when the desk is on its own again."""

    kind: str
    name: str
    happen: Callable[[random.Random], None]


def faults_of(world: World) -> list[Fault]:
    """Every fault that this world can have."""
    found = []
    for name, process in world.processes.items():
        found += _of_process(name, process)
    for name, link in world.database_links.items():
        found.append(Fault("link cut", name, _between(link.cut, link.mend, 1, 5)))
        found.append(Fault("link silent", name, _between(link.silence, link.mend, 1, 8)))
    for name, link in world.mailbox_links.items():
        found.append(Fault("mailbox link cut", name, _between(link.cut, link.mend, 1, 5)))
    return [*found, *_of_database(world), *_of_broker(world), *_of_surroundings(world), *_of_clock(world)]


def also(world: World) -> list[Fault]:
    """What may happen while something else is broken: a process is killed, or frozen."""
    faults = [fault for name, process in world.processes.items() for fault in _of_process(name, process)]
    return [fault for fault in faults if fault.kind in _ALSO]


def _of_process(name: str, process: Part) -> list[Fault]:
    of_workers = _of_workers(process) if name == ALL_IN_ONE else ()
    return [
        *of_workers,
        Fault("kill -9", name, lambda chance: _kill(process)),
        Fault("frozen", name, _between(lambda: _signal(process.freeze), lambda: _signal(process.thaw), 1, 10)),
        Fault("disk full", name, _between(lambda: leave_room(process, 0), lambda: leave_room(process, None), 1, 5)),
    ]


def _of_workers(process: Part) -> list[Fault]:
    """Those that work on reports for `firstline up`: it starts others where they are killed."""

    def kill(chance: random.Random) -> None:
        _each(process.worker_pids()[: chance.choice((1, 2))], signal.SIGKILL)

    def freeze(chance: random.Random) -> None:
        frozen = process.worker_pids()[:1]
        _each(frozen, signal.SIGSTOP)
        time.sleep(chance.uniform(1, 10))
        _each(frozen, signal.SIGCONT)

    return [Fault("worker killed", "worker process", kill), Fault("worker frozen", "worker process", freeze)]


def _each(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # it may have ended just now
            os.kill(pid, number)


def _kill(process: Part) -> None:
    process.kill()
    process.start()


def _signal(send: Callable[[], None]) -> None:
    with suppress(ProcessLookupError):  # it may be killed just now
        send()


def leave_room(process: Firstline, limit_bytes: int | None) -> None:
    """Let no file of the process grow, or be written, beyond that (setrlimit(2), RLIMIT_FSIZE): each such write fails,
    as on a full disk. None lifts it."""
    limit = resource.RLIM_INFINITY if limit_bytes is None else limit_bytes
    with suppress(ProcessLookupError):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def _of_database(world: World) -> list[Fault]:
    server, name = world.postgres, world.database_name
    if server is None:
        return []
    return [
        Fault("database restarted", "fast", _between(server.stop, server.start, 0, 3)),
        Fault("database restarted", "immediate", _between(server.kill, server.start, 0, 3)),
        Fault("failed over", "", lambda chance: server.fail_over()),
        Fault("connections cut", "all", lambda chance: server.disconnect(name)),
        Fault(
            "read-only database", "", _between(lambda: read_only(world, True), lambda: read_only(world, False), 1, 5)
        ),
    ]


def read_only(world: World, is_so: bool) -> None:
    """The database takes no changes, as a standby that is not the first yet: everybody is connected to it anew."""
    assert world.postgres is not None
    statement = f"ALTER DATABASE {world.database_name} SET default_transaction_read_only = {'on' if is_so else 'off'}"
    with psycopg.connect(world.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
    world.postgres.disconnect(world.database_name)


def _of_broker(world: World) -> list[Fault]:
    broker = world.broker
    if broker is None:
        return []
    found = [
        Fault("broker killed", "", _between(broker.kill, broker.start, 0, 4)),
        Fault("broker flushed", "", lambda chance: _flush(world)),
    ]
    if isinstance(broker, (Redis, Rabbitmq)):
        found.append(Fault("broker full", "", _between(broker.fill, broker.empty, 1, 6)))
    return found


def _flush(world: World) -> None:
    assert world.broker is not None
    with suppress(Exception):  # what it holds may just be made anew
        world.broker.flush()


def _of_surroundings(world: World) -> list[Fault]:
    relay, dovecot = world.relay, world.dovecot
    found = [
        Fault("relay down", "", _between(relay.stop, relay.start, 1, 8)),
        Fault(
            "greylisting",
            "",
            _between(lambda: _set(relay, "greylists", True), lambda: _set(relay, "greylists", False), 2, 8),
        ),
        Fault(
            "answers lost",
            "relay",
            _between(lambda: _set(relay, "loses_answers", True), lambda: _set(relay, "loses_answers", False), 2, 6),
        ),
    ]
    if dovecot is not None:
        found.append(Fault("mailbox killed", "", _between(dovecot.kill, dovecot.start, 0, 3)))
        found.append(Fault("mailbox flaps", "", lambda chance: _flap(world, chance)))
    return found


def _flap(world: World, chance: random.Random) -> None:
    assert world.dovecot is not None
    for _ in range(chance.randint(2, 4)):
        world.dovecot.stop()
        time.sleep(chance.uniform(0.1, 0.6))
        world.dovecot.start()
        time.sleep(chance.uniform(0.1, 1.0))


def _of_clock(world: World) -> list[Fault]:
    def ahead(chance: random.Random) -> None:
        if world.leapt < LONGEST_LEAP:
            world.put_clock(timedelta(minutes=chance.choice((1, 5, 11, 31))))

    def back(chance: random.Random) -> None:
        world.put_clock(-timedelta(minutes=chance.choice((1, 5, 20))))

    return [Fault("clock leaps", "ahead", ahead), Fault("clock leaps", "back", back)]


def _set(thing: object, name: str, value: bool) -> None:
    setattr(thing, name, value)


def _between(
    breaks: Callable[[], object], mends: Callable[[], object], shortest: float, longest: float
) -> Callable[[random.Random], None]:
    """Break, and mend after some seconds."""

    def happen(chance: random.Random) -> None:
        breaks()
        try:
            time.sleep(chance.uniform(shortest, longest))
        finally:
            mends()

    return happen
