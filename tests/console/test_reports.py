"""`/api/v1/reports`: what arrived, what was set aside, and another round for it."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from models import queue
from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, report, shunted, store
from tests.console.conftest import Outside
from tests.factories import report as arriving

pytestmark = pytest.mark.every_backend


@pytest.mark.parametrize("written", ["7@customer.example", "<7@customer.example>", " <7@customer.example> "])
def test_a_report_is_found_by_its_message_id_with_its_case(
    api: TestClient, database: Database, clock: Clock, written: str
) -> None:
    store(database, case(clock(), reports=[report(clock(), message_id="7@customer.example")]))

    found = api.get("/api/v1/reports", params={"message_id": written}).json()

    assert found["message_id"] == "7@customer.example"
    assert found["case"]["number"] == "FL-000001"


def test_a_report_is_found_as_soon_as_it_has_arrived(api: TestClient, database: Database) -> None:
    with database.transaction() as session:
        [receipt] = queue.add(session, [arriving(message_id="8@customer.example")])

    found = api.get("/api/v1/reports?message_id=8@customer.example").json()

    assert (found["id"], found["state"], found["case"]) == (receipt.report_id, "waiting", None)


def test_of_several_reports_with_one_message_id_the_first_is_shown(
    api: TestClient, database: Database, clock: Clock
) -> None:
    later, first = (report(clock() + timedelta(hours=hours), message_id="same@x.example") for hours in (1, 0))
    store(database, later, first)

    found = api.get("/api/v1/reports?message_id=same@x.example").json()

    assert found["id"] == first.id


def test_a_call_is_found_by_its_call_sid_and_a_mail_is_not(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, report(clock(), channel="phone", external_id="CA1", message_id=None))
    store(database, report(clock(), external_id="CA2"))

    call, mail = (api.get(f"/api/v1/reports?call_sid={sid}") for sid in ("CA1", "CA2"))

    assert (call.status_code, call.json()["call_sid"]) == (200, "CA1")
    assert mail.status_code == 404


@pytest.mark.parametrize(
    "query", ["message_id=gone@x.example", "message_id=", "message_id=%00", "call_sid=CA9", "call_sid="]
)
def test_what_has_not_arrived_is_a_404(api: TestClient, database: Database, clock: Clock, query: str) -> None:
    store(database, report(clock()))

    assert api.get(f"/api/v1/reports?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "message_id=a&call_sid=b"])
def test_one_of_message_id_and_call_sid_must_be_given(api: TestClient, query: str) -> None:
    answer = api.get(f"/api/v1/reports?{query}")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "give message_id or call_sid"


def test_a_report_is_found_by_the_id_of_the_smtp_answer(api: TestClient, database: Database, clock: Clock) -> None:
    stored = report(clock())
    store(database, stored)

    assert api.get(f"/api/v1/reports/{stored.id}").json()["message_id"] == stored.message_id
    assert api.get("/api/v1/reports/nothing").status_code == 404


def test_the_shunted_reports_are_listed_oldest_first_and_no_others(
    api: TestClient, database: Database, clock: Clock
) -> None:
    newer, older = shunted(clock() + timedelta(hours=1)), shunted(clock())
    store(database, newer, older, report(clock()), report(clock(), state="done"))

    first = api.get("/api/v1/reports/shunted?limit=1").json()
    second = api.get("/api/v1/reports/shunted", params={"limit": 1, "cursor": first["next"]}).json()

    assert [found["id"] for found in first["items"] + second["items"]] == [older.id, newer.id]
    assert first["items"][0]["error"] == "ValueError: no"
    assert second["next"] is None


def test_a_shunted_report_gets_another_round_and_the_runner_is_woken(
    api: TestClient, database: Database, clock: Clock, outside: Outside
) -> None:
    aside = shunted(clock())
    store(database, aside)

    answer = api.post(f"/api/v1/reports/{aside.id}/retry")

    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert outside.woken == 1
    assert api.get("/api/v1/reports/shunted").json()["items"] == []
    with database.reading() as session:
        assert queue.due(session, clock())


@pytest.mark.parametrize("state", ["waiting", "done"])
def test_a_report_that_was_not_set_aside_is_not_retried(
    api: TestClient, database: Database, clock: Clock, outside: Outside, state: str
) -> None:
    stored = report(clock(), state=state)
    store(database, stored)

    assert api.post(f"/api/v1/reports/{stored.id}/retry").status_code == 409
    assert api.post("/api/v1/reports/nothing/retry").status_code == 404
    assert outside.woken == 0


def test_a_second_retry_of_the_same_report_is_refused(api: TestClient, database: Database, clock: Clock) -> None:
    aside = shunted(clock())
    store(database, aside)
    api.post(f"/api/v1/reports/{aside.id}/retry")

    assert api.post(f"/api/v1/reports/{aside.id}/retry").status_code == 409
