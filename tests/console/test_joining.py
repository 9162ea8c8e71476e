"""Merge, link and split over the API."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from models.db import Database
from models.tables import AuditRow, ReportPart
from tests.conftest import Clock
from tests.console.builders import case, report, store
from tests.console.conftest import Outside
from tests.factories import mail

pytestmark = pytest.mark.every_backend

ANN = "ann@customer.example"


@pytest.fixture
def three(database: Database, clock: Clock) -> None:
    """FL-000001 and FL-000002 are Ann's, of levels 3 and 2; FL-000003 is Joe's."""
    later = clock() + timedelta(minutes=5)
    store(database, case(clock(), level=3, customer=ANN, subject="Backup failed"))
    store(database, case(later, level=2, customer=ANN, subject="Backup failed again"))
    store(database, case(later, level=2, customer="joe@elsewhere.example"))


def logged(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(row.who, row.what, row.about) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_a_merge_is_foreseen_as_it_is_done(three: None, api: TestClient, outside: Outside, database: Database) -> None:
    foreseen = api.get("/api/v1/cases/FL-000002/merge?into=FL-000001").json()

    done = api.post("/api/v1/cases/FL-000002/merge", json={"into": "FL-000001", "by": "eve@firstline.example"})

    assert foreseen["refused"] == ""
    assert (foreseen["into"], foreseen["reports"], foreseen["level"]) == ("FL-000001", 1, 2)
    assert done.status_code == 200
    survivor = done.json()
    assert (survivor["number"], survivor["level"], survivor["merged"]) == ("FL-000001", 2, ["FL-000002"])
    assert len(survivor["reports"]) == 2
    assert outside.woken == 1
    assert logged(database) == [("eve@firstline.example", "merged", "FL-000002 into FL-000001")]


def test_the_duplicate_says_where_it_goes_on_and_its_report_is_the_survivors(three: None, api: TestClient) -> None:
    [moved] = api.get("/api/v1/cases/FL-000002").json()["reports"]
    api.post("/api/v1/cases/FL-000002/merge", json={"into": "FL-000001"})

    old = api.get("/api/v1/cases/FL-000002").json()
    found = api.get(f"/api/v1/reports?message_id={moved['message_id']}").json()

    assert (old["state"], old["merged_into"], old["reports"], old["needs_review"]) == ("closed", "FL-000001", [], False)
    assert found["case"]["number"] == "FL-000001"


def test_to_merge_twice_is_to_merge_once(three: None, api: TestClient) -> None:
    first = api.post("/api/v1/cases/FL-000002/merge", json={"into": "FL-000001"}).json()

    again = api.post("/api/v1/cases/FL-000002/merge", json={"into": "FL-000001"}).json()

    assert again["timeline"] == first["timeline"]


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("FL-000003/merge", {"into": "FL-000001"}, 409, "strangers must never read each other's mail"),
        ("FL-000001/merge", {"into": "FL-000001"}, 409, "into itself"),
        ("FL-000001/merge", {"into": "FL-000009"}, 404, "there is no case FL-000009"),
        ("FL-000009/merge", {"into": "FL-000001"}, 404, "there is no case FL-000009"),
        ("FL-000001/merge", {"into": "nonsense"}, 404, "no case number"),
        ("FL-000001/merge", {}, 422, "into"),
        ("FL-000001/unmerge", {}, 409, "was not merged"),
        ("FL-000001/links", {"to": "FL-000002", "kind": "cousin"}, 422, "kind"),
        ("FL-000001/links", {"to": "FL-000001"}, 409, "with itself"),
        ("FL-000001/split", {"reports": []}, 422, "reports"),
        ("FL-000001/split", {"reports": ["r0"]}, 409, "not on FL-000001: r0"),
    ],
)
def test_what_is_not_possible_is_one_clear_sentence(
    three: None, api: TestClient, path: str, body: dict[str, object], status: int, said: str
) -> None:
    answer = api.post(f"/api/v1/cases/{path}", json=body)

    assert answer.status_code == status
    assert said in answer.text


def test_a_merge_is_taken_back(three: None, api: TestClient) -> None:
    before = api.get("/api/v1/cases/FL-000002").json()
    api.post("/api/v1/cases/FL-000002/merge", json={"into": "FL-000001"})

    after = api.post("/api/v1/cases/FL-000002/unmerge", json={"reason": "not the same"}).json()

    for name in ("state", "level", "merged_into", "reports", "closed_at"):
        assert after[name] == before[name]
    assert {clock["name"]: clock["due_at"] for clock in after["clocks"]} == {
        clock["name"]: clock["due_at"] for clock in before["clocks"]
    }
    assert api.get("/api/v1/cases/FL-000001").json()["level"] == 3


def test_links_of_any_kind_are_made_and_taken_away(three: None, api: TestClient, database: Database) -> None:
    linked = api.post(
        "/api/v1/cases/FL-000003/links", json={"to": "FL-000001", "kind": "same-fault", "reason": "array"}
    )
    other = api.get("/api/v1/cases/FL-000001").json()

    gone = api.delete("/api/v1/cases/FL-000001/links/FL-000003?by=eve@firstline.example")

    assert linked.json()["links"] == [{"number": "FL-000001", "kind": "same-fault", "because": "array"}]
    assert other["links"] == [{"number": "FL-000003", "kind": "same-fault", "because": "array"}]
    assert gone.json()["links"] == []
    assert [what for _, what, _ in logged(database)] == ["linked", "unlinked"]


def test_a_split_opens_a_case_by_what_the_report_says(database: Database, clock: Clock, api: TestClient) -> None:
    stored = case(clock(), customer=ANN)
    stored.reports.append(report(clock(), id="second", outcome="follow-up", state="done"))
    store(database, stored)
    with database.transaction() as session:
        raw = mail("How do I print on both sides of the paper?", subject="Re: Backup failed")
        session.add(ReportPart(report_id="second", seq=0, kind="message/rfc822", content=raw))

    answer = api.post("/api/v1/cases/FL-000001/split", json={"reports": ["second"], "reason": "a question"})

    assert answer.status_code == 201
    new = answer.json()
    assert (new["number"], new["level"], new["links"][0]["number"]) == ("FL-000002", 4, "FL-000001")
    assert new["subject"] == "How do I print on both sides of the paper?"
    assert [reply["kind"] for reply in new["replies"]] == ["split"]
    assert len(api.get("/api/v1/cases/FL-000001").json()["reports"]) == 1
