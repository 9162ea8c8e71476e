"""Staff are told by mail, by SMS and by telephone: each channel has its sender."""

from functools import partial
from pathlib import Path

from sqlalchemy import select

from models.db import Database
from models.tables import OutgoingRow
from tests.conftest import Clock, make_office
from tests.console.builders import acknowledgement, case, store
from workers.cases.sent import note_sent
from workers.deliver.email import MailSender, Outbox
from workers.deliver.outgoing import Deliverer


class Telephone:
    """Takes what is to be said, as the telephone company would."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        self.said.append((recipient, content))

    def close(self) -> None:
        """Nothing is held open."""


def notice(database: Database, clock: Clock, channel: str) -> None:
    """A notice to one of the staff, by that channel."""
    opened = case(clock())
    store(database, opened)
    told = {"kind": "notice", "channel": channel, "recipient": "+8613800000001", "content": b"FL-000001"}
    store(database, acknowledgement(opened, clock(), **told))


def test_each_channel_has_its_sender(database: Database, clock: Clock, tmp_path: Path) -> None:
    notice(database, clock, "sms")
    telephone, sent = Telephone(), partial(note_sent, office=make_office(clock))
    senders: dict[str, MailSender] = {"email": Outbox(tmp_path), "sms": telephone}

    Deliverer(database, senders, clock, "test", sent).run()

    assert telephone.said == [("+8613800000001", b"FL-000001")]
    assert list(tmp_path.glob("*.eml")) == []


def test_a_channel_that_nothing_sends_by_fails_with_the_reason(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    notice(database, clock, "voice")

    Deliverer(database, {"email": Outbox(tmp_path)}, clock, "test", partial(note_sent, office=make_office(clock))).run()

    with database.reading() as session:
        row = session.scalars(select(OutgoingRow)).one()
        assert (row.state, row.error) == ("failed", "nothing is set up here that sends by voice")
