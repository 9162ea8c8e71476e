"""`/api/v1/webhooks`: receivers are added, changed, tested and taken away, and their deliveries looked at."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import webhooks
from models.db import Database
from models.tables import DeliveryRow
from models.webhooks import Event
from tests.conftest import Clock

pytestmark = pytest.mark.every_backend
URL = "/api/v1/webhooks"
HOOK = {"url": "https://hooks.example/desk", "events": ["case.breached", "case.created"], "description": "the chat"}


def add(api: TestClient, **changes: Any) -> dict[str, Any]:
    answer = api.post(URL, json={**HOOK, **changes})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def breach(database: Database, clock: Clock, number: str) -> None:
    with database.transaction() as session:
        webhooks.announce(session, Event.CASE_BREACHED, clock(), number, number=number)


def test_a_new_receiver_shows_its_secret_this_once(api: TestClient) -> None:
    answer = api.post(URL, json=HOOK)

    made = answer.json()
    assert answer.headers["location"] == f"{URL}/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert (made["events"], made["active"]) == (["case.created", "case.breached"], True)
    secret = made.pop("secret")
    assert api.get(f"{URL}/{made['id']}").json() == made
    assert api.get(URL).json()["items"] == [made]
    assert secret not in api.get(URL).text


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"url": "http://hooks.example/"}, "#/url"),
        ({"url": "https://192.168.0.1/"}, "#/url"),
        ({"events": []}, "#/events"),
        ({"events": ["case.exploded"]}, "#/events/0"),
        ({"description": "a\nb"}, "#/description"),
        ({"secret": "mine"}, "#/secret"),
    ],
)
def test_what_cannot_be_is_refused_and_pointed_at(api: TestClient, changes: dict[str, Any], pointer: str) -> None:
    answer = api.post(URL, json={**HOOK, **changes})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert api.get(URL).json()["items"] == []


def test_what_is_left_out_of_a_change_stays(api: TestClient) -> None:
    made = add(api)

    changed = api.patch(f"{URL}/{made['id']}", json={"url": "https://other.example/"}).json()

    assert changed["url"] == "https://other.example/"
    assert (changed["events"], changed["description"]) == (made["events"], made["description"])


def test_a_receiver_that_is_switched_off_is_told_nothing_until_it_is_on_again(
    api: TestClient, database: Database, clock: Clock
) -> None:
    where = f"{URL}/{add(api)['id']}"
    breach(database, clock, "FL-000001")

    off = api.patch(where, json={"active": False}).json()
    breach(database, clock, "FL-000002")
    refused = api.post(f"{where}/test")
    on = api.patch(where, json={"active": True}).json()
    breach(database, clock, "FL-000003")

    assert (off["active"], off["disabled_because"]) == (False, "switched off over the API")
    assert (on["active"], on["disabled_because"]) == (True, None)
    assert refused.status_code == 409
    listed = api.get(f"{where}/deliveries").json()["items"]
    assert [(row["about"], row["state"]) for row in listed] == [("FL-000003", "pending"), ("FL-000001", "failed")]


def test_deliveries_come_in_pages_that_the_link_header_leads_through(
    api: TestClient, database: Database, clock: Clock
) -> None:
    made = add(api)
    for number in range(1, 6):
        breach(database, clock, f"FL-{number:06d}")
    where, seen = f"{URL}/{made['id']}/deliveries?limit=2", []

    while where:
        answer = api.get(where)
        seen += [row["about"] for row in answer.json()["items"]]
        where = answer.links["next"]["url"] if "next" in answer.links else ""
        assert (answer.json()["next"] is None) == (not where)

    assert sorted(seen) == [f"FL-{number:06d}" for number in range(1, 6)]


def test_a_delivery_that_failed_is_sent_again_under_its_id(api: TestClient, database: Database, clock: Clock) -> None:
    made = add(api)
    breach(database, clock, "FL-000001")
    where = f"{URL}/{made['id']}/deliveries"
    [row] = api.get(where).json()["items"]
    with database.transaction() as session:
        stored = session.get_one(DeliveryRow, row["id"])
        stored.state, stored.due_at, stored.attempts, stored.error = "failed", None, 12, "no answer"

    again = api.post(f"{where}/{row['id']}/resend").json()

    assert (again["id"], again["state"], again["attempts"], again["error"]) == (row["id"], "pending", 0, None)
    assert api.post(f"{where}/none/resend").status_code == 404


def test_a_test_is_a_delivery_whatever_the_receiver_listens_to(api: TestClient) -> None:
    made = add(api)

    sent = api.post(f"{URL}/{made['id']}/test").json()

    assert (sent["event"], sent["state"]) == ("webhook.test", "pending")


def test_a_new_secret_is_another_one(api: TestClient) -> None:
    made = add(api)

    assert api.post(f"{URL}/{made['id']}/secret").json()["secret"] != made["secret"]


def test_a_receiver_is_taken_away_with_its_deliveries(api: TestClient, database: Database, clock: Clock) -> None:
    where = f"{URL}/{add(api)['id']}"
    breach(database, clock, "FL-000001")

    assert api.delete(where).status_code == 204

    assert [api.get(where).status_code, api.delete(where).status_code] == [404, 404]
    with database.reading() as session:
        assert session.query(DeliveryRow).count() == 0
