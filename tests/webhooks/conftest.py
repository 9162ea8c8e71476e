"""Receivers on this machine, and what sends to them."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from console.webhooks import new_webhook
from models.db import Database
from models.tables import DeliveryRow, WebhookRow
from models.webhooks import Event
from tests.conftest import Clock
from tests.servers.receiver import Receiver
from workers.deliver.posting import Poster
from workers.deliver.webhooks import WebhookDeliverer

# Long enough for a receiver on this machine however busy it is, where the test does not wait for it to pass.
PATIENT = 30.0


@pytest.fixture
def make_receiver() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for receiver in made:
        receiver.stop()


@pytest.fixture
def receiver(make_receiver: Callable[[], Receiver]) -> Receiver:
    return make_receiver()


@pytest.fixture
def subscribe(database: Database, clock: Clock) -> Callable[..., WebhookRow]:
    """Have a receiver told of these events, or of all."""

    def add(url: str, *events: Event) -> WebhookRow:
        row = new_webhook(url, list(events or Event), "", clock())
        with database.transaction() as session:
            session.add(row)
        return row

    return add


@pytest.fixture
def deliverer(database: Database, clock: Clock) -> WebhookDeliverer:
    return WebhookDeliverer(database, Poster(limit_seconds=PATIENT), clock, "test")


@pytest.fixture
def hasty(database: Database, clock: Clock) -> WebhookDeliverer:
    """One that does not wait for an answer."""
    return WebhookDeliverer(database, Poster(limit_seconds=0.2), clock, "test")


@pytest.fixture
def deliveries(database: Database) -> Callable[[], list[DeliveryRow]]:
    """All that were written, the oldest first."""

    def read() -> list[DeliveryRow]:
        with database.reading() as session:
            return list(session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))

    return read
