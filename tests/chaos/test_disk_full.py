"""The disk is full for a while: what cannot be stored is refused for now, and nothing that was taken is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import Database
from tests.chaos.faults import leave_room
from tests.servers.firstline import Firstline
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 30
REFUSALS = 8


@pytest.fixture
def firstline(tmp_path: Path) -> Iterator[Firstline]:
    process = Firstline(tmp_path)
    process.start()
    yield process
    process.kill()


def test_each_report_has_one_end_though_the_disk_was_full(firstline: Firstline) -> None:
    senders = Senders(firstline.smtp_port, MAILS)

    senders.wait_for(share=0.3)
    leave_room(firstline, 0)
    refused = senders.refused
    wait_until(lambda: senders.refused >= refused + REFUSALS, timeout=60)
    leave_room(firstline, None)
    senders.wait_for(share=1)

    database = Database(f"sqlite:///{firstline.data / 'firstline.db'}")
    wait_until_done(database, MAILS)
    assert_each_has_one_end(database, senders.accepted, in_outboxes(firstline.data))
    database.close()
    assert firstline.stop() == 0
