"""Whatever goes wrong is told as a problem (RFC 9457), and the fault stays inside."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.api.gate import LIMIT_BODY, Bucket
from console.app import create_app
from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.services import make_services

STATE = "/api/v1/cases/FL-000001/state"
WHO = {"Authorization": "Bearer the token of the tests"}


def told(answer: Any, status: int) -> dict[str, Any]:
    """The problem in an answer, which has to be one."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    found = answer.json()
    assert isinstance(found, dict)
    assert found["status"] == status
    assert found["type"] == "about:blank" or found["type"].startswith("urn:firstline:problem:")
    assert found["title"]
    assert found["detail"]
    return found


def test_without_a_token_it_is_a_401(connect: Callable[..., TestClient]) -> None:
    answer = connect(token=None).get("/api/v1/cases")

    assert told(answer, 401)["title"] == "Unauthorized"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/cases/FL-000009", "/api/v1/reports/none/raw"])
def test_what_is_not_there_is_a_404(api: TestClient, path: str) -> None:
    told(api.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/cases/"), ("POST", "/api/v1/webhooks/"), ("GET", "/healthz/")]
)
def test_a_slash_too_many_leads_on_without_naming_scheme_or_host(api: TestClient, method: str, path: str) -> None:
    answer = api.request(method, f"{path}?limit=1", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (307, f"{path[:-1]}?limit=1")


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "//evil.example/", "/\\evil.example/", "/api/v1/cases//"])
def test_a_slash_behind_nothing_leads_nowhere(api: TestClient, path: str) -> None:
    answer = api.request("GET", f"http://testserver{path}", follow_redirects=False)

    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_a_method_that_is_not_there_is_a_405_that_names_all_that_are(api: TestClient) -> None:
    answer = api.put("/api/v1/webhooks")

    told(answer, 405)
    assert answer.headers["allow"] == "GET, POST"


def test_a_method_that_the_hotline_does_not_take_names_the_one_it_does(api: TestClient) -> None:
    answer = api.get("/twilio/voice")

    assert "there is POST" in told(answer, 405)["detail"]
    assert answer.headers["allow"] == "POST"


def test_what_the_state_of_a_case_forbids_is_a_409(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    found = told(api.post(STATE, json={"to": "solved"}), 409)

    assert found["type"] == "urn:firstline:problem:not-possible"
    assert "FL-000001 is a fault" in found["detail"]


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000\u200b"])
def test_a_letter_that_says_nothing_is_a_422_that_names_the_text(
    api: TestClient, database: Database, clock: Clock, text: str
) -> None:
    store(database, case(clock(), customer="ann@customer.example"))

    found = told(api.post("/api/v1/cases/FL-000001/replies", json={"kind": "status", "text": text}), 422)

    assert [fault["pointer"] for fault in found["errors"]] == ["#/text"]
    assert api.get("/api/v1/cases/FL-000001").json()["replies"] == []


def test_a_body_that_no_route_reads_is_a_413_before_it_is_read(api: TestClient) -> None:
    told(api.post(STATE, content=b"{", headers={"Content-Length": str(LIMIT_BODY + 1)}), 413)


def test_a_body_that_goes_on_and_on_is_a_413(api: TestClient) -> None:
    def endless() -> Any:
        for _ in range(LIMIT_BODY // 65536 + 2):
            yield b" " * 65536

    told(api.post(STATE, content=endless(), headers={"Content-Type": "application/json"}), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_a_body_of_another_type_is_a_415(api: TestClient, kind: str) -> None:
    told(api.post(STATE, content=b'{"to": "closed"}', headers={"Content-Type": kind}), 415)


def test_what_is_wrong_in_a_body_is_pointed_at(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    found = told(api.post(STATE, json={"to": "heaven", "a/b~": 1}), 422)

    assert found["type"] == "urn:firstline:problem:invalid-request"
    assert {fault["pointer"] for fault in found["errors"]} == {"#/to", "#/a~1b~0"}
    assert "#/to: " in found["detail"]


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe"])
def test_what_is_no_json_is_pointed_at_as_a_whole(api: TestClient, body: bytes) -> None:
    found = told(api.post(STATE, content=body, headers={"Content-Type": "application/json"}), 422)

    assert [fault["pointer"] for fault in found["errors"]] == ["#"]


def test_what_is_wrong_in_a_header_or_a_parameter_is_named(api: TestClient) -> None:
    parameter = told(api.get("/api/v1/cases?limit=0"), 422)
    header = told(api.post("/api/v1/reports/retry-all", headers={"Idempotency-Key": "a b"}), 422)

    assert parameter["errors"][0]["parameter"] == "limit"
    assert header["errors"][0]["header"].lower() == "idempotency-key"


@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("PATCH", "cases/FL-000001/classification", b'{"reason": "x"}', {"pointer": "#"}),
        ("PATCH", "cases/FL-000001/customer", b'{"customer": "C-1"}', {"pointer": "#/customer"}),
        ("PATCH", "cases/FL-000001/customer", b'{"customer": null, "contract": "K-1"}', {"pointer": "#/contract"}),
        ("POST", "webhooks", b'{"url": "http://h.example/", "events": ["case.created"]}', {"pointer": "#/url"}),
        ("GET", "reports", None, {"parameter": "message_id"}),
        ("PUT", "reports/r1/source", b"", {"pointer": "#"}),
    ],
)
def test_what_a_route_finds_by_itself_has_its_place_too(
    api: TestClient, database: Database, clock: Clock, method: str, path: str, body: bytes | None, place: dict[str, str]
) -> None:
    store(database, case(clock()))

    answer = api.request(method, f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"})

    found = told(answer, 422)
    assert found["type"] == "urn:firstline:problem:invalid-request"
    assert found["errors"] == [{"detail": found["detail"], **place}]


def test_a_fault_of_ours_is_a_500_that_tells_nothing_of_it(
    connect: Callable[..., TestClient], database: Database, clock: Clock
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("the secret of the house")

    client = connect()
    client.app.state.services = make_services(database, clock, monthly_report=broken)  # type: ignore[attr-defined]

    answer = client.get("/api/v1/customers/C-1/report?month=2026-11")

    told(answer, 500)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_more_calls_than_the_settings_allow_are_a_429_that_says_when_to_come_again(
    database: Database, clock: Clock
) -> None:
    with TestClient(create_app(make_services(database, clock, api_limit=2)), headers=WHO) as client:
        answers = [client.get("/api/v1/mailboxes") for _ in range(3)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    told(answers[2], 429)
    assert 1 <= int(answers[2].headers["retry-after"]) <= 31


def test_calls_that_were_held_back_come_through_evenly() -> None:
    now = [0.0]
    bucket = Bucket(60, lambda: now[0])

    at_once = [bucket.take() for _ in range(61)]
    now[0] = 1.0
    later = [bucket.take() for _ in range(2)]

    assert at_once == [0.0] * 60 + [1.0]
    assert later == [0.0, 1.0]


def test_every_route_describes_its_problems(api: TestClient) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    for path, operations in paths.items():
        for method, operation in operations.items():
            if not path.startswith("/api/"):
                continue
            responses = operation["responses"]
            wanted = {"401", "422", "429", "500", "503"} | ({"409"} if method != "get" else set())
            assert wanted <= set(responses), (method, path)
            for status in set(responses) - {"200", "201", "204", "206"}:
                assert list(responses[status]["content"]) == ["application/problem+json"], (method, path, status)
            assert operation["summary"]
            assert operation["tags"]
            assert operation["security"] == [{"token": []}]


def test_every_tag_is_explained_and_every_route_has_a_name_of_its_own(api: TestClient) -> None:
    found = api.get("/openapi.json").json()

    operations = [operation for path in found["paths"].values() for operation in path.values()]
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in found["tags"]}
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert "HTTPValidationError" not in found["components"]["schemas"]


def test_a_list_is_described_as_a_page_with_the_link_to_the_next(api: TestClient) -> None:
    found = api.get("/openapi.json").json()

    answer = found["paths"]["/api/v1/cases"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/CasePage"}
    assert "Link" in answer["headers"]
    assert set(found["components"]["schemas"]["CasePage"]["required"]) == {"items", "next"}
