"""Sending: each message is a row with its own state, tried until it is taken or refused for good."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from models.db import Database
from models.settings import Settings
from models.tables import CaseRow, ClockRow, DeadAddressRow, EventRow, OutgoingRow
from tests.conftest import Clock, make_office
from tests.outage import Outage
from tests.servers import free_port
from tests.workers.senders import Counting, Failing
from workers.cases.sent import note_sent
from workers.deliver.email import Outbox, Relay, make_sender
from workers.deliver.outgoing import Deliverer

pytestmark = pytest.mark.every_backend


class Moody:
    """A relay that answers MAIL and RCPT as the test says, and keeps what it takes."""

    def __init__(self) -> None:
        self.answer_to_mail = "250 OK"
        self.answer = "250 OK"
        self.taken: list[Envelope] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_mail.startswith("250"):
            envelope.mail_from = address
        return self.answer_to_mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def relay() -> Iterator[tuple[Moody, Settings]]:
    moody = Moody()
    port = free_port()
    controller = Controller(moody, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    yield moody, Settings(relay_host="127.0.0.1", relay_port=port)
    controller.stop()


def row_of(database: Database) -> OutgoingRow:
    with database.reading() as session:
        return session.scalars(select(OutgoingRow)).one()


def test_what_the_relay_takes_is_sent_and_the_first_reply_is_met(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    queued(3)
    clock.forward(seconds=5)

    make_deliverer(Relay(settings)).run()

    assert len(moody.taken) == 3
    assert [envelope.mail_from for envelope in moody.taken] == ["<>"] * 3
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingRow.state))) == {"sent"}
        assert set(session.scalars(select(CaseRow.acknowledged_at))) == {clock()}
        assert set(session.scalars(select(ClockRow.met_at).where(ClockRow.name == "first_reply"))) == {clock()}


def test_what_was_sent_is_not_sent_again_because_the_database_was_away_then(
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
    tmp_path: Path,
) -> None:
    outage = Outage(database)

    class Restarting(Counting):
        """The database goes away while a message is sent."""

        def send(self, message_id: str, recipient: str, content: bytes) -> None:
            super().send(message_id, recipient, content)
            outage.left = 5

    sender = Restarting(tmp_path)
    queued(1)
    clock.forward(seconds=5)

    make_deliverer(sender).run()
    clock.forward(hours=1)
    make_deliverer(sender).run()

    assert sender.sent == 1
    assert row_of(database).state == "sent"


def test_a_temporary_refusal_is_tried_again_later_and_later_with_the_same_message_id(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    queued(1)
    deliverer = make_deliverer(Relay(settings))
    moody.answer = "450 4.7.1 greylisted"

    pauses = []
    for _ in range(4):
        deliverer.run()
        due_at = row_of(database).due_at
        assert due_at is not None
        pauses.append((due_at - clock()).total_seconds())
        clock.now = due_at
    moody.answer = "250 OK"
    deliverer.run()

    assert pauses == [2, 4, 8, 16]
    row = row_of(database)
    assert (row.state, row.attempts, row.error) == ("sent", 5, None)
    assert f"<{row.message_id}>".encode() in (moody.taken[0].original_content or b"")


def test_a_refusal_for_good_fails_and_is_told_on_the_case(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    queued(1)
    moody.answer = "550 5.1.1 no such user"

    make_deliverer(Relay(settings)).run()

    row = row_of(database)
    assert (row.state, row.due_at) == ("failed", None)
    with database.reading() as session:
        [event] = session.scalars(select(EventRow).where(EventRow.kind == "undeliverable"))
        dead = session.scalars(select(DeadAddressRow)).one()
    assert "550 5.1.1 no such user" in event.text
    assert dead.address_key == row.recipient_key


def test_a_relay_that_is_down_costs_one_try_for_the_whole_batch_and_loses_nothing(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database, clock: Clock
) -> None:
    queued(10)
    settings = Settings(relay_host="127.0.0.1", relay_port=free_port())
    deliverer = make_deliverer(Relay(settings))

    assert deliverer.run() == 10

    with database.reading() as session:
        rows = session.scalars(select(OutgoingRow)).all()
    assert {row.state for row in rows} == {"pending"}
    assert {"no connection to the relay" in (row.error or "") for row in rows} == {True}


def test_a_message_is_given_up_after_five_days(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database, clock: Clock
) -> None:
    queued(1)
    settings = Settings(relay_host="127.0.0.1", relay_port=free_port())
    clock.forward(days=5, seconds=1)

    make_deliverer(Relay(settings)).run()

    assert row_of(database).state == "failed"


def test_a_relay_that_closes_idle_connections_is_connected_to_again(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    sender = Relay(settings)
    deliverer = make_deliverer(sender)
    queued(1)
    deliverer.run()
    assert sender._connection is not None
    assert sender._connection.sock is not None
    sender._connection.sock.close()

    queued(1)
    for _ in range(2):
        deliverer.run()
        clock.forward(seconds=10)

    assert len(moody.taken) == 2


def test_without_a_relay_each_message_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    outbox = make_sender(Settings(data=tmp_path))
    assert isinstance(outbox, Outbox)

    for _ in range(2):
        outbox.send("1.ack@firstline.example", "ann@customer.example", b"Subject: x\r\n\r\nhello\r\n")

    [file] = (tmp_path / "outbox").iterdir()
    assert file.name == "1.ack@firstline.example.eml"
    assert file.read_bytes().endswith(b"hello\r\n")


def test_a_message_that_breaks_the_sender_does_not_have_its_neighbours_sent_again(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database, clock: Clock
) -> None:
    queued(3)
    sender = Failing()
    deliverer = make_deliverer(sender)

    for _ in range(3):
        deliverer.run()
        clock.forward(minutes=5)

    assert len(sender.given) == len(set(sender.given)) == 3
    with database.reading() as session:
        assert sorted(session.scalars(select(OutgoingRow.state))) == ["failed", "sent", "sent"]
        [event] = session.scalars(select(EventRow).where(EventRow.kind == "undeliverable"))
    assert "UnicodeEncodeError" in event.text


def test_a_relay_that_does_not_take_us_as_a_sender_is_tried_again_until_it_is_mended(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    queued(1)
    deliverer = make_deliverer(Relay(settings))
    moody.answer_to_mail = "530 5.7.0 authentication required"
    deliverer.run()
    refused = row_of(database)

    moody.answer_to_mail = "250 OK"
    clock.forward(minutes=1)
    deliverer.run()

    assert (refused.state, refused.error) == ("pending", "the relay answered 530 5.7.0 authentication required")
    assert row_of(database).state == "sent"


def test_a_message_whose_consequences_cannot_be_written_down_is_not_sent_again_and_again(
    queued: Callable[[int], None], database: Database, clock: Clock, tmp_path: Path
) -> None:
    queued(3)

    def follow(session: OrmSession, rows: Sequence[OutgoingRow]) -> None:
        if any(row.case_id == 2 for row in rows):
            raise KeyError("a defect of ours")
        note_sent(session, rows, make_office(clock))

    outbox = Counting(tmp_path)
    for _ in range(3):
        Deliverer(database, {"email": outbox}, clock, "test", follow).run()
        clock.forward(minutes=10)

    assert outbox.sent == 3
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingRow.state))) == {"sent"}
        assert set(session.scalars(select(CaseRow.state).where(CaseRow.id != 2))) == {"acknowledged"}
        assert session.scalars(select(EventRow.case_id).where(EventRow.kind == "not-followed-up")).all() == [2]


def test_what_a_dead_process_was_sending_is_sent_again(
    relay: tuple[Moody, Settings],
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
) -> None:
    moody, settings = relay
    queued(1)
    make_deliverer(Relay(settings), "dead")._claim()
    deliverer = make_deliverer(Relay(settings), "alive")
    assert deliverer.run() == 0

    clock.forward(minutes=4)
    deliverer.run()

    assert len(moody.taken) == 1
