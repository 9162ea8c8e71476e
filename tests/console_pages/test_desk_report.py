"""The report on the whole desk."""

import csv
from datetime import timedelta

import pytest

from console.auth.roles import Role
from models.db import Database
from models.tables import CustomerRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.workers.test_query_plans import plans


@pytest.mark.every_backend
def test_the_page_counts_the_cases_of_its_days_alone_each_once(log_in: LogIn, database: Database, clock: Clock) -> None:
    long_ago = case(clock() - timedelta(days=40))
    store(database, long_ago, case(clock() - timedelta(days=2), level=1), case(clock(), channel="phone"))
    store(database, case(clock(), merged_into=1))
    viewer = log_in(Role.VIEWER)

    month, quarter = viewer.page("/reports"), viewer.page("/reports?days=90")

    assert "2 cases" in text(month, "#volumes")
    assert "3 cases" in text(quarter, "#volumes")
    assert [row.text() for row in month.css(".bars tr") if "telephone" in row.text()] == ["telephone1"]


def test_a_promise_is_counted_where_it_is_decided(log_in: LogIn, database: Database, clock: Clock) -> None:
    kept, missed, running = (case(clock() - timedelta(days=3), level=1) for _ in range(3))
    for row in (kept, missed, running):
        row.clocks = row.clocks[:1]
    kept.clocks[0].met_at = kept.clocks[0].due_at
    missed.clocks[0].met_at = missed.clocks[0].due_at + timedelta(minutes=1)
    store(database, kept, missed, running)

    found = text(log_in(Role.VIEWER).page("/reports"), "#promises tbody")

    assert "yilong" in found
    assert "50 % 1/2" in found


def test_a_desk_without_cases_says_so(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/reports")

    assert "No case came in these days." in text(page, "#volumes")
    assert "Nothing here." in text(page, "#promises")


def test_the_figures_are_a_csv_in_which_no_name_is_a_formula(log_in: LogIn, database: Database, clock: Clock) -> None:
    row = case(clock())
    row.customer_id = 1
    with database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="=1+1"))
    store(database, row)

    answer = log_in(Role.VIEWER).get("/reports/desk.csv?days=7")

    lines = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert ["cases by customer", "'=1+1", "", "1"] in lines
    assert sum(int(line[3]) for line in lines if line[0] == "cases by day") == 1
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("path", ["/reports", "/reports/desk.csv"])
def test_the_days_are_read_along_indices(log_in: LogIn, database: Database, clock: Clock, path: str) -> None:
    store(database, case(clock()))
    viewer = log_in(Role.VIEWER)

    found = plans(database, lambda: viewer.get(path))

    assert any("ix_cases_created" in step for step in found)
    assert any("ix_clocks_due" in step for step in found)
    assert [step for step in found if step in ("SCAN cases", "SCAN clocks")] == []


def test_other_spans_are_refused(log_in: LogIn) -> None:
    assert log_in(Role.VIEWER).get("/reports?days=3650").status_code == 422
