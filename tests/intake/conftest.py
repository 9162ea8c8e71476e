"""The endpoint over a real acceptor and database, and a look at what it stored."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from intake.channels.smtp import SmtpConfig, SmtpEndpoint
from models.db import Database
from models.queue import NewReport
from models.tables import ReportPart, ReportRow
from models.values import Receipt
from tests.conftest import Clock

Submit = Callable[[NewReport], "Future[Receipt]"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A report as it lies in the database."""

    id: str
    content: bytes
    mail_from: str | None
    rcpt_tos: tuple[str, ...]
    source: str


@pytest.fixture
def stored(database: Database) -> Callable[[], list[Stored]]:
    def read() -> list[Stored]:
        with database.reading() as session:
            rows = session.execute(
                select(ReportRow, ReportPart.content)
                .join(ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq))
                .order_by(ReportRow.id)
            )
            return [Stored(row.id, content, row.mail_from, tuple(row.rcpt_tos), row.source) for row, content in rows]

    return read


@dataclass(frozen=True, slots=True)
class Serving:
    endpoint: SmtpEndpoint
    port: int


@pytest.fixture
def serve(acceptor: Acceptor, clock: Clock, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., Serving]]:
    """Starts endpoints on free ports. After the test they must end without a word from asyncio."""
    started: list[SmtpEndpoint] = []

    def start(submit: Submit = acceptor.submit, **changes: Any) -> Serving:
        values: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "addresses": ("support@firstline.example",)}
        endpoint = SmtpEndpoint(SmtpConfig(**(values | changes)), submit, clock)
        started.append(endpoint)
        return Serving(endpoint, endpoint.start())

    yield start
    for endpoint in started:
        endpoint.stop(grace_seconds=0.1)
    gc.collect()
    records = [*caplog.get_records("call"), *caplog.get_records("teardown")]
    assert [record.getMessage() for record in records if record.name == "asyncio"] == []


@pytest.fixture
def port(serve: Callable[..., Serving]) -> int:
    """The port of an endpoint that takes mail for support@firstline.example."""
    return serve().port
