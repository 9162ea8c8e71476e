"""The API for what is known of like problems."""

from starlette.testclient import TestClient

from models.db import Database
from models.tables import CaseRow
from tests.conftest import Clock
from tests.console.builders import case, report, store
from tests.knowledge import put
from workers.knowledge import remember


def _two_like_cases(database: Database, clock: Clock) -> None:
    solved = case(
        clock(), state="closed", subject="Array degraded", cause="a loose cable", solution="Reseat the cable."
    )
    fresh = case(clock(), subject="Array degraded", reports=[report(clock(), text="Controller A, E-4711. A cable?")])
    store(database, solved, fresh)
    with database.transaction() as session:
        remember(session, session.get_one(CaseRow, 1), clock())
        put(session, "Error E-4711 on a controller", "See the lamps.")


def test_a_case_shows_like_past_cases_and_documents(api: TestClient, database: Database, clock: Clock) -> None:
    _two_like_cases(database, clock)

    found = api.get("/api/v1/cases/FL-000002/like").json()

    assert {(one["title"], one["number"], one["is_document"]) for one in found} == {
        ("Array degraded", "FL-000001", False),
        ("Error E-4711 on a controller", None, True),
    }
    assert all(0 < one["score"] <= 1 for one in found)
    assert found == sorted(found, key=lambda one: -float(one["score"]))


def test_a_case_is_not_like_itself(api: TestClient, database: Database, clock: Clock) -> None:
    _two_like_cases(database, clock)

    found = api.get("/api/v1/cases/FL-000001/like?limit=1").json()

    assert "FL-000001" not in [one["number"] for one in found]


def test_a_case_that_does_not_exist_is_a_404(api: TestClient) -> None:
    assert api.get("/api/v1/cases/FL-000009/like").status_code == 404
    assert api.get("/api/v1/cases/nonsense/like").status_code == 404


def test_knowledge_is_searched_by_a_question(api: TestClient, database: Database, clock: Clock) -> None:
    _two_like_cases(database, clock)

    found = api.get("/api/v1/knowledge", params={"q": "What is e4711?", "limit": 1}).json()

    assert [one["title"] for one in found] == ["Error E-4711 on a controller"]
    assert api.get("/api/v1/knowledge", params={"q": '" OR * NEAR('}).json() == []


def test_a_question_is_needed_and_has_a_limit(api: TestClient) -> None:
    for query in ("", "?q=", "?q=" + "x" * 2001, "?q=a&limit=0", "?q=a&limit=51"):
        assert api.get(f"/api/v1/knowledge{query}").status_code == 422
