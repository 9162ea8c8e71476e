"""What `/readyz` says: what this process cannot do without, and what else somebody has to look at."""

from collections.abc import Callable
from pathlib import Path

from models.db import Database
from models.errors import Temporary
from workers.basics import utc_now
from workers.wakeups import Wakeups


class Readiness:
    """Asked by whoever sends work to this process. `not_ready` holds by name what is still to come (why) and what has
    come (empty); the parts change it as they start. `has_timers` is that the timers run in this process."""

    def __init__(self, database: Database, wakeups: Wakeups, data: Path, *, works: bool, has_timers: bool) -> None:
        self._database = database
        self._wakeups = wakeups
        self._data = data
        self._has_timers = has_timers
        waiting = {"broker": "not started yet", "model": "the classifier is still being loaded"}
        self.not_ready = waiting if works else {}
        self.workers: Callable[[], str] | None = (
            None  # what keeps all worker processes from working, where there are any
        )

    def needed(self) -> dict[str, str]:
        """By name, what is ready (empty) and what is not (why)."""
        found = {"database": self._database_problem(), **self.not_ready}
        if self.workers is not None and not self.not_ready["model"]:
            found["workers"] = self._workers_problem(self.workers())
        # Where another process has the timers, a ladder that stands is no reason to send nobody here.
        return found | ({"timers": self._timers_problem()} if self._has_timers else {})

    def remarks(self) -> dict[str, str]:
        """By name, what we can do without, and what is wrong with it where something is."""
        from workers import stuck  # noqa: PLC0415 - brings the life of a case, which a process for mail alone does without

        found = {"broker": self._wakeups.problem()} if self._wakeups.has_broker else {}
        found |= {"disk": stuck.disk(self._data)}
        if not self._has_timers:
            found["timers"] = self._timers_problem()
        try:
            with self._database.reading() as session:
                return found | stuck.remarks(session, utc_now())
        except Temporary:
            return found  # which the check of the database says

    def _workers_problem(self, because: str) -> str:
        return because and (
            f"no worker process runs ({because}): what arrives is stored, and worked on as soon as one does; another "
            "try comes within ten seconds"
        )

    def _timers_problem(self) -> str:
        from workers import audit  # noqa: PLC0415 - as above

        try:
            with self._database.reading() as session:
                return audit.problem(session, utc_now())
        except Temporary:
            return ""  # as above

    def _database_problem(self) -> str:
        try:
            has_tables = self._database.revision() is not None
        except Temporary as error:
            return (
                f"{error}: see that the database runs and can be reached; what senders bring comes again, and all goes "
                "on by itself"
            )
        if not has_tables:
            return (
                "the database holds no tables of ours: it was emptied, or replaced, while this process ran; restore a "
                "backup (docs/backup.md), or restart Firstline, which makes them anew; mail is answered with 451 "
                "until then"
            )
        return ""
