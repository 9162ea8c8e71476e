"""What `/readyz` says: what this process cannot do without, and what else somebody has to look at."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from models.db import Database
from models.errors import Temporary
from workers import audit, stuck
from workers.wakeups import Wakeups


class Readiness:
    """Asked by whoever sends work here. `waits` has, by name, what is still missing while the process starts, and is
    changed by it; `has_timers` is that the timers run in this process."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        data: Path,
        wakeups: Wakeups,
        waits: Mapping[str, str],
        has_timers: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._data = data
        self._wakeups = wakeups
        self._waits = waits
        self._has_timers = has_timers

    def needed(self) -> dict[str, str]:
        """By name, what is ready (empty) and what is not (why)."""
        found = {"database": self._database_problem(), **self._waits}
        # Where another process has the timers, a ladder that stands is no reason to send nobody here.
        return found | ({"timers": self._timers_problem()} if self._has_timers else {})

    def remarks(self) -> dict[str, str]:
        """By name, what we can do without, and what is wrong with it where something is."""
        found = {"broker": self._wakeups.problem()} if self._wakeups.has_broker else {}
        found |= {"disk": stuck.disk(self._data)}
        if not self._has_timers:
            found["timers"] = self._timers_problem()
        try:
            with self._database.reading() as session:
                return found | stuck.remarks(session, self._clock())
        except Temporary:
            return found  # which the check of the database says

    def _timers_problem(self) -> str:
        try:
            with self._database.reading() as session:
                return audit.problem(session, self._clock())
        except Temporary:
            return ""  # as above

    def _database_problem(self) -> str:
        try:
            with self._database.reading() as session:
                session.execute(text("SELECT 1"))
        except Temporary as error:
            return (
                f"{error}: see that the database runs and can be reached; what senders bring comes again, and all goes "
                "on by itself"
            )
        return ""
