"""The list of cases: paging, filters, search."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from starlette.testclient import TestClient

from models.db import Database
from models.tables import CaseRow
from tests.conftest import Clock
from tests.console.builders import case, store

pytestmark = pytest.mark.every_backend

QUERIES = ("", "&q=backup", "&q=backup&state=open&level=2", "&state=open", "&category=hardware")


def statements(database: Database, client: TestClient, limit: int, query: str) -> int:
    """How often the database is asked for a page of so many cases."""
    noted: list[str] = []

    def note(*values: Any) -> None:
        noted.append(values[2])

    event.listen(database.engine, "before_cursor_execute", note)
    assert len(numbers(client, f"limit={limit}{query}")) == limit
    event.remove(database.engine, "before_cursor_execute", note)
    return len(noted)


def numbers(client: TestClient, query: str | dict[str, str]) -> list[str]:
    answer = client.get("/api/v1/cases", params=query)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


@pytest.mark.parametrize("limit", [1, 7, 50, 120, 200])
def test_the_cursor_leads_past_every_case_once_newest_first(
    api: TestClient, database: Database, clock: Clock, limit: int
) -> None:
    store(database, *(case(clock() + timedelta(seconds=number)) for number in range(120)))
    seen: list[str] = []
    cursor: dict[str, str] = {}

    while True:
        page = api.get("/api/v1/cases", params={"limit": str(limit), **cursor}).json()
        assert len(page["items"]) <= limit
        seen += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert seen == [f"FL-{number:06d}" for number in range(120, 0, -1)]


def test_a_case_that_opens_between_two_pages_shifts_nothing(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, *(case(clock()) for _ in range(4)))
    first = api.get("/api/v1/cases?limit=2").json()

    store(database, case(clock()))

    second = numbers(api, {"limit": "2", "cursor": first["next"]})
    assert [item["number"] for item in first["items"]] + second == ["FL-000004", "FL-000003", "FL-000002", "FL-000001"]


def test_filters_narrow_the_list_and_can_be_combined(api: TestClient, database: Database, clock: Clock) -> None:
    for level, category in ((1, "hardware"), (2, "hardware"), (2, "network"), (4, "usage")):
        store(database, case(clock(), level, category))
    with database.transaction() as session:
        session.execute(update(CaseRow).where(CaseRow.id == 2).values(state="closed"))

    found = {
        query: numbers(api, query)
        for query in ("level=2", "category=hardware", "state=new", "state=open", "state=closed")
    }

    assert found["level=2"] == ["FL-000003", "FL-000002"]
    assert found["category=hardware"] == ["FL-000002", "FL-000001"]
    assert found["state=open"] == found["state=new"] == ["FL-000004", "FL-000003", "FL-000001"]
    assert found["state=closed"] == ["FL-000002"]
    assert numbers(api, "level=2&category=hardware&state=new") == []
    assert numbers(api, "level=2&category=hardware&state=closed&q=backup") == ["FL-000002"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("备份", ["FL-000001"]),
        ("BACKUP", ["FL-000002"]),
        ("%", []),
        ("_", []),
        ("100% of", ["FL-000002"]),
        ("a_b", ["FL-000003"]),
        ("\\", []),
        ("'; --", []),
        ("temp '; -- quoted", ["FL-000004"]),
        ("NOT backup", []),
        ("\0backup", ["FL-000002"]),
        ("FL-000003", ["FL-000003"]),
        ("fl-3", ["FL-000003"]),
        (" 3 ", ["FL-000003"]),
        ("9" * 30, []),
        ("", ["FL-000004", "FL-000003", "FL-000002", "FL-000001"]),
    ],
)
def test_the_search_is_for_words_and_takes_no_sign_for_syntax(
    api: TestClient, database: Database, clock: Clock, q: str, found: list[str]
) -> None:
    subjects = ["存储阵列备份失败", "Backup: 100% of the disk", "column a_b is gone", "C:\\temp '; -- quoted"]
    store(database, *(case(clock(), subject=subject) for subject in subjects))

    assert numbers(api, {"q": q}) == found


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "level=0", "level=5", "category=nothing", "q=" + "x" * 201]
)
def test_a_filter_that_cannot_be_is_a_422_that_names_it(api: TestClient, query: str) -> None:
    answer = api.get(f"/api/v1/cases?{query}")

    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert fault["parameter"] == query.partition("=")[0]


def test_a_page_of_cases_asks_the_database_as_often_for_fifty_as_for_five(
    api: TestClient, database: Database, clock: Clock
) -> None:
    store(database, *(case(clock()) for _ in range(50)))

    asked = {query: (statements(database, api, 5, query), statements(database, api, 50, query)) for query in QUERIES}

    assert {query: few == many for query, (few, many) in asked.items()} == dict.fromkeys(QUERIES, True)
