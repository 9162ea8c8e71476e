"""Timers in processes of their own, by a moved clock; they are killed and started again."""

import logging
import multiprocessing
import random
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

from models.db import Database
from models.errors import Temporary
from tests.simulation.moved_clock import MovedClock
from workers.cases.office import Office
from workers.timers import Timers

ADDRESS = "support@firstline.example"
_LOOK_SECONDS, _LISTEN_SECONDS = 0.25, 0.001
_context = multiprocessing.get_context("forkserver")


def office_at(clock: Callable[[], datetime]) -> Office:
    """The desk's office; who cannot be told has nobody in his place, so that the next rung is told."""
    return Office(clock, (ADDRESS,), b"simulated", means=frozenset({"email", "sms", "voice"}))


def watch(url: str, clock_file: Path) -> None:
    """Look for what is due, again and again, until the process is killed or its world is gone."""
    logging.disable(logging.WARNING)
    clock = MovedClock(clock_file)
    timers = Timers(Database(url), office_at(clock))
    world = multiprocessing.parent_process()
    while world is not None and world.is_alive():
        heard = clock.rung
        try:
            timers.run()
        except Temporary:
            continue
        until = time.monotonic() + _LOOK_SECONDS
        while clock.rung == heard and time.monotonic() < until:
            time.sleep(_LISTEN_SECONDS)


class TimerProcesses:
    """So many processes that run the timers at once."""

    def __init__(self, url: str, clock_file: Path, number: int) -> None:
        _context.set_forkserver_preload([__name__, "workers.cases.work", "routing.clocks"])
        self._arguments = url, clock_file
        self.kills = 0
        self._processes = [self._start() for _ in range(number)]

    def kill_one(self, random_: random.Random) -> None:
        """End one as a power cut does (SIGKILL), wherever it is; another takes its place."""
        place = random_.randrange(len(self._processes))
        self._processes[place].kill()
        self._processes[place].join()
        self._processes[place] = self._start()
        self.kills += 1

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()

    def _start(self) -> BaseProcess:
        process = _context.Process(target=watch, args=self._arguments, daemon=True)
        process.start()
        return process
