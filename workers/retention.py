"""The rules of the settings by which things are forgotten, applied a little at a time."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from models import forgetting, retention
from models.db import Database
from models.forgetting import Walk
from models.settings import Settings

log = logging.getLogger(__name__)

PERIOD = timedelta(minutes=10)
# What is forgotten by a clock that is wrong never comes back. One of a machine that has just started is set right by
# then, and of one that stays wrong people hear, as each ladder climbs to its end.
STEADY = timedelta(hours=6)
_JUMP = timedelta(minutes=5)


def rules(settings: Settings) -> list[tuple[Walk, int]]:
    """The walks that these settings ask for, each with its days."""
    found = [(walk, getattr(settings, walk.setting)) for walk in forgetting.WALKS]
    return [(walk, days) for walk, days in found if days is not None]


class Keeper:
    """Forgets what the rules say. Any number of processes may: of two that look at once, one does. `ticks` are seconds
    that go on whatever the clock is set to."""

    def __init__(
        self, database: Database, wanted: Sequence[tuple[Walk, int]], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._rules = wanted
        self._ticks = ticks
        self._at: datetime | None = None
        self._began: datetime | None = None
        self._steady_since = timedelta()

    def look(self, now: datetime) -> None:
        """Forget one page of each rule, where it is time to, and the clock was not set for hours. Called often: there
        is more to do until there is not."""
        if not self._rules or not self._is_steady(now) or (self._at is not None and now < self._at <= now + PERIOD):
            return
        if not self.forget_page(now):
            self._at = now + PERIOD

    def forget_page(self, now: datetime, seen: Callable[[str, int], None] = lambda rule, count: None) -> bool:
        """One page of each rule, a transaction each; True where there may be more. `seen` is told how many were
        forgotten by which."""
        has_more = False
        for walk, days in self._rules:
            with self._database.transaction(gives_way=True) as session:
                page = retention.forget_next(session, walk, days, now)
            has_more = has_more or page.has_more
            seen(walk.name, page.forgotten)
            if page.forgotten:
                log.info("forgotten_by_age", extra={"rule": walk.name, "days": days, "count": page.forgotten})
        return has_more

    def would_forget(self, now: datetime) -> dict[str, int]:
        """By rule, how many would go; nothing is changed."""
        with self._database.reading() as session:
            return {walk.name: retention.would_forget(session, walk, days, now) for walk, days in self._rules}

    def _is_steady(self, now: datetime) -> bool:
        """True where the clock has gone on as time does for long enough."""
        passed = timedelta(seconds=self._ticks())
        began, self._began = self._began, now - passed
        if began is None or abs(self._began - began) > _JUMP:
            self._steady_since = passed
            if began is not None:
                log.warning("clock_jumped", extra={"seconds": round((self._began - began).total_seconds())})
        return passed - self._steady_since >= STEADY
