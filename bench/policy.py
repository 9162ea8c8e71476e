"""The arithmetic of deadlines on one core, and how soon the timers find what is due among very many that are not."""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Select, insert, text

from models.db import Database
from models.tables import CaseRow, ClockRow, StepRow
from models.values import CATEGORIES, LEVELS, CaseState, StepState
from routing import profile as profiles
from routing.clocks import plan
from routing.profile import Profile
from tests.servers.postgres import Postgres
from workers.cases.due import due_steps, late_clocks
from workers.timers import BATCH

ROUNDS = 5
CASES = 4000  # planned in one round, of all schemes
OPEN = 100_000  # clocks, and as many steps
DUE = 40  # of each are due
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


def _mix() -> list[tuple[Profile, int, str, str | None, str | None, datetime]]:
    """Cases of every scheme, level, category, tier and site class, in a year at any minute."""
    random = Random(1)
    schemes = [profiles.load(name) for name in profiles.names()]
    kinds = [
        (scheme, level, category, tier, site)
        for scheme in schemes
        for level, category, tier, site in product(
            LEVELS, CATEGORIES, scheme.tiers or (None,), scheme.site_classes or (None,)
        )
    ]
    chosen = [random.choice(kinds) for _ in range(CASES)]
    return [(*kind, NOW - random.randrange(525_600) * timedelta(minutes=1)) for kind in chosen]


def deadlines() -> list[str]:
    """Rows of a Markdown table: deadlines a second by `plan`, all schemes together and each by itself."""
    mix = _mix()
    parts = {"all schemes": mix} | {name: [case for case in mix if case[0].name == name] for name in profiles.names()}
    rows = ["| scheme | cases | deadlines | deadlines/s, one core |", "|---|---|---|---|"]
    for name, cases in parts.items():
        rates = [_rate(cases) for _ in range(ROUNDS)]
        counted = _count(cases)
        rows.append(f"| {name} | {len(cases)} | {counted} | {median(rates):.0f} |")
    return rows


def _rate(cases: list[tuple[Profile, int, str, str | None, str | None, datetime]]) -> float:
    started = time.process_time()
    count = _count(cases)
    return count / (time.process_time() - started)


def _count(cases: list[tuple[Profile, int, str, str | None, str | None, datetime]]) -> int:
    return sum(len(plan(scheme, level, at, category, tier, site)) for scheme, level, category, tier, site, at in cases)


def lookups() -> list[str]:
    """Rows of a Markdown table: how long the timers take to find what is due, with the index and without."""
    rows = ["| database | query | with the index | every row read | ratio |", "|---|---|---|---|---|"]
    for name, opened in {"SQLite": sqlite, "PostgreSQL": postgresql}.items():
        with opened() as database:
            if database is None:
                rows.append(f"| {name} | no server here | | | |")
                continue
            _fill(database)
            for what, query in {"late clocks": late_clocks(NOW, BATCH), "due steps": due_steps(NOW, BATCH)}.items():
                walked, scanned = _times(database, query)
                rows.append(
                    f"| {name} | {what}, {DUE} of {OPEN} | {walked * 1000:.2f} ms | {scanned * 1000:.1f} ms"
                    f" | {scanned / walked:.0f} |"
                )
    return rows


@contextmanager
def sqlite() -> Iterator[Database | None]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.migrate()
        yield database
        database.close()


@contextmanager
def postgresql() -> Iterator[Database | None]:
    try:
        server = Postgres()
    except AssertionError:  # no server is installed
        yield None
        return
    with server:
        database = Database(server.url(server.create()))
        database.migrate()
        yield database
        database.close()


def _fill(database: Database) -> None:
    """Open cases with clocks and steps that will be due within a year, a few that are, and as many that are over."""
    with database.transaction() as session:
        session.execute(insert(CaseRow), [_case(number) for number in range(1, OPEN // 10 + 1)])
        for is_over in (False, True):
            for start in range(0, OPEN, 10_000):
                numbers = range(start, start + 10_000)
                session.execute(insert(ClockRow), [_clock(number, is_over) for number in numbers])
                session.execute(insert(StepRow), [_step(number, is_over) for number in numbers])
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _due_at(number: int) -> datetime:
    return NOW + (-timedelta(minutes=number + 1) if number < DUE else YEAR * number / OPEN)


def _case(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "state": CaseState.IN_PROGRESS,
        "level": 1 + number % 4,
        "category": CATEGORIES[number % 12],
        "level_name": "",
        "process": "fault",
        "confidence": 1.0,
        "needs_review": False,
        "language": "en",
        "channel": "email",
        "subject": "",
        "profile": "yilong",
        "profile_version": "",
        "assigned_team": "incident",
        "missing": [],
        "created_at": NOW,
    }


def _clock(number: int, is_over: bool) -> dict[str, Any]:
    due_at = _due_at(number) - (YEAR if is_over else timedelta())
    return {
        "case_id": 1 + number % (OPEN // 10),
        "name": "solve",
        "starts_at": due_at,
        "due_at": due_at,
        "met_at": due_at if is_over else None,
        "because": "",
    }


def _step(number: int, is_over: bool) -> dict[str, Any]:
    return {
        "case_id": 1 + number % (OPEN // 10),
        "name": f"step {number}",
        "lap": int(is_over),
        "clock": "solve",
        "planned_at": _due_at(number),
        "due_at": None if is_over else _due_at(number),
        "state": StepState.DONE if is_over else StepState.WAITING,
        "told": [],
    }


_BLIND = (
    "SET LOCAL enable_indexscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_indexonlyscan = off",
)


def _times(database: Database, query: Select[int]) -> tuple[float, float]:
    """Medians of the seconds of the query as the timers ask it, and of the same one that may use no index."""
    if database.engine.dialect.name != "sqlite":
        return _median(database, query), _median(database, query, _BLIND)
    sql = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
    return _median(database, query), _median(database, text(re.sub(r"FROM (\w+)", r"FROM \1 NOT INDEXED", sql)))


def _median(database: Database, query: Any, settings: tuple[str, ...] = ()) -> float:
    seconds = []
    for _ in range(5 * ROUNDS):
        with database.reading() as session:
            for setting in settings:
                session.execute(text(setting))
            started = time.perf_counter()
            found = session.execute(query).all()
            seconds.append(time.perf_counter() - started)
            assert len(found) == DUE
    return median(seconds)


def run() -> list[str]:
    """Both tables."""
    return [*deadlines(), "", *lookups()]


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")
