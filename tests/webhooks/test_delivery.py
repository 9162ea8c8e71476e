"""Sending: signed, tried again for a day, and no receiver's trouble is another's."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from console.webhooks import find_webhook
from models import deliveries as queue
from models import webhooks
from models.db import Database
from models.tables import DeliveryRow, WebhookRow
from models.webhooks import Event
from tests.conftest import Clock
from tests.servers import free_port
from tests.servers.receiver import Received, Receiver
from tests.waiting import wait_until
from tests.webhooks.conftest import PATIENT
from workers.deliver.posting import Poster
from workers.deliver.webhooks import WebhookDeliverer

pytestmark = pytest.mark.every_backend
Subscribe = Callable[..., WebhookRow]
Deliveries = Callable[[], list[DeliveryRow]]


def announce(database: Database, clock: Clock, count: int = 1) -> None:
    with database.transaction() as session:
        for number in range(1, count + 1):
            webhooks.announce(session, Event.CASE_CREATED, clock(), f"FL-{number:06d}", number=f"FL-{number:06d}")


def is_signed(received: Received, secret: str) -> bool:
    """True where one of the signatures is that of the secret; as a receiver checks it."""
    said = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return wanted in received.headers["webhook-signature"].split(" ")


def test_an_event_is_posted_once_with_what_standard_webhooks_demand(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    hook = subscribe(receiver.url)
    announce(database, clock)

    tried = deliverer.run() + deliverer.run()

    [received], [row] = receiver.received, deliveries()
    assert (tried, row.state, row.answer, row.sent_at) == (1, "sent", 204, clock())
    assert received.path == "/hook?desk=1"
    assert received.headers["webhook-id"] == row.id
    assert received.headers["webhook-timestamp"] == str(int(clock().timestamp()))
    assert is_signed(received, hook.secret)
    assert json.loads(received.body) == {
        "type": "case.created",
        "timestamp": clock().isoformat(),
        "data": {"number": "FL-000001"},
    }


def test_a_receiver_hears_only_of_what_it_listens_to(
    database: Database, clock: Clock, subscribe: Subscribe, deliveries: Deliveries
) -> None:
    subscribe("https://one.example/", Event.CASE_BREACHED)
    wanted = subscribe("https://two.example/", Event.CASE_BREACHED, Event.CASE_CREATED)

    announce(database, clock)

    assert [row.webhook_id for row in deliveries()] == [wanted.id]


@pytest.mark.parametrize("status", [500, 503, 404, 302])
def test_what_was_not_taken_is_tried_again_later_under_the_same_id(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
    status: int,
) -> None:
    subscribe(receiver.url)
    announce(database, clock)
    receiver.status, receiver.answers = status, {"Location": receiver.url}

    deliverer.run()

    [row] = deliveries()
    assert (row.state, row.answer, row.error) == ("pending", status, f"the receiver answered {status}")
    assert row.due_at is not None
    assert clock() + queue.WAITS[0] * 0.8 <= row.due_at <= clock() + queue.WAITS[0] * 1.2
    receiver.status = 200
    clock.now = row.due_at
    deliverer.run()
    assert [received.headers["webhook-id"] for received in receiver.received] == [row.id, row.id]
    assert deliveries()[0].state == "sent"


def test_a_receiver_that_asks_for_more_time_gets_it(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    subscribe(receiver.url)
    announce(database, clock)
    receiver.status, receiver.answers = 429, {"Retry-After": "600"}

    deliverer.run()

    assert deliveries()[0].due_at == clock() + timedelta(minutes=10)


def test_a_receiver_that_stays_down_is_given_up_after_a_day(
    database: Database, clock: Clock, subscribe: Subscribe, deliverer: WebhookDeliverer, deliveries: Deliveries
) -> None:
    subscribe(f"http://127.0.0.1:{free_port()}/")
    announce(database, clock)
    began = clock()

    while (due_at := deliveries()[0].due_at) is not None:
        clock.now = due_at
        deliverer.run()

    [row] = deliveries()
    assert (row.state, row.attempts) == ("failed", len(queue.WAITS) + 1)
    assert "refused" in (row.error or "").lower() or "connect" in (row.error or "").lower()
    assert timedelta(hours=20) < clock() - began < timedelta(hours=32)


def test_a_receiver_that_is_gone_is_told_nothing_any_more(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    hook = subscribe(receiver.url)
    announce(database, clock, count=3)
    receiver.status = 410

    deliverer.run()
    announce(database, clock)

    assert len(receiver.received) == 1
    assert [(row.state, row.due_at) for row in deliveries()] == [("failed", None)] * 3
    with database.reading() as session:
        assert "410" in (find_webhook(session, hook.id).disabled_because or "")


def test_a_receiver_that_says_nothing_is_left_after_the_time_limit(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    hasty: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    subscribe(receiver.url)
    announce(database, clock, count=3)
    receiver.gate.clear()

    hasty.run()

    assert [row.error for row in deliveries()] == ["no answer within 0.2 seconds"] * 3
    assert len(receiver.received) <= 1  # where it does not answer the first, the others need not be tried


def test_a_receiver_that_closes_early_is_not_said_to_speak_another_protocol(
    database: Database,
    clock: Clock,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

        thread = threading.Thread(target=hang_up)
        thread.start()
        subscribe(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        announce(database, clock)
        deliverer.run()
        thread.join(10)

    assert [row.error for row in deliveries()] == ["the receiver closed the connection before it had answered"]


def test_a_slow_receiver_keeps_nobody_else_waiting(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    make_receiver: Callable[[], Receiver],
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
) -> None:
    slow = receiver
    quick = make_receiver()
    subscribe(slow.url)
    announce(database, clock)
    slow.gate.clear()
    waiting = threading.Thread(target=deliverer.run)
    waiting.start()
    wait_until(lambda: slow.received)

    subscribe(quick.url)
    announce(database, clock)
    deliverer.run()

    assert len(quick.received) == 1
    assert len(slow.received) == 1
    slow.gate.set()
    waiting.join()
    assert len(slow.received) == 2


def test_of_several_slow_receivers_not_all_are_sent_to_at_once(
    database: Database, clock: Clock, make_receiver: Callable[[], Receiver], subscribe: Subscribe
) -> None:
    deliverer = WebhookDeliverer(database, Poster(limit_seconds=PATIENT), clock, "test", threads=2, slow=timedelta())
    slow, other, quick = make_receiver(), make_receiver(), make_receiver()
    subscribe(slow.url)
    subscribe(other.url)
    announce(database, clock)
    deliverer.run()
    for each in (slow, other):
        each.gate.clear()
    subscribe(quick.url)
    announce(database, clock)
    waiting = threading.Thread(target=deliverer.run)
    waiting.start()
    wait_until(lambda: len(slow.received) + len(other.received) == 3)

    deliverer.run()

    assert len(quick.received) == 1
    assert len(slow.received) + len(other.received) == 3
    for each in (slow, other):
        each.gate.set()
    waiting.join()
    assert (len(slow.received), len(other.received)) == (2, 2)


def test_after_a_change_both_secrets_sign_for_a_day(
    database: Database, clock: Clock, receiver: Receiver, subscribe: Subscribe, deliverer: WebhookDeliverer
) -> None:
    old = subscribe(receiver.url).secret
    with database.transaction() as session:
        hook = session.query(WebhookRow).one()
        webhooks.change_secret(hook, clock())
    announce(database, clock)
    deliverer.run()
    clock.forward(hours=24)
    announce(database, clock)

    deliverer.run()

    first, second = receiver.received
    assert (is_signed(first, old), is_signed(first, hook.secret)) == (True, True)
    assert (is_signed(second, old), is_signed(second, hook.secret)) == (False, True)


def test_a_secret_that_is_changed_twice_in_a_row_shuts_no_receiver_out(
    database: Database, clock: Clock, receiver: Receiver, subscribe: Subscribe, deliverer: WebhookDeliverer
) -> None:
    known = [subscribe(receiver.url).secret]
    for _ in range(3):
        with database.transaction() as session:
            hook = session.query(WebhookRow).one()
            webhooks.change_secret(hook, clock())
            known.append(hook.secret)
        clock.forward(minutes=1)

    announce(database, clock)
    deliverer.run()

    [received] = receiver.received
    # The receiver's own, the one before the last, which may have been put in meanwhile, and the last.
    assert [is_signed(received, secret) for secret in known] == [True, False, True, True]


def test_where_a_name_has_several_addresses_the_one_that_listens_is_found(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def two(host: str, port: int, *args: object, **named: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in ("127.0.0.3", "127.0.0.1")]

    subscribe(receiver.url.replace("127.0.0.1", "localhost"))
    announce(database, clock)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    deliverer.run()

    assert len(receiver.received) == 1


def test_what_was_rolled_back_is_told_to_nobody(
    database: Database, clock: Clock, subscribe: Subscribe, deliveries: Deliveries
) -> None:
    subscribe("https://one.example/")

    with database.transaction() as session:
        webhooks.announce(session, Event.CASE_CREATED, clock(), "FL-000001")
        session.rollback()

    assert deliveries() == []


def test_what_a_dead_process_was_sending_is_sent_again(
    database: Database, clock: Clock, receiver: Receiver, subscribe: Subscribe, deliverer: WebhookDeliverer
) -> None:
    subscribe(receiver.url)
    announce(database, clock)
    with database.transaction() as session:
        queue.claim(session, "gone-1", clock())
    assert deliverer.run() == 0

    with database.transaction() as session:
        assert queue.owners(session) == {"gone-1"}
        queue.release(session, "gone-1", clock())

    assert deliverer.run() == 1


def test_a_receiver_that_was_taken_away_leaves_nothing_behind(
    database: Database, clock: Clock, subscribe: Subscribe, deliverer: WebhookDeliverer, deliveries: Deliveries
) -> None:
    hook = subscribe("https://one.example/")
    announce(database, clock)
    with database.transaction() as session:
        session.delete(session.get_one(WebhookRow, hook.id))  # while a report that tells of itself is being stored

    deliverer.run()

    assert [(row.state, row.due_at) for row in deliveries()] == [("failed", None)]


def test_deliveries_that_are_over_are_cleared_away_after_a_month(
    database: Database,
    clock: Clock,
    receiver: Receiver,
    subscribe: Subscribe,
    deliverer: WebhookDeliverer,
    deliveries: Deliveries,
) -> None:
    subscribe(receiver.url)
    announce(database, clock)
    deliverer.run()
    announce(database, clock)  # which waits, however old it is
    clock.forward(days=31)

    with database.transaction() as session:
        assert queue.forget(session, clock()) == 1

    assert [row.state for row in deliveries()] == ["pending"]
