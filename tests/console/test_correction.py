"""A person's correction over the API: recorded, re-planned by the real profile, refused where it cannot be."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from models.db import Database
from models.tables import ClockRow, CorrectionRow
from routing import profile
from routing.clocks import plan
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console.conftest import Outside

pytestmark = pytest.mark.every_backend

URL = "/api/v1/cases/FL-000001/classification"
YILONG = profile.load("yilong")


def due(found: dict[str, Any]) -> dict[str, datetime]:
    return {entry["name"]: datetime.fromisoformat(entry["due_at"]) for entry in found["clocks"]}


@pytest.fixture
def api_with_case(api: TestClient, database: Database, clock: Clock) -> TestClient:
    """A case of level 3, hardware, which came in half an hour ago."""
    store(database, case(clock(), level=3))
    clock.forward(minutes=30)
    return api


def test_a_correction_is_recorded_and_the_case_follows_it(
    api_with_case: TestClient, clock: Clock, outside: Outside
) -> None:
    answer = api_with_case.patch(URL, json={"level": 1, "category": "network", "reason": "核心交换机宕机"})

    found = answer.json()
    assert answer.status_code == 200
    assert (found["level"], found["category"], found["process"]) == (1, "network", "fault")
    assert found["level_name"] == YILONG.level_name(1, "en")
    assert found["assigned_team"] == "incident"
    assert not found["needs_review"]
    [machine, person] = found["classifications"]
    assert machine["by"] == "machine"
    assert (person["by"], person["level"], person["category"]) == ("api", 1, "network")
    assert (person["reason"], datetime.fromisoformat(person["at"])) == ("核心交换机宕机", clock())
    assert found["timeline"][-1]["kind"] == "corrected"
    assert "核心交换机宕机" in found["timeline"][-1]["text"]
    assert outside.woken == 1
    assert api_with_case.get("/api/v1/cases/FL-000001").json() == found


def test_the_clocks_are_planned_anew_from_the_time_of_receipt(api_with_case: TestClient, clock: Clock) -> None:
    received_at = datetime.fromisoformat(api_with_case.get("/api/v1/cases/FL-000001").json()["created_at"])

    found = api_with_case.patch(URL, json={"level": 1}).json()

    planned = {each.name: each.due_at for each in plan(YILONG, 1, received_at)}
    assert received_at < clock()
    assert due(found) == planned | {"call_out": clock()}  # another team is called: it has heard of it now


def test_a_clock_that_was_met_stays_as_it_is(api: TestClient, database: Database, clock: Clock) -> None:
    opened = case(clock(), level=2)
    respond = next(one for one in opened.clocks if one.name == "respond")
    respond.met_at, kept = clock(), respond.due_at
    store(database, opened)

    found = api.patch(URL, json={"level": 4}).json()

    assert due(found)["respond"] == kept
    assert [one["name"] for one in found["clocks"]].count("respond") == 1
    assert "status_reply" not in due(found)


def test_a_correction_to_a_question_ends_the_fault_process(api_with_case: TestClient) -> None:
    found = api_with_case.patch(URL, json={"level": 4, "category": "usage"}).json()

    assert (found["process"], found["assigned_team"]) == ("non-fault", "service-desk")
    assert set(due(found)) == {"first_reply", "respond", "solve_online", "on_site", "call_out"}


@pytest.mark.parametrize(
    ("body", "level", "category"),
    [
        ({"level": 2}, 2, "hardware"),
        ({"category": "security"}, 3, "security"),
        ({"level": 2, "category": None}, 2, "hardware"),
    ],
)
def test_what_a_correction_leaves_out_stays(
    api_with_case: TestClient, body: dict[str, Any], level: int, category: str
) -> None:
    found = api_with_case.patch(URL, json=body).json()

    assert (found["level"], found["category"]) == (level, category)


def test_a_case_can_be_corrected_again_and_every_correction_is_kept(
    api_with_case: TestClient, database: Database
) -> None:
    before = api_with_case.get("/api/v1/cases/FL-000001").json()

    for level in (1, 4, 2, 3):
        found = api_with_case.patch(URL, json={"level": level}).json()

    assert [entry["level"] for entry in found["classifications"]] == [3, 1, 4, 2, 3]
    assert found["clocks"] == before["clocks"]
    with database.reading() as session:
        assert len(session.scalars(select(ClockRow.id)).all()) == len(before["clocks"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"level": 9}', id="level 9"),
        pytest.param(b'{"level": 0}', id="level 0"),
        pytest.param(b'{"level": "high"}', id="level in words"),
        pytest.param(b'{"level": 1.5}', id="half a level"),
        pytest.param(b'{"level": NaN}', id="no number at all"),
        pytest.param(b'{"category": "weather"}', id="unknown category"),
        pytest.param(b'{"category": ["network"]}', id="a list of categories"),
        pytest.param(b"{}", id="nothing to correct"),
        pytest.param(b'{"reason": "because"}', id="a reason for nothing"),
        pytest.param(b'{"level": null, "category": null}', id="two times nothing"),
        pytest.param(b'{"level": 1, "levle": 2}', id="unknown key"),
        pytest.param(b'{"level": 1, "reason": "' + b"x" * 2001 + b'"}', id="endless reason"),
        pytest.param(b'{"level": 1, "reason": "\\ud800"}', id="half a character"),
        pytest.param(b'{"\\ud800": 1}', id="half a character for a key"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"", id="no body"),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
def test_a_correction_that_cannot_be_is_a_422_and_changes_nothing(
    api_with_case: TestClient, outside: Outside, body: bytes
) -> None:
    before = api_with_case.get("/api/v1/cases/FL-000001").json()

    answer = api_with_case.patch(URL, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert api_with_case.get("/api/v1/cases/FL-000001").json() == before
    assert outside.woken == 0


@pytest.mark.parametrize("number", ["FL-000002", "nonsense"])
def test_a_correction_of_no_case_is_a_404(api_with_case: TestClient, outside: Outside, number: str) -> None:
    answer = api_with_case.patch(f"/api/v1/cases/{number}/classification", json={"level": 1})

    assert answer.status_code == 404
    assert outside.woken == 0


def test_it_is_kept_who_corrects_over_the_api(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    found = api.patch(URL, json={"level": 1, "by": "eve@desk.example"}).json()

    assert found["classifications"][-1]["by"] == "eve@desk.example"
    with database.reading() as session:
        assert session.scalars(select(CorrectionRow.by)).all() == ["eve@desk.example"]


@pytest.mark.parametrize("by", ["machine", "firstline", "", "eve\n@desk.example", "a@b@c"])
def test_nobody_corrects_in_the_name_of_the_machine(api: TestClient, database: Database, clock: Clock, by: str) -> None:
    store(database, case(clock()))

    answer = api.patch(URL, json={"level": 1, "by": by})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/by")
