"""Endpoint, poller, web and two workers, each a process with a folder of its own, over one PostgreSQL: workers are
killed and the database restarts in the middle, and every report has one case and one acknowledgement."""

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.db import Database
from models.tables import ReportRow
from tests.factories import mail
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.firstline import ADDRESS, Firstline
from tests.servers.postgres import Postgres
from tests.surviving import assert_each_has_one_end, in_outboxes, wait_until_done
from tests.waiting import wait_until

pytestmark = pytest.mark.long

MAILS = 60


class Desk:
    """The processes, the database between them, and the mailbox they read."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.postgres = stack.enter_context(Postgres())
        self.dovecot = stack.enter_context(Dovecot())
        self.url = self.postgres.url(self.postgres.create())
        self._folder, self._stack = folder, stack
        (folder / "mailbox").mkdir(parents=True)
        (folder / "mailbox" / "firstline.toml").write_text(self._mailbox(), encoding="utf-8")
        self.smtp, self.poll, self.web = self._start("smtp"), self._start("poll", "mailbox"), self._start("web")
        self.workers = [self._start("worker", f"worker-{number}") for number in range(2)]
        self.web.wait_until_ready()

    def _start(self, part: str, name: str = "") -> Firstline:
        # Machines of their own share the key that signs case numbers; the outboxes are theirs alone.
        process = Firstline(self._folder / (name or part), part, database_url=self.url, token_key="of all of them")
        self._stack.callback(process.kill)
        process.start()
        return process

    def _mailbox(self) -> str:
        return f"""
        [[imap]]
        name = "support"
        host = "127.0.0.1"
        port = {self.dovecot.port}
        tls = "none"
        username = "{USER}"
        password = "{PASSWORD}"
        poll_seconds = 0.2
        """

    def hand_in(self, number: int) -> str:
        """A customer writes, by SMTP or to the mailbox; returns the Message-ID."""
        message_id = f"{number}@several.example"
        sender = f"customer{number}@several.example"
        raw = mail(f"Disk {number} failed, no impact.", sender=sender, message_id=f"<{message_id}>")
        if number % 3:
            wait_until(lambda: self._was_taken(sender, raw), timeout=120)
        else:
            self.dovecot.deliver(raw)
        return message_id

    def _was_taken(self, sender: str, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp.smtp_port, timeout=20) as connection:
                connection.sendmail(sender, [ADDRESS], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(tmp_path, stack)


@pytest.mark.timeout(600)
def test_every_report_has_one_case_and_one_acknowledgement_whoever_is_killed(desk: Desk) -> None:
    database = Database(desk.url)

    with ThreadPoolExecutor(3) as customers:
        writing = [customers.submit(desk.hand_in, number) for number in range(MAILS)]
        wait_until(lambda: _stored(database) >= MAILS // 4, timeout=120)
        desk.workers[0].kill()
        desk.workers[0].start()
        wait_until(lambda: _stored(database) >= MAILS // 2, timeout=120)
        desk.postgres.kill()
        desk.postgres.start()
        desk.workers[1].kill()
        desk.workers[1].start()
        sent = [one.result() for one in writing]

    wait_until_done(database, MAILS, timeout=240)
    assert_each_has_one_end(database, sent, in_outboxes(*(worker.data for worker in desk.workers)))
    database.close()
    assert desk.web.report(sent[0]) is not None
    assert [process.stop() for process in (desk.smtp, desk.poll, desk.web, *desk.workers)] == [0] * 5


def _stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0
