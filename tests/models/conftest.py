"""The queue as the workers use it, and a folder for settings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from models import queue, set_aside
from models.db import Database
from models.queue import LEASE, Claimed
from models.tables import ReportRow
from tests.conftest import Clock
from tests.factories import report


class Work:
    """The queue as a worker uses it: one transaction a step."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def arrive(self, *external_ids: str, **changes: Any) -> list[str]:
        reports = [report(external_id, received_at=self.clock(), **changes) for external_id in external_ids]
        with self.database.transaction() as session:
            return [receipt.report_id for receipt in queue.add(session, reports)]

    def claim(self, owner: str = "one", limit: int = 50) -> list[Claimed]:
        with self.database.transaction() as session:
            return queue.claim(session, owner, self.clock(), limit)

    def finish(self, claimed: Sequence[Claimed]) -> list[str]:
        """The ids of the reports whose end could be written."""
        with self.database.transaction() as session:
            rows = queue.held(session, claimed)
            for row in rows.values():
                queue.finish(row, "case", "it is new", self.clock())
            return list(rows)

    def fail(self, claimed: Sequence[Claimed]) -> None:
        with self.database.transaction() as session:
            for row in queue.held(session, claimed).values():
                queue.fail(row, "ValueError: no", self.clock())

    def postpone(self, claimed: Sequence[Claimed]) -> None:
        with self.database.transaction() as session:
            for row in queue.held(session, claimed).values():
                queue.postpone(row, "the database is locked", self.clock())

    def release(self, owner: str) -> int:
        with self.database.transaction() as session:
            return queue.release(session, owner, self.clock())

    def row(self, report_id: str) -> ReportRow:
        with self.database.reading() as session:
            return session.get_one(ReportRow, report_id)

    def retry(self, report_id: str) -> None:
        with self.database.transaction() as session:
            set_aside.retry(session.get_one(ReportRow, report_id), self.clock())

    def vanish(self, times: int) -> None:
        """A worker claims what is due and is never seen again, so many times."""
        for _ in range(times):
            assert self.claim("dead")
            self.clock.forward(seconds=LEASE.total_seconds())


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder: no firstline.toml but the test's own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def work(database: Database, clock: Clock) -> Work:
    return Work(database, clock)
