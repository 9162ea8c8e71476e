"""What customers are sent, over the API."""

import pytest
from starlette.testclient import TestClient

from models.db import Database
from tests.conftest import Clock
from tests.workers.reports.serving import HOSTILE, customer, served

MONTH = "/api/v1/customers/C-100/report?month=2026-11"


def test_the_figures_of_a_month_come_as_json(api: TestClient, database: Database, clock: Clock) -> None:
    served(database, customer(database), clock())

    answer = api.get(MONTH)

    figures = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert figures["customer"] == {"number": "C-100", "name": "Example Bank"}
    assert (figures["month"], figures["zone"], figures["cases"]) == ("2026-11", "Asia/Shanghai", 1)
    assert figures["by_week"] == {"2026-W46": 1}
    [first_reply] = [p for p in figures["promises"] if p["name"] == "first_reply" and p["level"] is None]
    assert (first_reply["kept"], first_reply["share"]) == (1, 1.0)
    [solved] = [line for line in figures["times"] if line["until"] == "solved"]
    assert (solved["median_seconds"], solved["working_median_seconds"]) == (10800, 7200)


def test_the_same_comes_as_a_page_on_which_nothing_can_run(api: TestClient, database: Database, clock: Clock) -> None:
    served(database, customer(database), clock(), subject=HOSTILE)

    answer = api.get(f"{MONTH}&format=html&language=zh-Hans")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "服务月报" in answer.text
    assert "<script" not in answer.text


def test_the_cases_come_as_csv(api: TestClient, database: Database, clock: Clock) -> None:
    served(database, customer(database), clock())

    answer = api.get(f"{MONTH}&format=csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="service-C-100-2026-11.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfNumber,")
    assert answer.content.count(b"\r\n") == 2


def test_the_accident_report_comes_as_a_page(api: TestClient, database: Database, clock: Clock) -> None:
    case = served(database, customer(database), clock())

    answer = api.get(f"/api/v1/cases/{case.number}/accident-report?format=html")

    assert answer.status_code == 200
    assert f"Accident report {case.number}" in answer.text
    assert "firstline.example" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/customers/C-100/report?month=2026-11", 404),
        ("/api/v1/customers/%00/report?month=2026-11", 404),
        ("/api/v1/customers/C-100/report", 422),
        ("/api/v1/customers/C-100/report?month=2026-13", 422),
        ("/api/v1/customers/C-100/report?month=2026-11%0A", 422),
        ("/api/v1/customers/C-100/report?month=2026-11&format=pdf", 422),
        ("/api/v1/customers/C-100/report?month=2026-11&language=fr", 422),
        ("/api/v1/cases/FL-000009/accident-report", 404),
        ("/api/v1/cases/nonsense/accident-report", 404),
    ],
)
def test_what_there_is_not_is_refused(api: TestClient, path: str, status: int) -> None:
    assert api.get(path).status_code == status
