"""The API over a real database, with the real correction and the real metrics."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from console.app import create_app
from models.db import Database
from tests.conftest import Clock
from tests.services import make_services

TOKEN = "the token of the tests"
Connect = Callable[..., TestClient]


@dataclass
class Outside:
    """What the web calls in the rest of the product."""

    problems: dict[str, str] = field(default_factory=lambda: {"database": ""})
    remarks: dict[str, str] = field(default_factory=dict)
    woken: int = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def connect(database: Database, clock: Clock, outside: Outside) -> Iterator[Connect]:
    """Makes clients; `token` is what they show (None: nothing), `over` another database than the usual one."""
    opened: list[TestClient] = []

    def open_client(token: str | None = TOKEN, over: Database = database, api_token: str = TOKEN) -> TestClient:
        services = make_services(
            over,
            clock,
            api_token=api_token,
            readiness=lambda: outside.problems,
            remarks=lambda: outside.remarks,
            wake=outside.wake,
        )
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        opened.append(TestClient(create_app(services), headers=headers, raise_server_exceptions=False))
        return opened[-1]

    yield open_client
    for client in opened:
        client.close()


@pytest.fixture
def api(connect: Connect) -> TestClient:
    """A client that shows the right token."""
    return connect()
