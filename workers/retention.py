"""The rules of the settings by which things are forgotten, applied a little at a time."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from models import forgetting, retention
from models.db import Database
from models.forgetting import Walk
from models.settings import Settings

log = logging.getLogger(__name__)

PERIOD = timedelta(minutes=10)


def rules(settings: Settings) -> list[tuple[Walk, int]]:
    """The walks that these settings ask for, each with its days."""
    found = [(walk, getattr(settings, walk.setting)) for walk in forgetting.WALKS]
    return [(walk, days) for walk, days in found if days is not None]


class Keeper:
    """Forgets what the rules say. Any number of processes may: of two that look at once, one does."""

    def __init__(self, database: Database, wanted: Sequence[tuple[Walk, int]]) -> None:
        self._database = database
        self._rules = wanted
        self._at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Forget one page of each rule, where it is time to. Called often: there is more to do until there is not."""
        if not self._rules or (self._at is not None and now < self._at <= now + PERIOD):
            return
        if not self.forget_page(now):
            self._at = now + PERIOD

    def forget_page(self, now: datetime, seen: Callable[[str, int], None] = lambda rule, count: None) -> bool:
        """One page of each rule, a transaction each; True where there may be more. `seen` is told how many were
        forgotten by which."""
        has_more = False
        for walk, days in self._rules:
            with self._database.transaction() as session:
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
