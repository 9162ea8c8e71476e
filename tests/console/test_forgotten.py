"""What was deleted, as the API says it."""

import pytest

from models.db import Database
from tests.conftest import Clock
from tests.console.conftest import Connect
from tests.console.forgotten import forget_all, with_original


@pytest.fixture
def report_id(database: Database, clock: Clock) -> str:
    return with_original(database, clock())


@pytest.mark.parametrize("path", ["raw", "recording", f"attachments/{'0' * 64}"])
def test_the_api_says_that_it_is_gone(
    connect: Connect, database: Database, clock: Clock, report_id: str, path: str
) -> None:
    forget_all(database, "365 days", clock())

    answer = connect().get(f"/api/v1/reports/{report_id}/{path}")

    assert answer.status_code == 410
    assert answer.json()["detail"] == "the original was deleted on 2026-11-09, by the rule of 365 days"


def test_the_case_in_the_api_says_of_which_report_the_words_are_gone(
    connect: Connect, database: Database, clock: Clock, report_id: str
) -> None:
    forget_all(database, "365 days", clock())

    found = connect().get("/api/v1/cases/FL-000001").json()

    assert found["reports"][0]["forgotten_at"] is not None
    assert (found["number"], found["level"], found["state"]) == ("FL-000001", 2, "closed")
