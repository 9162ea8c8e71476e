"""Lists come in pages, each row on one of them, whatever comes and goes meanwhile."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from models.db import Database
from models.tables import BreakerRow, DeadAddressRow, MailboxRow
from tests.conftest import Clock
from tests.console.builders import report, shunted, store

pytestmark = pytest.mark.every_backend
LISTS = [
    "/api/v1/cases",
    "/api/v1/reports/shunted",
    "/api/v1/reports/set-aside",
    "/api/v1/mailboxes",
    "/api/v1/breakers",
    "/api/v1/dead-addresses",
    "/api/v1/webhooks",
]
STRANGE = [
    "FL-000042",
    "",
    "=",
    "令牌",
    *(
        urlsafe_b64encode(text).decode()
        for text in (
            b'["another list",1]',
            b'["cases",-1]',
            b'["cases",true]',
            b'["cases",1e400]',
            b'["shunted","2026-11-09T00:00:00","r1"]',
            *(
                f'["{name}","{at}","r1"]'.encode()
                for name in ("shunted", "set-aside")
                for at in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00")
            ),
            b'["set-aside","\\u0000"]',
            b'["webhooks","\\ud800"]',
            b"[" * 1500,
            b"{}",
        )
    ),
]


def all_of(api: TestClient, path: str, name: str) -> list[str]:
    """That field of every row, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = api.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [row[name] for row in page["items"]]
        if (cursor := page["next"]) is None:
            return found


def test_rows_of_the_same_moment_are_on_one_page_each(api: TestClient, database: Database, clock: Clock) -> None:
    until = clock() + timedelta(hours=1)
    with database.transaction() as session:
        for number in range(5):
            address = f"ann{number}@customer.example"
            session.add(
                BreakerRow(scope="address", key=address, opened_at=clock(), closes_at=until, because="30 messages")
            )
            session.add(DeadAddressRow(address_key=address, since=clock(), because="no such mailbox"))
            session.add(MailboxRow(account="desk", folder=f"box {number}", uidvalidity=1))
    store(database, *(shunted(clock(), id=f"s{number}") for number in range(5)))

    assert sorted(all_of(api, "/api/v1/breakers", "key")) == [f"ann{number}@customer.example" for number in range(5)]
    assert len(set(all_of(api, "/api/v1/dead-addresses", "address"))) == 5
    assert all_of(api, "/api/v1/mailboxes", "folder") == [f"box {number}" for number in range(5)]
    assert all_of(api, "/api/v1/reports/shunted", "id") == [f"s{number}" for number in range(5)]
    assert all_of(api, "/api/v1/reports/set-aside", "id") == [f"s{number}" for number in range(4, -1, -1)]


def test_a_row_that_goes_between_two_pages_hides_no_other(api: TestClient, database: Database, clock: Clock) -> None:
    rows = [report(clock(), id=f"q{number}", state="quarantined") for number in range(4)]
    store(database, *rows)
    first = api.get("/api/v1/reports/set-aside?limit=2").json()

    api.post("/api/v1/reports/q2/release")

    second = api.get("/api/v1/reports/set-aside", params={"limit": 2, "cursor": first["next"]}).json()
    assert [row["id"] for row in first["items"] + second["items"]] == ["q3", "q2", "q1", "q0"]


def test_the_link_header_keeps_what_was_asked(api: TestClient, database: Database, clock: Clock) -> None:
    store(database, *(report(clock(), state="quarantined") for _ in range(2)), shunted(clock()))

    answer = api.get("/api/v1/reports/set-aside?limit=1&state=quarantined")

    following = api.get(answer.links["next"]["url"])
    assert answer.links["next"]["url"].startswith("/api/v1/reports/set-aside?")
    assert following.json()["items"][0]["state"] == "quarantined"
    assert "link" not in following.headers


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_no_page_gave_is_refused_as_a_problem(api: TestClient, path: str) -> None:
    for cursor in STRANGE:
        answer = api.get(path, params={"cursor": cursor})

        assert answer.status_code == 422, cursor
        assert answer.json()["type"] == "urn:firstline:problem:bad-cursor"
        assert answer.json()["errors"][0]["parameter"] == "cursor"
