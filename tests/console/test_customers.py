"""A person says over the API whose a case is: it is re-planned by the contract."""

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from models.db import Database
from tests import directory
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console.conftest import Outside

pytestmark = pytest.mark.every_backend

CASE = "/api/v1/cases/FL-000001"
URL = f"{CASE}/customer"


@pytest.fixture
def served(database: Database, clock: Clock) -> int:
    """A customer with a service plan and one that has ended; and a case of level 3 that is nobody's."""
    found = directory.customer(database, "C-1")
    directory.contract(database, found, "SP-1", "service-plan")
    ended = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "tier": "gold-vip"}
    directory.contract(database, found, "UC-1", "ucloud", **ended)
    place = directory.site(database, found, "S-1", "elsewhere")
    directory.device(database, found, "SN-4711", place)
    directory.customer(database, "C-2")
    opened = case(clock(), level=3, category="network", customer="x@stranger.example", standing="unknown")
    opened.classifications[0].entities = [{"label": "serial_number", "value": "SN-4711"}]
    store(database, opened)
    return found


def names(found: dict[str, Any]) -> set[str]:
    return {clock["name"] for clock in found["clocks"]}


@pytest.mark.usefixtures("served")
def test_a_case_is_put_under_a_customer_and_planned_by_his_contract(api: TestClient, outside: Outside) -> None:
    answer = api.patch(URL, json={"customer": " c-1 ", "reason": "he called and named the array"})

    found = answer.json()
    assert answer.status_code == 200
    assert (found["customer_name"], found["contract"], found["standing"]) == ("Customer C-1", "SP-1", "entitled")
    assert (found["site"], found["site_class"], found["serial_number"]) == ("S-1", "elsewhere", "SN-4711")
    assert (found["profile"], found["customer"]) == ("service-plan", "x@stranger.example")
    assert names(found) == {"call_out", "first_reply", "respond", "escalate", "on_site"}
    [on_site] = [clock for clock in found["clocks"] if clock["name"] == "on_site"]
    assert "48 hours" in on_site["because"]
    assert not found["needs_review"]
    assert (found["timeline"][-1]["kind"], found["timeline"][-1]["actor"]) == ("assigned", "api")
    assert "he called and named the array" in found["timeline"][-1]["text"]
    assert outside.woken == 1
    assert api.get("/api/v1/cases").json()["items"][0]["customer_name"] == "Customer C-1"


@pytest.mark.usefixtures("served")
def test_a_contract_of_the_persons_choice_counts(api: TestClient) -> None:
    found = api.patch(URL, json={"customer": "C-1", "contract": "UC-1"}).json()

    assert (found["contract"], found["profile"], found["tier"]) == ("UC-1", "ucloud", "gold-vip")
    assert found["standing"] == "expired"
    assert "contract UC-1 ended on 2025-12-31" in found["standing_because"]


@pytest.mark.usefixtures("served")
def test_a_case_can_be_taken_from_a_customer_again(api: TestClient) -> None:
    before = api.get(CASE).json()
    api.patch(URL, json={"customer": "C-1"})

    found = api.patch(URL, json={"customer": None, "reason": "it was somebody else"}).json()

    assert (found["customer_name"], found["contract"], found["standing"]) == (None, None, "unknown")
    assert (found["profile"], found["site"], found["tier"]) == ("yilong", None, None)
    assert found["clocks"] == before["clocks"]


@pytest.mark.usefixtures("served")
def test_a_correction_keeps_contract_and_site_class(api: TestClient) -> None:
    api.patch(URL, json={"customer": "C-1"})

    found = api.patch(f"{CASE}/classification", json={"level": 1}).json()

    [on_site] = [clock for clock in found["clocks"] if clock["name"] == "on_site"]
    assert (found["profile"], found["site_class"]) == ("service-plan", "elsewhere")
    assert "elsewhere, level 1" in on_site["because"]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"customer": "C-9"}, "there is no customer 'C-9'"),
        ({"customer": "C\0-1"}, "there is no customer"),
        ({"customer": "C-2", "contract": "SP-1"}, "that customer has no contract 'SP-1'"),
        ({"customer": "C-1", "contract": "SP-9"}, "that customer has no contract 'SP-9'"),
        ({"customer": None, "contract": "SP-1"}, "that customer has no contract 'SP-1'"),
    ],
)
def test_who_or_what_is_not_in_the_directory_is_a_422_and_changes_nothing(
    api: TestClient, outside: Outside, body: dict[str, Any], words: str
) -> None:
    before = api.get(CASE).json()

    answer = api.patch(URL, json=body)

    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert api.get(CASE).json() == before
    assert outside.woken == 0


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"customer": ""}', b'{"customer": 1}', b'{"customer": "C-1", "tier": "x"}', b'{"customer": "\\ud800"}'],
)
@pytest.mark.usefixtures("served")
def test_an_assignment_that_says_nothing_usable_is_a_422(api: TestClient, body: bytes) -> None:
    answer = api.patch(URL, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


@pytest.mark.usefixtures("served")
def test_no_case_no_assignment(api: TestClient) -> None:
    assert api.patch("/api/v1/cases/FL-000009/customer", json={"customer": "C-1"}).status_code == 404


@pytest.mark.usefixtures("served")
def test_it_is_kept_who_says_whose_the_case_is(api: TestClient) -> None:
    found = api.patch(URL, json={"customer": "C-1", "by": "eve@desk.example"}).json()

    assert (found["timeline"][-1]["kind"], found["timeline"][-1]["actor"]) == ("assigned", "eve@desk.example")
