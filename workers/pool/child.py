"""A worker process of `firstline up`: it works on reports, and asks the other for its turn at SQLite.

`main` is all that the process runs; it is given the descriptor of the socket that the other is at, or several: then it
is as many processes once the classifier is loaded, which all of them share.
"""

import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection

from models.errors import FirstlineError
from models.turns import TurnNotReached
from routing import scheme_files
from workers import logs
from workers.basics import secret
from workers.broker import REPORTS, Broker
from workers.compose import make_desk
from workers.garbage import spare_garbage_collector
from workers.patience import is_left_behind
from workers.pool import messages
from workers.pool.line import Line
from workers.runner import Runner
from workers.storage import open_database
from workers.swapping import SwappingClassifier
from workers.tracing.traces import make_traces
from workers.warm_up import warm_up

_LEFT_ALONE = 1  # exit status


class AskedTurns:
    """Turns at SQLite that the other process gives, in one line with its own writers."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._alone = threading.Lock()
        self._granted: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def answered(self, message: messages.Granted) -> None:
        self._granted.put(message.is_its_turn)

    @contextmanager
    def turn(self, seconds: float, gives_way: bool = False) -> Iterator[None]:
        """As `models.turns.Turns.turn`."""
        if not self._alone.acquire(timeout=seconds):
            raise TurnNotReached
        try:
            self._line.send(messages.Turn(seconds, gives_way))
            if not self._granted.get():
                raise TurnNotReached
            try:
                yield
            finally:
                self._line.send(messages.Written())
        finally:
            self._alone.release()


class Child:
    """The work, and what comes over the line."""

    def __init__(self, line: Line, start: messages.Start, classifier: SwappingClassifier) -> None:
        self._line = line
        self._classifier = classifier
        self._turns = AskedTurns(line)
        self._stopping = threading.Event()
        self._outcomes: list[tuple[str, datetime]] = []
        settings = start.settings
        threading.Thread(target=self._listen, name="line", daemon=True).start()
        self._database = open_database(settings, self._turns)
        self._traces = make_traces(settings.traces_url, "worker", start.owner)
        desk = make_desk(settings, self._database, secret(settings, "token_key").encode(), classifier=classifier)
        self._runner = Runner(
            desk,
            start.owner,
            self._tell,
            lambda *outcome: self._outcomes.append(outcome),
            traces=self._traces,
            more=lambda: line.send(messages.More()),
        )
        self._broker = Broker({REPORTS: self._work}, threads=1)

    def run(self) -> None:
        """Work until the other says to stop."""
        self._broker.start()
        self._line.send(messages.Ready(os.getpid(), self._classifier.failed))
        self._line.send(messages.Idle())
        self._stopping.wait()
        self._runner.stop()
        self._broker.stop()
        self._traces.close()
        self._database.close()

    def _work(self) -> None:
        try:
            self._runner.run()
        finally:
            if is_left_behind():  # no thread can be ended from outside, but a process can
                self._line.send(messages.Failed("a report hung it"))
                self._stopping.set()
            else:
                self._line.send(messages.Idle())

    def _tell(self) -> None:
        outcomes, self._outcomes = tuple(self._outcomes), []
        self._line.send(messages.Worked(outcomes, self._classifier.failed))

    def _listen(self) -> None:
        try:
            while True:
                match self._line.receive():
                    case messages.Wake():
                        self._broker.wake(REPORTS)
                    case messages.Granted() as granted:
                        self._turns.answered(granted)
                    case messages.Stop():
                        self._stopping.set()
        except (EOFError, OSError):
            # Whoever it worked for is gone, as in a power cut: what is not committed is done by the next.
            os._exit(_LEFT_ALONE)


def main(*descriptors: int) -> None:
    """Work for whoever is at the other ends of these sockets, a process for each, until he says stop or is no more."""
    connection = Connection(descriptors[0])
    line = Line(connection)
    start = _start(line)
    logs.configure(start.settings.log_level, start.settings.log_format)
    scheme_files.use(start.schemes)
    try:
        classifier = SwappingClassifier(start.settings)
        warm_up(start.settings, classifier)
        spare_garbage_collector()
        if (mine := _share(descriptors)) != descriptors[0]:
            connection.close()
            line = Line(Connection(mine))
            start = _start(line)
        child = Child(line, start, classifier)
    except FirstlineError as error:
        line.send(messages.Failed(str(error)))
        return
    child.run()


def _start(line: Line) -> messages.Start:
    """What it works by; without it, whoever had it started is gone."""
    try:
        start = line.receive()
    except (EOFError, OSError):
        sys.exit(_LEFT_ALONE)
    assert isinstance(start, messages.Start)
    return start


def _share(descriptors: Sequence[int]) -> int:
    """Be as many processes as there are descriptors; returns that of this one. There are no threads yet, and no
    connection that two could use. Only the first is left to be closed by its owner."""
    if len(descriptors) > 1:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for those that end
    mine = descriptors[0]
    for other in descriptors[1:]:
        if os.fork() == 0:
            mine = other
            break
    for other in descriptors[1:]:
        if other != mine:
            os.close(other)
    return mine
