"""A server, a database and pollers between them, and the mails that are sent through them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError
from pydantic import SecretStr
from sqlalchemy import select

from intake.channels.imap import MailboxPoller
from models.accounts import ImapAccount
from models.db import Database
from models.queue import NewReport
from models.tables import MailboxRow, ReportPart, ReportRow
from models.values import Receipt
from tests.servers.dovecot import PASSWORD, USER, Dovecot

CHINESE_FOLDER = "售后支持"
SEEN = rb"\Seen"


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class MailDesk:
    """A server, a database, and pollers between them."""

    server: Dovecot
    database: Database
    accept_all: Callable[[Sequence[NewReport]], list[Receipt]]
    clock: Clock = field(default_factory=Clock)
    pollers: list[MailboxPoller] = field(default_factory=list)

    def account(self, **changes: Any) -> ImapAccount:
        wanted: dict[str, Any] = {
            "name": "support",
            "host": "127.0.0.1",
            "port": self.server.port,
            "tls": "none",
            "username": USER,
            "password": SecretStr(PASSWORD),
            "after": "keep",
            "poll_seconds": 0.1,
            "idle": False,
        }
        if "password_file" in changes or "oauth2" in changes:
            del wanted["password"]
        return ImapAccount.model_validate(wanted | changes)

    def poller(
        self, accept_all: Callable[[Sequence[NewReport]], list[Receipt]] | None = None, **changes: Any
    ) -> MailboxPoller:
        poller = MailboxPoller(self.account(**changes), self.database, accept_all or self.accept_all, self.clock)
        self.pollers.append(poller)
        return poller

    @contextmanager
    def running(self, poller: MailboxPoller) -> Iterator[threading.Thread]:
        thread = threading.Thread(target=poller.run, daemon=True)
        thread.start()
        try:
            yield thread
        finally:
            poller.stop()
            thread.join(5)
            assert not thread.is_alive()

    def stored(self) -> list[bytes]:
        """The raw mails in the database, in the order of their text."""
        with self.database.reading() as session:
            return sorted(session.scalars(select(ReportPart.content)))

    def sources(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(ReportRow.source)))

    def row(self, folder: str = "INBOX") -> MailboxRow | None:
        with self.database.reading() as session:
            return session.get(MailboxRow, ("support", folder))

    def error(self, folder: str = "INBOX") -> str | None:
        row = self.row(folder)
        return row.error if row else None

    def last_uid(self, folder: str = "INBOX") -> int:
        row = self.row(folder)
        return row.last_uid if row else 0


def mail(number: int, text: str = "The array shows two red lights.") -> bytes:
    lines = [
        "From: Li Wei <li.wei@example.com>",
        "To: support@example.net",
        f"Subject: report {number:05d}",
        f"Message-ID: <report-{number:05d}@example.com>",
        "Date: Mon, 02 Mar 2026 08:30:00 +0800",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


def never() -> bool:
    return False


@dataclass
class FussyClient:
    """A server with one folder that says no to some mails (Dovecot would break the connection)."""

    mails: dict[int, bytes]
    refused: set[int] = field(default_factory=set)
    fetches: list[tuple[int, ...]] = field(default_factory=list)

    def select_folder(self, _folder: str, readonly: bool = False) -> dict[bytes, int]:
        return {b"EXISTS": len(self.mails), b"UIDVALIDITY": 1, b"UIDNEXT": max(self.mails) + 1}

    def search(self, criteria: Sequence[str]) -> list[int]:
        low, _, high = criteria[-1].partition(":")
        last = max(self.mails) if high else int(low)  # n:* is the last mail even if it is below n
        return [uid for uid in self.mails if int(low) <= uid <= last or (high and uid == last)]

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        if data == ["RFC822.SIZE"]:
            return {uid: {b"RFC822.SIZE": len(self.mails[uid])} for uid in messages}
        self.fetches.append(tuple(messages))
        if self.refused.intersection(messages):
            raise IMAPClientError("fetch failed: [SERVERBUG]")
        return {uid: {b"BODY[]": self.mails[uid]} for uid in messages}
