"""Starts worker processes."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection

_CHILD = "workers.pool.child"


def spawn(count: int) -> tuple["subprocess.Popen[bytes]", list[Connection]]:
    """Start a process that becomes so many when it has loaded the classifier; returns it, and the lines to them."""
    pairs = [socket.socketpair() for _ in range(count)]
    theirs = [its.fileno() for _, its in pairs]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _program(theirs)], pass_fds=theirs, stdin=subprocess.DEVNULL
    )
    for _, its in pairs:
        its.close()
    return process, [Connection(ours.detach()) for ours, _ in pairs]


def _program(descriptors: Sequence[int]) -> str:
    """What the process runs: this program, found where it was found here, not where the interpreter would look. What is
    sent to a whole group of processes to end them is for us, who say when to stop."""
    path = [each or os.getcwd() for each in sys.path]
    return "\n".join(
        (
            "import signal, sys",
            "signal.signal(signal.SIGINT, signal.SIG_IGN)",
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
            f"sys.path[:] = {path!r}",
            "from workers.garbage import collect_seldom",
            "collect_seldom()",
            f"from {_CHILD} import main",
            f"main(*{tuple(descriptors)!r})",
        )
    )
