"""The timeline of a case, as its page is given it."""

import tracemalloc

import pytest

from console.pages.services import MailView
from console.pages.timeline import timeline
from models import queue
from models.db import Database
from models.tables import CaseRow, ReportRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.factories import report

pytestmark = pytest.mark.every_backend
_LARGE = 4 * 1024 * 1024


def test_of_many_large_mails_one_source_is_in_memory_at_a_time(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    for _ in range(10):
        with database.transaction() as session:
            [receipt] = queue.add(session, [report(content=b"x" * _LARGE)])
            session.get_one(ReportRow, receipt.report_id).case_id = 1
    sizes = []

    def read(source: bytes) -> MailView:
        sizes.append(len(source))
        return MailView([], None)

    with database.reading() as session:
        found = session.get_one(CaseRow, 1)
        tracemalloc.start()
        timeline(session, found, read)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert sizes.count(_LARGE) == 10
    assert peak < 5 * _LARGE
