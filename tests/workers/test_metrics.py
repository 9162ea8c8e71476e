"""What a process counts stands at 0 before it has happened: alarms go by the increase."""

import re
from datetime import timedelta

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import report, store
from workers.metrics import Metrics


def counted(metrics: Metrics) -> dict[str, float]:
    found = re.findall(r"^(firstline_\w+_total\{.+?\}) (\S+)$", metrics.text().decode(), re.MULTILINE)
    return {series: float(value) for series, value in found}


def test_what_alarms_go_by_is_counted_from_nought(database: Database, clock: Clock) -> None:
    metrics = Metrics(database, clock)

    before = counted(metrics)
    metrics.report_accepted("phone", again=False)
    metrics.webhook_tried("failed")
    metrics.transcribed("given-up")

    happened = {name: value for name, value in counted(metrics).items() if value}
    assert set(before.values()) == {0}
    assert happened == {
        'firstline_reports_accepted_total{channel="phone"}': 1,
        'firstline_webhooks_total{result="failed"}': 1,
        'firstline_transcripts_total{result="given-up"}': 1,
    }
    assert set(happened) <= set(before)
    assert 'firstline_reports_accepted_total{channel="email"}' in before


def test_a_call_that_goes_on_and_a_report_that_is_in_no_queue_wait_for_no_worker(
    database: Database, clock: Clock
) -> None:
    call = report(clock() - timedelta(minutes=6), due_at=clock() + timedelta(minutes=3))
    store(database, call, report(clock() - timedelta(minutes=9)))

    text = Metrics(database, clock).text().decode()

    assert "firstline_oldest_waiting_seconds 0.0" in text
    assert "firstline_reports_unaccounted 1.0" in text


def test_of_several_classifiers_one_that_stands_in_for_another_is_shown(database: Database, clock: Clock) -> None:
    metrics = Metrics(database, clock)
    assert "firstline_classifier_stand_in" not in metrics.text().decode()

    metrics.watch_classifier(lambda: False)
    metrics.watch_classifier(lambda: True)

    assert "firstline_classifier_stand_in 1.0" in metrics.text().decode()
