"""A case that was merged is counted once, and what was broken for it is not hidden."""

from datetime import timedelta

import pytest

from models.db import Database
from routing import profile
from tests.conftest import Clock, make_office
from tests.workers.reports.serving import customer, served
from workers.cases.joining import Joining
from workers.reports.documents import Documents
from workers.reports.monthly import MonthlyReport, customers_with_cases, month_of, monthly_report

pytestmark = pytest.mark.every_backend


def report(database: Database, clock: Clock) -> MonthlyReport:
    with database.reading() as session:
        [bank] = customers_with_cases(session, month_of("2026-11"), profile.load("yilong"))
        return monthly_report(session, bank, month_of("2026-11"), None, profile.load("yilong"), clock())


@pytest.fixture
def merged(database: Database, clock: Clock) -> None:
    """Two cases that were served alike, each with one promise broken; FL-000002 goes on in FL-000001."""
    bank = customer(database)
    served(database, bank, clock(), cause=None, solution=None)
    served(database, bank, clock() + timedelta(hours=1))
    clock.forward(hours=8)
    joining = Joining(make_office(clock), lambda: pytest.fail("a merge classifies nothing"))
    with database.transaction() as session:
        joining.merge(session, 2, 1, "eve@firstline.example")


def test_two_cases_that_became_one_are_one_case(merged: None, database: Database, clock: Clock) -> None:
    found = report(database, clock)

    assert found.statistics.volumes.total == 1
    assert [record.number for record in found.records] == ["FL-000001"]


def test_a_promise_that_was_broken_for_the_duplicate_counts_as_broken(
    merged: None, database: Database, clock: Clock
) -> None:
    [record] = report(database, clock).records

    assert record.promises("missed").count("respond") == 2
    assert record.promises("kept").count("first_reply") == 1


def test_the_accident_report_of_the_duplicate_is_that_of_the_surviving_case(
    merged: None, database: Database, clock: Clock
) -> None:
    document = Documents(database, profile.load("yilong"), clock).accident(2, None)

    assert document is not None
    assert document.filename == "accident-FL-000001.html"
