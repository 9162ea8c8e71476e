"""Liveness, readiness, metrics, and what is said when the database does not take a change."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, report, shunted, store
from tests.console.conftest import Connect, Outside


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'gone' / 'test.db'}")
    yield database
    database.close()


def families(client: TestClient) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}


def values(family: Metric) -> dict[str, float]:
    """The value of each series, by its only label."""
    return {"".join(sample.labels.values()): sample.value for sample in family.samples}


def test_the_process_says_that_it_lives_whatever_the_database_does(connect: Connect, nowhere: Database) -> None:
    answer = connect(token=None, over=nowhere).get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_everything_is(api: TestClient, outside: Outside) -> None:
    outside.problems = {"database": "", "model": ""}

    answer = api.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "model": "ok"}}


def test_it_is_not_ready_while_one_part_is_not_and_says_why(api: TestClient, outside: Outside) -> None:
    outside.problems = {"database": "", "model": "the classifier is still being loaded"}

    answer = api.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"] == {"database": "ok", "model": "the classifier is still being loaded"}


def test_the_metrics_say_what_is_stored(api: TestClient, database: Database, clock: Clock) -> None:
    opened = case(clock() - timedelta(hours=1))
    store(database, opened, report(clock() - timedelta(seconds=90), due_at=clock()), report(clock()), shunted(clock()))
    store(database, acknowledgement(opened, clock()))

    found = families(api)

    assert values(found["firstline_database_up"]) == {"": 1}
    assert values(found["firstline_reports"]) == {
        "waiting": 2,
        "done": 1,
        "shunted": 1,
        "quarantined": 0,
        "discarded": 0,
    }
    assert values(found["firstline_oldest_waiting_seconds"]) == {"": 90}
    assert values(found["firstline_messages_unsent"]) == {"": 1}
    assert found["firstline_report_seconds"].type == "histogram"


def test_the_metrics_of_an_empty_database_are_noughts(api: TestClient) -> None:
    found = families(api)

    assert set(values(found["firstline_reports"]).values()) == {0}
    assert values(found["firstline_oldest_waiting_seconds"]) == {"": 0}


def test_the_metrics_are_there_and_say_so_while_the_database_is_out_of_reach(
    connect: Connect, nowhere: Database
) -> None:
    client = connect(over=nowhere)

    found = families(client)

    assert values(found["firstline_database_up"]) == {"": 0}
    assert "firstline_reports" not in found


def test_the_metrics_are_labelled_as_prometheus_text(api: TestClient) -> None:
    assert api.get("/metrics").headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/cases/FL-000001", "/api/v1/reports?message_id=a"])
def test_a_database_out_of_reach_is_a_503_that_asks_to_come_again(
    connect: Connect, nowhere: Database, path: str
) -> None:
    answer = connect(over=nowhere).get(path)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "busy" in answer.json()["detail"]


@pytest.mark.on_sqlite
def test_a_correction_that_finds_the_database_locked_is_a_503_and_changes_nothing(
    connect: Connect, database: Database, impatient: Database, clock: Clock, outside: Outside, tmp_path: Path
) -> None:
    store(database, case(clock(), level=3))
    client = connect(over=impatient)
    locker = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")

    answer = client.patch("/api/v1/cases/FL-000001/classification", json={"level": 1})

    locker.close()
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert outside.woken == 0
    assert client.get("/api/v1/cases/FL-000001").json()["level"] == 3


def test_what_we_can_do_without_is_said_and_sends_nobody_elsewhere(api: TestClient, outside: Outside) -> None:
    outside.problems = {"database": ""}
    outside.remarks = {"broker": "redis://broker:6379 does not answer: Connection refused"}

    answer = api.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["checks"] == {"database": "ok", **outside.remarks}


def test_a_broker_that_a_worker_has_started_with_and_lost_is_named(api: TestClient, outside: Outside) -> None:
    outside.problems = {"database": "", "broker": ""}
    outside.remarks = {"broker": "redis://broker:6379 does not answer: Connection refused"}

    answer = api.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": "ok", **outside.remarks}
