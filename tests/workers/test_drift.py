"""The drift watch in the metrics."""

from datetime import timedelta

import pytest
from prometheus_client.core import Metric

from models.db import Database
from models.tables import CaseRow
from routing import profile
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from workers import drift
from workers.cases.correct import correct
from workers.learning import Correction

pytestmark = pytest.mark.every_backend


def values(metrics: list[Metric], name: str) -> dict[tuple[str, ...], float]:
    (metric,) = [metric for metric in metrics if metric.name == name]
    return {tuple(sample.labels.values()): sample.value for sample in metric.samples}


def gauges(database: Database, clock: Clock) -> list[Metric]:
    with database.reading() as session:
        return drift.gauges(session, clock())


def test_the_week_and_what_was_before_it_are_told_apart(database: Database, clock: Clock) -> None:
    old, new, asked = case(clock() - timedelta(days=10), level=4), case(clock(), level=1), case(clock(), level=1)
    asked.classifications[0].needs_review = True
    for one in (old, new, asked):
        store(database, one)
    clock.forward(minutes=1)
    with database.transaction() as session:
        fixed = session.get_one(CaseRow, 2)
        correct(session, fixed, Correction(2, "data", "ann", ""), make_office(clock), profile.load("yilong"), clock())
    clock.forward(minutes=1)

    found = gauges(database, clock)

    reports = values(found, "firstline_classifier_reports")
    assert (reports["week", "1"], reports["week", "4"], reports["week", "hardware"]) == (2, 0, 2)
    assert (reports["before", "1"], reports["before", "4"]) == (0, 1)
    assert values(found, "firstline_classifier_review_share") == {("week",): 0.5, ("before",): 0.0}
    assert values(found, "firstline_classifier_correction_share") == {("week",): 0.5, ("before",): 0.0}


def test_a_case_counts_once_by_what_people_said_in_the_end(database: Database, clock: Clock) -> None:
    for _ in range(4):
        store(database, case(clock(), level=3))
    clock.forward(minutes=1)
    with database.transaction() as session:
        office, yilong = make_office(clock), profile.load("yilong")
        fought_over, corrected_back = session.get_one(CaseRow, 1), session.get_one(CaseRow, 2)
        for one, level in (
            (fought_over, 1),
            (fought_over, 2),
            (fought_over, 1),
            (corrected_back, 1),
            (corrected_back, 3),
        ):
            correct(session, one, Correction(level, "hardware", "ann", ""), office, yilong, clock())
    clock.forward(minutes=1)

    found = gauges(database, clock)

    assert values(found, "firstline_classifier_correction_share")["week",] == 0.25


def test_a_desk_without_reports_has_no_shares(database: Database, clock: Clock) -> None:
    found = gauges(database, clock)

    assert set(values(found, "firstline_classifier_review_share").values()) == {0.0}
    assert set(values(found, "firstline_classifier_reports").values()) == {0}
