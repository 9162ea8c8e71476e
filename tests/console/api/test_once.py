"""Writing once: the same request with the same Idempotency-Key is done once and answered alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from console.app import create_app
from models import answers
from models.db import Database
from models.tables import ApiAnswerRow, ClassificationRow, EventRow, WebhookRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console.conftest import Connect, Outside
from tests.services import make_services

pytestmark = pytest.mark.every_backend
CORRECTION = "/api/v1/cases/FL-000001/classification"
KEY = {"Idempotency-Key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}
HOOK = {"url": "https://hooks.example/desk", "events": ["case.created"]}


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_request_that_is_sent_again_is_done_once_and_answered_alike(
    api: TestClient, database: Database, clock: Clock, outside: Outside
) -> None:
    store(database, case(clock()))

    first = api.patch(CORRECTION, json={"level": 1, "reason": "the ward"}, headers=KEY)
    clock.forward(hours=1)
    second = api.patch(CORRECTION, json={"level": 1, "reason": "the ward"}, headers=KEY)

    assert first.status_code == second.status_code == 200
    assert second.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert count(database, ClassificationRow) == 2  # the machine's and this one
    assert outside.woken == 1


def test_the_answer_of_the_first_is_what_has_come_of_it(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    answer = api.patch(CORRECTION, json={"level": 1}, headers=KEY).json()

    assert answer == api.get("/api/v1/cases/FL-000001").json()
    assert answer["timeline"][-1]["kind"] == "corrected"


def test_without_a_key_each_request_counts(api: TestClient, database: Database) -> None:
    for _ in range(2):
        assert api.post("/api/v1/webhooks", json=HOOK).status_code == 201

    assert count(database, WebhookRow) == 2
    assert count(database, ApiAnswerRow) == 0


def test_status_headers_and_an_answer_without_body_are_given_again(api: TestClient, database: Database) -> None:
    made = [api.post("/api/v1/webhooks", json=HOOK, headers=KEY) for _ in range(2)]
    gone = [api.delete(made[0].headers["location"], headers={"Idempotency-Key": "another"}) for _ in range(2)]

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].headers["location"] == made[1].headers["location"]
    assert made[0].json()["secret"] == made[1].json()["secret"]
    assert [answer.status_code for answer in gone] == [204, 204]
    assert gone[1].headers["idempotent-replayed"] == "true"
    assert gone[1].content == b""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CORRECTION, {"level": 2}),
        (f"{CORRECTION}?again=1", {"level": 1}),
        ("/api/v1/cases/FL-000002/classification", {"level": 1}),
    ],
)
def test_the_same_key_for_another_request_is_a_422(
    api: TestClient, database: Database, clock: Clock, path: str, body: dict[str, int]
) -> None:
    store(database, case(clock()), case(clock()))
    api.patch(CORRECTION, json={"level": 1}, headers=KEY)
    before = count(database, EventRow)

    answer = api.patch(path, json=body, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:firstline:problem:idempotency-key-reused"
    assert count(database, EventRow) == before


def test_what_was_refused_is_not_kept_and_may_come_again_mended(
    api: TestClient, database: Database, clock: Clock
) -> None:
    store(database, case(clock()))
    path = "/api/v1/cases/FL-000001/state"
    refused = api.post(path, json={"to": "solved"}, headers=KEY)

    mended = api.post(path, json={"to": "accepted"}, headers=KEY)

    assert (refused.status_code, mended.status_code) == (409, 200)
    assert "idempotent-replayed" not in mended.headers


def test_another_caller_has_keys_of_his_own(connect: Connect, database: Database) -> None:
    first = connect().post("/api/v1/webhooks", json=HOOK, headers=KEY)

    second = connect(token="other", api_token="other").post("/api/v1/webhooks", json=HOOK, headers=KEY)

    assert first.json()["id"] != second.json()["id"]


def test_after_a_day_the_key_is_free_again_and_its_answer_cleared_away(
    api: TestClient, database: Database, clock: Clock
) -> None:
    first = api.post("/api/v1/webhooks", json=HOOK, headers=KEY)
    clock.now += answers.KEPT

    second = api.post("/api/v1/webhooks", json=HOOK, headers=KEY)
    clock.now += answers.KEPT - timedelta(seconds=1)
    with database.transaction() as session:
        kept = answers.forget(session, clock())
    clock.forward(seconds=1)
    with database.transaction() as session:
        cleared = answers.forget(session, clock())

    assert first.json()["id"] != second.json()["id"]
    assert (kept, cleared) == (0, 1)
    assert count(database, ApiAnswerRow) == 0


class Slow:
    """A correction that is not over before the test says so."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.times = 0

    def __call__(self, *_: object) -> None:
        self.times += 1
        self.has_begun.set()
        assert self.may_end.wait(60)


def _correct(app: FastAPI) -> Any:
    with TestClient(app, headers={"Authorization": "Bearer the token of the tests"}) as client:
        return client.patch(CORRECTION, json={"level": 1}, headers=KEY)


def test_while_the_first_is_being_worked_on_the_second_is_a_409(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    slow = Slow()
    app = create_app(make_services(database, clock, correct=slow))

    with ThreadPoolExecutor() as threads:
        first = threads.submit(_correct, app)
        assert slow.has_begun.wait(60)
        early = _correct(app)
        slow.may_end.set()
        done = first.result(60)

    assert (done.status_code, early.status_code) == (200, 409)
    assert early.json()["type"] == "urn:firstline:problem:idempotency-key-in-use"
    assert _correct(app).headers["idempotent-replayed"] == "true"
    assert slow.times == 1


def test_two_processes_do_not_do_it_twice_either(database: Database, clock: Clock, backend: str) -> None:
    store(database, case(clock()))
    slow = Slow()
    one, other = (create_app(make_services(database, clock, correct=slow)) for _ in range(2))

    with ThreadPoolExecutor() as threads:
        first = threads.submit(_correct, one)
        assert slow.has_begun.wait(60)
        second = threads.submit(_correct, other)
        if backend == "postgresql":  # where nobody waits for the writer before him
            assert second.result(60).status_code == 409
        slow.may_end.set()
        assert first.result(60).status_code == 200

    assert backend == "postgresql" or second.result().headers["idempotent-replayed"] == "true"
    assert slow.times == 1
