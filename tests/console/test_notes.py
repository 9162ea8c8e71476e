"""`POST /api/v1/cases/{number}/notes`: another system tells the staff something of a case."""

from starlette.testclient import TestClient

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store


def test_a_note_is_on_the_timeline_with_who_wrote_it(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    answer = api.post("/api/v1/cases/FL-000001/notes", json={"text": "RMA 4711 is booked.", "by": "erp@desk.example"})

    assert answer.status_code == 200
    newest = answer.json()["timeline"][-1]
    assert (newest["kind"], newest["actor"], newest["text"]) == ("note", "erp@desk.example", "RMA 4711 is booked.")
    assert answer.json()["state"] == "new"


def test_a_note_without_a_word_is_not_understood(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    answers = [api.post("/api/v1/cases/FL-000001/notes", json={"text": said}) for said in ("", " \n")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [answer.json()["errors"][0]["pointer"] for answer in answers] == ["#/text"] * 2
