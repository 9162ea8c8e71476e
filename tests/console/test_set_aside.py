"""The API for what was set aside, and for the source and the attachments of a report."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from models import bodies, queue
from models.db import Database
from models.tables import ReportPart, ReportRow
from tests.conftest import Clock
from tests.console.builders import report, shunted, store
from tests.console.conftest import Outside
from tests.factories import report as arriving

pytestmark = pytest.mark.every_backend

PICTURE = b"\x89PNG\r\n\x1a\n made for a test"
MAIL = (
    b"From: ann@customer.example\r\nSubject: picture\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee it.\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename*=UTF-8''%E6%88%AA%E5%9B%BE%22.png\r\n\r\n"
    b"iVBORw0KGgogbWFkZSBmb3IgYSB0ZXN0\r\n--b--\r\n"
)


def arrived(database: Database, content: bytes = MAIL, state: str = "shunted") -> str:
    """A report with its source, in that state; returns its id."""
    with database.transaction() as session:
        [receipt] = queue.add(session, [arriving(content=content)])
        session.get_one(ReportRow, receipt.report_id).state = state
    return receipt.report_id


def test_what_was_set_aside_is_listed_newest_first_in_pages(api: TestClient, database: Database, clock: Clock) -> None:
    rows = [shunted(clock()), report(clock(), state="quarantined"), report(clock(), state="discarded")]
    store(database, *rows, report(clock()), report(clock(), state="done"))

    first = api.get("/api/v1/reports/set-aside?limit=2").json()
    second = api.get("/api/v1/reports/set-aside", params={"limit": 2, "cursor": first["next"]}).json()

    listed = [entry["id"] for entry in first["items"] + second["items"]]
    assert listed == sorted((row.id for row in rows), reverse=True)
    assert second["next"] is None


def test_the_list_can_be_of_one_state(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, shunted(clock()), held := report(clock() + timedelta(hours=1), state="quarantined"))

    found = api.get("/api/v1/reports/set-aside?state=quarantined").json()

    assert [entry["id"] for entry in found["items"]] == [held.id]
    assert api.get("/api/v1/reports/set-aside?state=done").status_code == 422


def test_the_source_is_a_download_that_no_browser_runs(api: TestClient, database: Database) -> None:
    answer = api.get(f"/api/v1/reports/{arrived(database)}/raw")

    assert answer.content == MAIL
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_an_attachment_is_found_by_its_digest(api: TestClient, database: Database) -> None:
    report_id = arrived(database)

    found = api.get(f"/api/v1/reports/{report_id}/attachments/{sha256(PICTURE).hexdigest()}")

    assert found.content == PICTURE
    assert found.headers["content-type"] == "application/octet-stream"
    assert "filename*=UTF-8''%E6%88%AA%E5%9B%BE" in found.headers["content-disposition"]
    assert api.get(f"/api/v1/reports/{report_id}/attachments/{'0' * 64}").status_code == 404
    assert api.get(f"/api/v1/reports/{report_id}/attachments/nonsense").status_code == 422


def test_a_report_in_quarantine_is_released(api: TestClient, database: Database, outside: Outside) -> None:
    held = arrived(database, state="quarantined")

    assert api.post(f"/api/v1/reports/{held}/retry").status_code == 409
    assert api.post(f"/api/v1/reports/{held}/release").json()["state"] == "waiting"
    assert outside.woken == 1


def test_a_report_is_discarded_with_a_reason(api: TestClient, database: Database) -> None:
    aside = arrived(database)

    assert api.post(f"/api/v1/reports/{aside}/discard", json={"reason": ""}).status_code == 422
    answer = api.post(f"/api/v1/reports/{aside}/discard", json={"reason": "a scan"}).json()

    assert (answer["state"], answer["outcome_because"]) == ("discarded", "API: a scan")


def test_a_mended_source_takes_the_place_of_the_old_one(api: TestClient, database: Database, clock: Clock) -> None:
    aside = arrived(database)

    answer = api.put(f"/api/v1/reports/{aside}/source", content=b"Subject: mended\r\n\r\nbody")

    assert answer.json()["state"] == "waiting"
    assert api.get(f"/api/v1/reports/{aside}/raw").content == b"Subject: mended\r\n\r\nbody"
    assert api.put(f"/api/v1/reports/{aside}/source", content=b" ").status_code == 422


def test_all_shunted_reports_get_another_round(api: TestClient, database: Database) -> None:
    aside, held = [arrived(database) for _ in range(3)], arrived(database, state="quarantined")

    assert api.post("/api/v1/reports/retry-all").json() == {"count": 3}
    assert {api.get(f"/api/v1/reports/{found}").json()["state"] for found in aside} == {"waiting"}
    assert api.get(f"/api/v1/reports/{held}").json()["state"] == "quarantined"


def test_one_whose_original_was_deleted_keeps_no_other_from_another_round(api: TestClient, database: Database) -> None:
    others, gone = [arrived(database) for _ in range(2)], arrived(database)
    with database.transaction() as session:
        bodies.forget(session.get_one(ReportPart, (gone, 0)), bodies.KEY_LOST, datetime.now(UTC))

    assert api.post("/api/v1/reports/retry-all").json() == {"count": 2}
    assert {api.get(f"/api/v1/reports/{found}").json()["state"] for found in others} == {"waiting"}
    assert api.get(f"/api/v1/reports/{gone}").json()["state"] == "shunted"


@pytest.mark.parametrize("path", ["raw", "attachments", "attachments/" + "0" * 64])
def test_of_a_report_that_is_not_there_there_is_nothing(api: TestClient, path: str) -> None:
    assert api.get(f"/api/v1/reports/nothing/{path}").status_code == 404
