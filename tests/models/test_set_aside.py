"""Two people who do something with one report at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import set_aside
from models.db import Database
from models.set_aside import NotSetAside
from models.tables import ReportRow
from models.values import ReportState
from tests.models.conftest import Work

pytestmark = pytest.mark.every_backend


def test_the_second_is_told_what_the_first_has_made_of_it(database: Database, work: Work) -> None:
    [report_id] = work.arrive("one")
    with database.transaction() as session:
        session.get_one(ReportRow, report_id).state = ReportState.SHUNTED
    first_has_it = threading.Event()

    def discard() -> None:
        first_has_it.wait(timeout=10)
        with database.transaction() as session:
            set_aside.discard(set_aside.take(session, report_id), "spam", "Bob", work.clock())

    with ThreadPoolExecutor(1) as thread:
        second = thread.submit(discard)
        with database.transaction() as session:
            set_aside.retry(set_aside.take(session, report_id), work.clock())
            first_has_it.set()
        with pytest.raises(NotSetAside, match="waiting"):
            second.result(timeout=20)

    assert work.row(report_id).state == ReportState.WAITING
