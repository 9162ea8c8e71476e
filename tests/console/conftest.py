"""The API over a real database, with the real correction and the real metrics."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from console.app import create_app
from console.services import Services
from models.db import Database
from routing import profile
from tests.conftest import Clock, make_office
from workers.assign import assigner
from workers.attached import attached
from workers.cases.acts import Acts
from workers.correct import corrector
from workers.metrics import Metrics
from workers.report_documents import Documents

TOKEN = "the token of the tests"
Connect = Callable[..., TestClient]


@dataclass
class Outside:
    """What the web calls in the rest of the product."""

    problems: dict[str, str] = field(default_factory=lambda: {"database": ""})
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
        documents = Documents(over, profile.load("yilong"), clock)
        services = Services(
            database=over,
            api_token=api_token,
            clock=clock,
            readiness=lambda: outside.problems,
            metrics=Metrics(over, clock).text,
            correct=corrector(make_office(clock), profile.load("yilong")),
            acts=Acts(make_office(clock)),
            assign=assigner(make_office(clock), profile.load("yilong")),
            wake=outside.wake,
            attachment=attached,
            monthly_report=documents.monthly,
            accident_report=documents.accident,
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
