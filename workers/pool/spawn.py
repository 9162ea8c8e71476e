"""Starts worker processes. They load for longer than anything else does: who starts them needs to import no more."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from models.settings import Settings

_CHILD = "workers.pool.child"
# On SQLite they write in turns with everybody else, which is about a third of the time of a report; and each takes
# memory for a classifier.
_MOST = 3


def count_of(settings: Settings) -> int:
    """How many there are to be: what is set, else as many as this process has processors, but none beside the only
    one, and a few at most."""
    if settings.processes is not None:
        return settings.processes
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, _MOST) if processors > 1 else 0


@dataclass(frozen=True, slots=True)
class Spawned:
    """A process that becomes as many as there are connections when it has loaded the classifier, and the lines to
    them."""

    process: "subprocess.Popen[bytes]"
    connections: Sequence["Connection[Any, Any]"]

    def end(self) -> None:
        """Before it has been given anything to do."""
        for connection in self.connections:
            connection.close()
        self.process.kill()
        self.process.wait()


def spawn(count: int) -> Spawned:
    """Start a process that becomes so many."""
    pairs = [socket.socketpair() for _ in range(count)]
    theirs = [its.fileno() for _, its in pairs]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _program(theirs)], pass_fds=theirs, stdin=subprocess.DEVNULL
    )
    for _, its in pairs:
        its.close()
    return Spawned(process, [Connection(ours.detach()) for ours, _ in pairs])


def _program(descriptors: Sequence[int]) -> str:
    """What the process runs: this program, found where it was found here, not where the interpreter would look. What is
    sent to a whole group of processes to end them is for us, who say when to stop."""
    path = [each or os.getcwd() for each in sys.path]
    return "\n".join(
        (
            "import signal, sys",
            "signal.signal(signal.SIGINT, signal.SIG_IGN)",
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
            "signal.signal(signal.SIGHUP, signal.SIG_IGN)",
            f"sys.path[:] = {path!r}",
            "from workers.garbage import collect_seldom",
            "collect_seldom()",
            f"from {_CHILD} import main",
            f"main(*{tuple(descriptors)!r})",
        )
    )
