"""The API for loop breakers and dead addresses."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from models.db import Database
from models.tables import BreakerRow, DeadAddressRow
from tests.conftest import Clock

pytestmark = pytest.mark.every_backend

LOOP = "desk@other.example"


def _open(database: Database, clock: Clock, scope: str = "address", key: str = LOOP, hours: float = 1) -> None:
    with database.transaction() as session:
        session.add(
            BreakerRow(
                scope=scope,
                key=key,
                opened=1,
                held_back=7,
                opened_at=clock(),
                closes_at=clock() + timedelta(hours=hours),
                because="more than 30 messages within an hour",
            )
        )


def test_breakers_are_listed_those_that_close_last_first(api: TestClient, database: Database, clock: Clock) -> None:
    _open(database, clock, hours=1)
    _open(database, clock, scope="all", key="everything", hours=4)
    clock.forward(hours=2)

    found = api.get("/api/v1/breakers").json()["items"]

    assert [(one["scope"], one["is_open"]) for one in found] == [("all", True), ("address", False)]
    assert found[1]["held_back"] == 7
    assert "30 messages" in found[1]["because"]


def test_a_breaker_can_be_closed_by_hand_once(api: TestClient, database: Database, clock: Clock) -> None:
    _open(database, clock)

    first = api.delete(f"/api/v1/breakers/address/{LOOP}")
    second = api.delete(f"/api/v1/breakers/address/{LOOP}")

    assert (first.status_code, second.status_code) == (204, 404)
    assert api.get("/api/v1/breakers").json()["items"] == []


def test_open_breakers_are_a_metric(api: TestClient, database: Database, clock: Clock) -> None:
    _open(database, clock)

    text = api.get("/metrics").text

    values = {
        (family.name, sample.labels["scope"]): sample.value
        for family in text_string_to_metric_families(text)
        if family.name.startswith("firstline_breaker")
        for sample in family.samples
    }
    assert values["firstline_breakers_open", "address"] == 1
    assert values["firstline_breakers_open", "all"] == 0
    assert values["firstline_breaker_held_back", "address"] == 7


def test_a_dead_address_is_listed_with_when_it_is_tried_again_and_can_be_revived(
    api: TestClient, database: Database, clock: Clock
) -> None:
    with database.transaction() as session:
        session.add(DeadAddressRow(address_key=LOOP, since=clock(), bounces=2, report_id=None, because="a notice"))

    [found] = api.get("/api/v1/dead-addresses").json()["items"]

    assert (found["address"], found["bounces"]) == (LOOP, 2)
    assert found["retried_from"] > found["since"]
    assert api.delete(f"/api/v1/dead-addresses/{LOOP.upper()}").status_code == 204
    assert api.delete(f"/api/v1/dead-addresses/{LOOP}").status_code == 404
    assert api.get("/api/v1/dead-addresses").json()["items"] == []


def test_a_dead_address_with_a_sharp_s_can_be_revived(api: TestClient, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        session.add(DeadAddressRow(address_key="ann@straße.example", since=clock(), report_id=None, because="a notice"))

    assert api.delete("/api/v1/dead-addresses/Ann@Straße.example").status_code == 204
