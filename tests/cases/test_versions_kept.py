"""The schemes are written down at every start, by however many processes start together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import ProfileVersionRow
from routing import profile as profiles
from tests.conftest import Clock
from workers.cases.office import keep_versions

pytestmark = pytest.mark.every_backend


def test_processes_that_start_together_keep_each_scheme_once(database: Database, clock: Clock) -> None:
    together = Barrier(4)

    def start(_: int) -> None:
        together.wait()
        keep_versions(database, clock())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))

    with database.reading() as session:
        kept = sorted(session.scalars(select(ProfileVersionRow.name)))
    assert kept == sorted(profiles.names())


def test_a_scheme_keeps_the_day_it_was_first_seen(database: Database, clock: Clock) -> None:
    since = clock()
    keep_versions(database, since)
    keep_versions(database, since + timedelta(days=3))

    with database.reading() as session:
        assert set(session.scalars(select(ProfileVersionRow.since))) == {since}
