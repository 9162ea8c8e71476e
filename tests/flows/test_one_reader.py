"""Two processes that could read one mailbox: one does, and the other when that one is killed or frozen."""

from collections.abc import Iterator
from contextlib import ExitStack
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import MailboxLeaseRow, ReportRow
from tests.factories import mail
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.firstline import Firstline
from tests.servers.postgres import Postgres
from tests.waiting import wait_until

pytestmark = pytest.mark.long


class Readers:
    """Two `firstline poll` over one database, and the mailbox."""

    def __init__(self, folder: Path, url: str, dovecot: Dovecot, stack: ExitStack) -> None:
        self.database = Database(url)
        stack.callback(self.database.close)
        self.database.migrate()
        self._dovecot = dovecot
        self.processes = [Firstline(folder / str(number), "poll", database_url=url) for number in range(2)]
        for process in self.processes:
            (process.data.parent / "firstline.toml").write_text(self._mailbox(), encoding="utf-8")
            process.start()
            stack.callback(process.kill)

    def _mailbox(self) -> str:
        return f"""
        [[imap]]
        name = "support"
        host = "127.0.0.1"
        port = {self._dovecot.port}
        tls = "none"
        username = "{USER}"
        password = "{PASSWORD}"
        poll_seconds = 0.2
        after = "move:Processed"
        """

    def reader(self) -> Firstline:
        """The one that holds the lease."""
        found: list[Firstline] = []

        def holds() -> bool:
            holder = self._holder()
            found[:] = [process for process in self.processes if process.pid == holder]
            return bool(found)

        wait_until(holds, timeout=60)
        return found[0]

    def other(self, reader: Firstline) -> Firstline:
        return next(process for process in self.processes if process is not reader)

    def _holder(self) -> int | None:
        with self.database.reading() as session:
            lease = session.scalar(select(MailboxLeaseRow.lease))
        process = int(lease.partition(":")[0].rpartition("-")[2]) if lease else None
        return process if process in [process.pid for process in self.processes] else None

    def receive(self, number: int) -> None:
        """A mail comes, and is stored and moved."""
        self._dovecot.deliver(mail(f"Pump {number} is loud.", message_id=f"<{number}@readers.example>"))
        wait_until(lambda: len(self.stored()) == number, timeout=60)
        wait_until(lambda: not self._dovecot.mails("INBOX"), timeout=30)

    def stored(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(str(found) for found in session.scalars(select(ReportRow.message_id)))

    def moved(self) -> list[str]:
        """The Message-IDs in the folder that mails are moved to."""
        with self._dovecot.client() as client:
            client.select_folder("Processed", readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[HEADER]"])
        return sorted(
            str(message_from_bytes(each[b"BODY[HEADER]"])["Message-ID"]).strip("<>") for each in found.values()
        )


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Readers]:
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres())
        dovecot = stack.enter_context(Dovecot())
        dovecot.create("Processed")
        yield Readers(tmp_path, postgres.url(postgres.create()), dovecot, stack)


def test_the_mailbox_is_read_on_by_the_other_and_by_one_alone(readers: Readers) -> None:
    readers.receive(1)

    first = readers.reader()
    second = readers.other(first)
    first.freeze()
    wait_until(lambda: readers.reader() is second, timeout=90)
    readers.receive(2)
    first.thaw()
    readers.receive(3)
    second.kill()
    wait_until(lambda: readers.reader() is first, timeout=90)
    readers.receive(4)

    # That a lease which is renewed stays is asked in tests/models/test_mailbox_leases.py: on a machine that is busy for
    # six seconds it is not renewed, and the other may have it.
    assert readers.stored() == readers.moved() == [f"{number}@readers.example" for number in range(1, 5)]
    assert first.stop() == 0


def test_a_poller_without_a_mailbox_says_so(tmp_path: Path) -> None:
    poller = Firstline(tmp_path, "poll")
    poller.start()
    try:
        poller.wait_until_it_works()

        assert "no mailbox is set" in poller.log.read_text("utf-8")
    finally:
        poller.kill()
