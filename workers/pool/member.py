"""One worker process as `firstline up` sees it: started, heard, given its turns, replaced where it ends by itself."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from models.queue import LEASE
from models.settings import Settings
from models.turns import TakesTurns, TurnNotReached
from routing import scheme_files
from workers.pool import messages
from workers.pool.line import Line
from workers.pool.spawn import spawn

log = logging.getLogger(__name__)


class Told(Protocol):
    """Whom a member tells what it hears."""

    def idle(self, member: "Member") -> None:
        """It has nothing to do."""

    def wake(self) -> None:
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
# One that is killed while it loads, for want of memory say, is replaced; after so many nobody waits for it any more.
_STARTS = 3
_STOP_SECONDS = 10.0


class Member:
    """The process at one place of the pool, and the thread that hears it. `turns` are those at SQLite, None elsewhere.
    Of what it says it makes itself only what is needed to go on."""

    def __init__(self, settings: Settings, owner: str, turns: TakesTurns | None, told: Told) -> None:
        self._start = messages.Start(settings, owner, scheme_files.own())
        self._turns, self._told = turns, told
        self._connection: Connection | None = None
        self._line: Line | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0  # as it says itself, once it is ready
        self._because = ""  # what a process has said before it ended
        self._stopping = threading.Event()
        self.problem = "it is still loading the classifier"
        self.failed: Path | None = None  # the folder of the classifier that it could not load
        self.refused = ""  # why it will most likely never be ready
        self.has_answered = threading.Event()  # ready, or refused
        self._thread = threading.Thread(target=self._run, name=owner, daemon=True)

    def start(self, process: "subprocess.Popen[bytes] | None", connection: Connection) -> None:
        """Hear the process at the other end of that connection: `process`, or one that this has become."""
        self._process, self._connection = process, connection
        self._thread.start()

    def wake(self) -> None:
        """Have it look for work."""
        self._send(messages.Wake())

    def ask_to_stop(self) -> None:
        """It ends after the batch it is at."""
        self._stopping.set()
        self._send(messages.Stop())

    def join(self) -> None:
        """Wait until it has ended, or end it; one that is still loading has begun nothing."""
        if not self.has_answered.is_set():
            self._kill()
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            self._kill()
            self._thread.join()

    def _run(self) -> None:
        pause, starts = _SOONEST_SECONDS, 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._live()
            except Exception as error:
                log.error("worker_lost", exc_info=error, extra={"worker": self._start.owner})
            starts += 1
            if self._stopping.is_set() or (not self.has_answered.is_set() and (self._because or starts >= _STARTS)):
                self.refused = self.problem
                self.has_answered.set()
            has_lived = time.monotonic() - began > _LIVED_SECONDS
            pause = _SOONEST_SECONDS if has_lived else min(2 * pause, _LATEST_SECONDS)
            self._stopping.wait(pause)

    def _live(self) -> None:
        """From its start to its end."""
        self._because, self._pid = "", 0
        if self._connection is None:
            spawned = spawn(1)
            self._process, [self._connection] = spawned.process, spawned.connections
        line, self._connection = Line(self._connection), None
        try:
            line.send(self._start)
            self._line = line
            if self._stopping.is_set():
                self._send(messages.Stop())  # which came too early for it
            self._hear(line)
        except (EOFError, OSError):
            pass
        finally:
            self._line = None
            self._end(line)

    def _hear(self, line: Line) -> None:
        while True:
            match line.receive():
                case messages.Turn(seconds, gives_way):
                    self._give_turn(line, seconds, gives_way)
                case other:
                    self._heard(other)

    def _heard(self, message: object) -> None:
        match message:
            case messages.Ready(pid, failed):
                self.problem, self._pid, self.failed = "", pid, failed
                self.has_answered.set()
                log.info("worker_ready", extra={"worker": self._start.owner, "pid": pid})
            case messages.Failed(because):
                self._because = because
            case messages.Worked(outcomes, failed):
                self.failed = failed
                self._told.worked(outcomes)
            case messages.More():
                self._told.wake()
            case messages.Idle():
                self._told.idle(self)

    def _give_turn(self, line: Line, seconds: float, gives_way: bool) -> None:
        assert self._turns is not None
        try:
            with self._turns.turn(seconds, gives_way):
                line.send(messages.Granted(True))
                try:
                    while not isinstance(message := line.receive(_TURN_SECONDS), messages.Written):
                        self._heard(message)
                except TimeoutError:
                    log.error("worker_hangs", extra={"worker": self._start.owner})
                    self._kill()
        except TurnNotReached:
            line.send(messages.Granted(False))

    def _end(self, line: Line) -> None:
        """See that it is no more, and give back what it was at."""
        line.close()
        status = self._status() if self._process is not None else None
        was_ready = self._pid != 0
        self._process, self._pid = None, 0
        if self._stopping.is_set():
            return
        self.problem = self._because or f"a worker process ended by itself with status {status}; see the log"
        log.error("worker_ended", extra={"worker": self._start.owner, "status": status, "because": self.problem})
        if was_ready:  # else it has claimed nothing, and the database may not be prepared yet
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
