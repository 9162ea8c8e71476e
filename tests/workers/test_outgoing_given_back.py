"""Messages whose sender is stopped, killed or too slow: they are given back, and sent once by another."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.db import Database
from models.errors import Temporary
from models.tables import OutgoingRow
from tests.conftest import Clock
from tests.workers.senders import Counting, Failing
from workers.deliver.outgoing import Deliverer, release

pytestmark = pytest.mark.every_backend


def test_a_deliverer_that_is_stopped_gives_back_what_it_has_not_sent(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database
) -> None:
    queued(3)
    sent: list[str] = []

    class StoppedMeanwhile:
        def send(self, message_id: str, recipient: str, content: bytes) -> None:
            sent.append(message_id)
            deliverer.stop()

        def close(self) -> None:
            pass

    deliverer = make_deliverer(StoppedMeanwhile())

    deliverer.run()

    assert len(sent) == 1
    with database.reading() as session:
        assert sorted(session.scalars(select(OutgoingRow.state))) == ["pending", "pending", "sent"]


def test_a_restart_gives_back_at_once_what_the_dead_process_was_sending(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database, clock: Clock
) -> None:
    queued(2)
    make_deliverer(Failing(), "up")._claim()

    with database.transaction() as session:
        release(session, "up", clock())

    with database.reading() as session:
        rows = session.scalars(select(OutgoingRow)).all()
    assert {(row.state, row.due_at, row.lease) for row in rows} == {("pending", clock(), None)}


def test_what_was_claimed_too_long_ago_is_given_back_unsent_since_another_may_be_sending_it(
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    database: Database,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued(3)
    sender = Counting(tmp_path / "outbox")

    with monkeypatch.context() as frozen:
        frozen.setattr("workers.deliver.outgoing.SENDING", timedelta(seconds=-1))  # as if it had been stopped for long
        make_deliverer(sender).run()
    sent_late = sender.sent
    clock.forward(minutes=1)
    make_deliverer(sender).run()

    assert (sent_late, sender.sent) == (0, 3)
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingRow.state))) == {"sent"}


def test_one_message_that_the_relay_hangs_on_keeps_no_other_from_being_sent(
    queued: Callable[[int], None],
    make_deliverer: Callable[..., Deliverer],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued(4)
    tried: list[str] = []

    class HangsOnTheFirst:
        """The first message takes longer than a batch may, and is not taken; the others are."""

        def send(self, message_id: str, recipient: str, content: bytes) -> None:
            tried.append(message_id)
            if message_id == tried[0]:
                monkeypatch.setattr("workers.deliver.outgoing.SENDING", timedelta(seconds=-1))
                raise Temporary("the relay did not answer")

        def close(self) -> None:
            pass

    deliverer = make_deliverer(HangsOnTheFirst())
    monkeypatch.setattr("workers.deliver.outgoing.SENDING", timedelta(minutes=1))
    deliverer.run()
    hung = tuple(tried)

    monkeypatch.setattr("workers.deliver.outgoing.SENDING", timedelta(minutes=1))
    clock.forward(seconds=30)
    deliverer.run()

    assert len(hung) == 1
    assert len(set(tried[1:4])) == 3
    assert hung[0] not in tried[1:4]
