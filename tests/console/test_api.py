"""`/api/v1/cases`: the fields INTERFACES.md demands of a case."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from models.db import Database
from models.values import CATEGORIES
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, report, store

pytestmark = pytest.mark.every_backend

CASE_FIELDS = {
    "number": str,
    "state": str,
    "level": int,
    "category": str,
    "language": str,
    "channel": str,
    "subject": str,
    "customer": str | None,
    "profile": str,
    "assigned_team": str,
    "created_at": str,
    "acknowledged_at": str | None,
    "clocks": list,
    "reports": list,
}
CLOCK_FIELDS = {"name": str, "due_at": str, "met_at": str | None, "breached": bool}
REPORT_FIELDS = {"message_id": str | None, "call_sid": str | None, "received_at": str}


def wrong_types(found: dict[str, Any], fields: dict[str, Any]) -> list[str]:
    return [name for name, kind in fields.items() if name not in found or not isinstance(found[name], kind)]


def times_in(value: Any, name: str = "") -> list[str]:
    """Every time in an answer, however deep."""
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in times_in(inner, key)]
    if isinstance(value, list):
        return [text for inner in value for text in times_in(inner, name)]
    return [value] if (name == "at" or name.endswith("_at")) and value is not None else []


def test_a_case_has_the_fields_that_scripts_rely_on(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    [listed], one = api.get("/api/v1/cases").json()["items"], api.get("/api/v1/cases/FL-000001").json()

    for found in (listed, one):
        assert wrong_types(found, CASE_FIELDS) == []
        assert [wrong_types(entry, CLOCK_FIELDS) for entry in found["clocks"]] == [[]] * 11
        assert [wrong_types(entry, REPORT_FIELDS) for entry in found["reports"]] == [[]]


def test_one_case_has_everything_that_happened_on_it(api: TestClient, database: Database, clock: Clock) -> None:
    opened = case(clock())
    store(database, opened)
    store(database, acknowledgement(opened, clock(), state="sent", sent_at=clock()))

    found = api.get("/api/v1/cases/FL-000001").json()

    assert [entry["kind"] for entry in found["timeline"]] == ["received"]
    assert [entry["by"] for entry in found["classifications"]] == ["machine"]
    assert found["classifications"][0]["evidence"] == [{"text": "array", "label": "hardware", "weight": 0.5}]
    assert [(reply["kind"], reply["state"]) for reply in found["replies"]] == [("acknowledgement", "sent")]


def test_every_time_carries_its_offset(api: TestClient, database: Database, clock: Clock) -> None:
    opened = case(clock(), acknowledged_at=clock())
    store(database, opened)
    store(database, acknowledgement(opened, clock(), sent_at=clock()))

    times = times_in(api.get("/api/v1/cases/FL-000001").json())

    assert len(times) > 15
    assert [text for text in times if datetime.fromisoformat(text).tzinfo is None] == []


def test_a_clock_is_breached_from_the_moment_it_was_not_met(api: TestClient, database: Database, clock: Clock) -> None:
    opened = case(clock())
    met_late, met_in_time = opened.clocks[0], opened.clocks[1]
    met_late.met_at = met_late.due_at + timedelta(seconds=1)
    met_in_time.met_at = met_in_time.due_at
    store(database, opened)
    respond = timedelta(hours=5)  # four working hours over lunch

    def breached() -> set[str]:
        clocks = api.get("/api/v1/cases/FL-000001").json()["clocks"]
        return {found["name"] for found in clocks if found["breached"]}

    at_first = breached()
    clock.now += respond
    at_the_deadline = breached()
    clock.forward(seconds=1)

    assert at_first == {"first_reply"}
    assert "respond" not in at_the_deadline
    internal = {"call_out", "tell_specialist", "tell_manager"}
    assert breached() - internal == {"first_reply", "escalate", "next_update", "respond"}


@pytest.mark.parametrize("number", ["FL-000001", "fl-000001", "FL-1", "1"])
def test_a_case_is_found_by_its_number_however_it_is_written(
    api: TestClient, database: Database, clock: Clock, number: str
) -> None:
    store(database, case(clock()))

    assert api.get(f"/api/v1/cases/{number}").json()["number"] == "FL-000001"


@pytest.mark.parametrize("number", ["FL-000002", "0", "FL-", "FL-1e5", "-1", "FL-１", "1 OR 1=1", "9" * 12, "9" * 30])
def test_a_number_that_no_case_has_is_a_404(api: TestClient, database: Database, clock: Clock, number: str) -> None:
    store(database, case(clock()))

    assert api.get(f"/api/v1/cases/{number}").status_code == 404


def test_the_description_knows_every_category(api: TestClient) -> None:
    parameters = api.get("/openapi.json").json()["paths"]["/api/v1/cases"]["get"]["parameters"]

    [category] = [one for one in parameters if one["name"] == "category"]
    assert tuple(category["schema"]["anyOf"][0]["enum"]) == CATEGORIES


def test_a_call_shows_its_call_sid_and_a_mail_its_message_id(api: TestClient, database: Database, clock: Clock) -> None:
    call = report(clock(), channel="phone", external_id="CA123", message_id=None)
    store(database, case(clock(), reports=[call]), case(clock()))

    of_mail, of_call = ([item["reports"][0]] for item in api.get("/api/v1/cases").json()["items"])

    assert [(entry["call_sid"], entry["message_id"]) for entry in of_call] == [("CA123", None)]
    assert [entry["call_sid"] for entry in of_mail] == [None]
    assert of_mail[0]["message_id"].endswith("@customer.example")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/cases?q=%00",
        "/api/v1/cases?q=999999999999",
        "/api/v1/cases?cursor=FL-999999999999",
        "/api/v1/cases/FL-999999999999",
        "/api/v1/reports?message_id=%00",
        "/api/v1/reports/%00",
    ],
)
def test_what_no_row_can_hold_is_not_found_or_refused_and_breaks_nothing(api: TestClient, path: str) -> None:
    answer = api.get(path)

    assert answer.status_code in (200, 404, 422)
