"""One worker process as `firstline up` sees it: started, heard, given its turns, replaced where it ends by itself."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Protocol

from models.queue import LEASE
from models.settings import Settings
from models.turns import TakesTurns, TurnNotReached
from workers.pool.messages import (
    Failed,
    Granted,
    Idle,
    Line,
    More,
    Ready,
    Start,
    Stop,
    Turn,
    Wake,
    Worked,
    Written,
)

log = logging.getLogger(__name__)


class Told(Protocol):
    """Whom a member tells what it hears."""

    def idle(self, member: "Member") -> None:
        """It has nothing to do."""

    def more(self) -> None:
        """There may be work for another one, too."""

    def worked(self, outcomes: Sequence[tuple[str, datetime]]) -> None:
        """The outcome of each report of a batch, and when it had been received."""

    def lost(self, member: "Member", owner: str) -> None:
        """Its process is no more; it had claimed under that name."""


# Who has had its turn for as long hangs in it: nobody else writes meanwhile, and its claims are not its own any more.
_TURN_SECONDS = LEASE.total_seconds()
# One that ends at once will most likely do so again.
_SOONEST_SECONDS, _LATEST_SECONDS = 0.5, 10.0
_LIVED_SECONDS = 10.0
_STOP_SECONDS = 10.0
_CHILD = "workers.pool.child"


def start(count: int) -> tuple["subprocess.Popen[bytes]", list[Connection]]:
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
            f"from {_CHILD} import main",
            f"main(*{tuple(descriptors)!r})",
        )
    )


class Member:
    """The process at one place of the pool, and the thread that hears it. `turns` are those at SQLite, None elsewhere.
    Of what it says it makes itself only what is needed to go on."""

    def __init__(self, settings: Settings, owner: str, turns: TakesTurns | None, told: Told) -> None:
        self._start = Start(settings, owner)
        self._turns, self._told = turns, told
        self._connection: Connection | None = None
        self._line: Line | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0  # as it says itself, once it is ready
        self._because = ""  # what a process has said before it ended
        self._stopping = threading.Event()
        self.problem = "it is still loading the classifier"
        self.has_answered = threading.Event()  # ready, or failed for the first time
        self._thread = threading.Thread(target=self._run, name=owner, daemon=True)

    def start(self, process: "subprocess.Popen[bytes] | None", connection: Connection) -> None:
        """Hear the process at the other end of that connection: `process`, or one that this has become."""
        self._process, self._connection = process, connection
        self._thread.start()

    def wake(self) -> None:
        """Have it look for work."""
        self._send(Wake())

    def ask_to_stop(self) -> None:
        """It ends after the batch it is at."""
        self._stopping.set()
        self._send(Stop())

    def join(self) -> None:
        """Wait until it has ended, or end it; one that is still loading has begun nothing."""
        if not self.has_answered.is_set():
            self._kill()
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            self._kill()
            self._thread.join()

    def _run(self) -> None:
        pause = _SOONEST_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._live()
            except Exception as error:
                log.error("worker_lost", exc_info=error, extra={"worker": self._start.owner})
            self.has_answered.set()
            if self._stopping.is_set():
                return
            has_lived = time.monotonic() - began > _LIVED_SECONDS
            pause = _SOONEST_SECONDS if has_lived else min(2 * pause, _LATEST_SECONDS)
            self._stopping.wait(pause)

    def _live(self) -> None:
        """From its start to its end."""
        self._because, self._pid = "", 0
        if self._connection is None:
            self._process, [self._connection] = start(1)
        line, self._connection = Line(self._connection), None
        try:
            line.send(self._start)
            self._line = line
            if self._stopping.is_set():
                self._send(Stop())  # which came too early for it
            self._hear(line)
        except (EOFError, OSError):
            pass
        finally:
            self._line = None
            self._end(line)

    def _hear(self, line: Line) -> None:
        while True:
            match line.receive():
                case Turn(seconds, gives_way):
                    self._give_turn(line, seconds, gives_way)
                case other:
                    self._heard(other)

    def _heard(self, message: object) -> None:
        match message:
            case Ready(pid):
                self.problem, self._pid = "", pid
                self.has_answered.set()
                log.info("worker_ready", extra={"worker": self._start.owner, "pid": pid})
            case Failed(because):
                self._because = because
            case Worked(outcomes):
                self._told.worked(outcomes)
            case More():
                self._told.more()
            case Idle():
                self._told.idle(self)

    def _give_turn(self, line: Line, seconds: float, gives_way: bool) -> None:
        assert self._turns is not None
        try:
            with self._turns.turn(seconds, gives_way):
                line.send(Granted(True))
                try:
                    while not isinstance(message := line.receive(_TURN_SECONDS), Written):
                        self._heard(message)
                except TimeoutError:
                    log.error("worker_hangs", extra={"worker": self._start.owner})
                    self._kill()
        except TurnNotReached:
            line.send(Granted(False))

    def _end(self, line: Line) -> None:
        """See that it is no more, and give back what it was at."""
        line.close()
        status = self._status() if self._process is not None else None
        self._process, self._pid = None, 0
        if self._stopping.is_set():
            return
        self.problem = self._because or f"a worker process ended by itself with status {status}; see the log"
        log.error("worker_ended", extra={"worker": self._start.owner, "status": status, "because": self.problem})
        self._told.lost(self, self._start.owner)

    def _status(self) -> int:
        assert self._process is not None
        try:
            return self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _kill(self) -> None:
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        elif self._process is not None:
            self._process.kill()

    def _send(self, message: object) -> None:
        line = self._line
        if line is not None:
            with suppress(OSError):  # its end is noticed where it is heard
                line.send(message)
