"""What has to hold whatever was killed meanwhile: each mail that got a 250 is one report with one end, one case and one
acknowledgement, and each message of ours went out, again at worst, under its own Message-ID."""

import random
import smtplib
import threading
from collections import Counter
from collections.abc import Iterable
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import func, select

from models.db import Database
from models.errors import Temporary
from models.tables import CaseRow, OutgoingRow, ReportRow
from tests.factories import mail
from tests.waiting import wait_until
from workers.process import ADDRESS


def new_seed() -> int:
    """A seed for what happens at random; shown where the test fails."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    return seed


class Senders:
    """Several senders that behave like mail servers: a mail without a 250 is tried again. `accepted` are the
    Message-IDs of those that had one, `refused` counts the tries without."""

    def __init__(self, port: int, mails: int, at_once: int = 4) -> None:
        self._port = port
        self._mails = mails
        self._left = [(number, f"{number}@kill.example") for number in reversed(range(mails))]
        self._lock = threading.Lock()
        self.accepted: set[str] = set()
        self.refused = 0
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(at_once)]
        for thread in self.threads:
            thread.start()

    @property
    def are_done(self) -> bool:
        return len(self.accepted) == self._mails

    def wait_for(self, share: float) -> None:
        """Return once this share of the mails has been taken."""
        wait_until(lambda: len(self.accepted) >= self._mails * share, timeout=120)

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
            with self._lock:
                self.refused += 1
            return False
        return True


def in_outboxes(*folders: Path) -> list[str]:
    """The Message-IDs of what lies in the outboxes of these data folders."""
    files = [path for folder in folders for path in (folder / "outbox").glob("*.eml")]
    return [str(message_from_bytes(path.read_bytes())["Message-ID"]).strip("<>") for path in files]


def unfinished(database: Database) -> int:
    """How many reports wait and how many messages are unsent; 1 while the database does not answer."""
    try:
        with database.reading() as session:
            reports = session.scalar(select(func.count()).where(ReportRow.state == "waiting")) or 0
            return reports + (session.scalar(select(func.count()).where(OutgoingRow.state != "sent")) or 0)
    except Temporary:
        return 1


def wait_until_done(database: Database, reports: int, timeout: float = 120) -> None:
    """Return once so many reports are stored, and nothing is left to be done."""

    def stored() -> int:
        try:
            with database.reading() as session:
                return session.scalar(select(func.count()).select_from(ReportRow)) or 0
        except Temporary:
            return 0

    wait_until(lambda: stored() >= reports and unfinished(database) == 0, timeout=timeout)


def assert_each_has_one_end(database: Database, accepted: Iterable[str], went_out: Iterable[str]) -> None:
    """`accepted` are the Message-IDs of the mails that were taken, `went_out` those of the messages that the relay or
    the outboxes have."""
    with database.reading() as session:
        reports = session.scalars(select(ReportRow)).all()
        cases = session.scalar(select(func.count()).select_from(CaseRow))
        messages = session.execute(select(OutgoingRow.report_id, OutgoingRow.message_id, OutgoingRow.state)).all()
    assert Counter(report.message_id for report in reports) == Counter(accepted)
    assert {report.outcome for report in reports} == {"case"}
    assert len({report.case_id for report in reports}) == cases == len(reports)
    assert Counter(report_id for report_id, _, _ in messages if report_id) == Counter(report.id for report in reports)
    assert {state for _, _, state in messages} == {"sent"}
    assert set(went_out) == {message_id for _, message_id, _ in messages}
