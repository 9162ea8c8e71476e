"""The disk that the outbox is on takes no changes for a while: what is to go out waits, and goes out then."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import Database
from models.tables import OutgoingRow
from tests.servers.firstline import Firstline
from tests.surviving import Senders, assert_each_has_one_end, in_outboxes, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 6


class Disk:
    """A small disk of its own, in memory. Only root may mount one."""

    def __init__(self, place: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a disk")
        place.mkdir(parents=True)
        self._place = place
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], check=True)

    def take_changes(self, does: bool) -> None:
        subprocess.run(["mount", "-o", f"remount,{'rw' if does else 'ro'}", self._place], check=True)

    def remove(self) -> None:
        subprocess.run(["umount", "--lazy", self._place], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "data" / "outbox")
    yield disk
    disk.remove()


@pytest.fixture
def firstline(tmp_path: Path, disk: Disk) -> Iterator[Firstline]:
    process = Firstline(tmp_path)
    process.start()
    process.wait_until_it_works()
    yield process
    process.kill()


def test_each_answer_goes_out_once_the_disk_takes_changes_again(firstline: Firstline, disk: Disk) -> None:
    database = Database(f"sqlite:///{firstline.data / 'firstline.db'}")
    disk.take_changes(False)

    senders = Senders(firstline.smtp_port, MAILS)
    senders.wait_for(share=1)
    wait_until(lambda: tried(database) == MAILS, timeout=60)
    assert in_outboxes(firstline.data) == []
    disk.take_changes(True)

    wait_until_done(database, MAILS)
    assert_each_has_one_end(database, senders.accepted, in_outboxes(firstline.data))
    database.close()
    assert firstline.stop() == 0


def tried(database: Database) -> int:
    with database.reading() as session:
        return session.query(OutgoingRow).filter(OutgoingRow.error.is_not(None)).count()
