"""kill -9 at random moments while mail arrives: what got a 250 is exactly one report with exactly one end."""

import random
import smtplib
import threading
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.db import Database
from models.tables import CaseRow, OutgoingRow, ReportRow
from tests.factories import mail
from tests.servers.firstline import ADDRESS, Firstline
from tests.waiting import wait_until

MAILS = 500
KILLS = 20
SENDERS = 4


class Senders:
    """Several senders that behave like mail servers: a mail without a 250 is tried again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._left = [(number, f"{number}@kill.example") for number in reversed(range(MAILS))]
        self._lock = threading.Lock()
        self.accepted: set[str] = set()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    @property
    def are_done(self) -> bool:
        return len(self.accepted) == MAILS

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._left:
                    return
                number, message_id = self._left.pop()
            sender = f"customer{number}@kill.example"
            raw = mail(f"Disk {number} failed, no impact.", sender=sender, message_id=f"<{message_id}>")
            wait_until(lambda raw=raw, sender=sender: self._was_taken(sender, raw), timeout=120)  # type: ignore[misc]
            with self._lock:
                self.accepted.add(message_id)

    def _was_taken(self, sender: str, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=10) as connection:
                connection.sendmail(sender, [ADDRESS], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True


def kill_at_random(random_: random.Random, firstline: Firstline, senders: Senders) -> None:
    """Spread the kills over the mails; each comes a random moment after its share has been taken."""
    pause = threading.Event()
    for kill in range(KILLS):
        share = MAILS * kill // KILLS
        wait_until(lambda share=share: len(senders.accepted) >= share, timeout=120)  # type: ignore[misc]
        pause.wait(random_.uniform(0.0, 0.7))
        firstline.kill()
        firstline.start()
    wait_until(lambda: senders.are_done, timeout=120)
    firstline.wait_until_ready()


def assert_each_has_one_end(data: Path, accepted: set[str]) -> None:
    database = Database(f"sqlite:///{data / 'firstline.db'}")

    def unfinished() -> int:
        with database.reading() as session:
            reports = session.scalar(select(func.count()).where(ReportRow.state == "waiting")) or 0
            return reports + (session.scalar(select(func.count()).where(OutgoingRow.state != "sent")) or 0)

    wait_until(lambda: unfinished() == 0, timeout=120)
    with database.reading() as session:
        reports = session.scalars(select(ReportRow)).all()
        cases = session.scalar(select(func.count()).select_from(CaseRow))
        answered = Counter(session.scalars(select(OutgoingRow.report_id)))
    database.close()
    assert Counter(report.message_id for report in reports) == Counter(accepted)
    assert {report.outcome for report in reports} == {"case"}
    assert len({report.case_id for report in reports}) == cases == len(accepted)
    assert answered == Counter(report.id for report in reports)
    outbox = [message_from_bytes(path.read_bytes())["Message-ID"] for path in (data / "outbox").glob("*.eml")]
    assert len(outbox) == len(set(outbox)) == len(accepted)


@pytest.fixture
def seed() -> int:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    return seed


@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_when_it_is_killed_twenty_times(tmp_path: Path, seed: int) -> None:
    firstline = Firstline(tmp_path)
    firstline.start()
    senders = Senders(firstline.smtp_port)

    kill_at_random(random.Random(seed), firstline, senders)

    assert_each_has_one_end(firstline.data, senders.accepted)
    assert firstline.stop() == 0


@pytest.mark.timeout(600)
def test_the_same_where_every_wake_up_is_thrown_away(tmp_path: Path, seed: int) -> None:
    # Endpoint and worker are two processes, and the broker is in the process: no wake-up of the
    # endpoint ever reaches the worker, whose sweeper alone finds the work.
    endpoint = Firstline(tmp_path, "smtp")
    worker = Firstline(tmp_path, "worker")
    endpoint.start()
    worker.start()
    senders = Senders(endpoint.smtp_port)

    kill_both_at_random(random.Random(seed), endpoint, worker, senders)

    assert_each_has_one_end(endpoint.data, senders.accepted)
    assert endpoint.stop() == 0
    assert worker.stop() == 0


def kill_both_at_random(random_: random.Random, endpoint: Firstline, worker: Firstline, senders: Senders) -> None:
    pause = threading.Event()
    for kill in range(KILLS):
        share = MAILS * kill // KILLS
        wait_until(lambda share=share: len(senders.accepted) >= share, timeout=120)  # type: ignore[misc]
        pause.wait(random_.uniform(0.0, 0.7))
        for process in random_.choice([[endpoint], [worker], [endpoint, worker]]):
            process.kill()
            process.start()
    wait_until(lambda: senders.are_done, timeout=120)
