"""Messages whose sender is stopped, killed or too slow: they are given back, and sent once by another."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.db import Database
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
