"""How far a folder has been read: one row of `mailboxes`."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from models.db import Database
from models.tables import MailboxRow

log = logging.getLogger(__name__)


class Bookmark:
    """Everything up to `last_uid` is stored, as long as the folder's UIDVALIDITY stays the same."""

    def __init__(self, database: Database, account: str, folder: str) -> None:
        self._database = database
        self._key = (account, folder)

    def read(self, uidvalidity: int) -> int:
        """The last UID; 0 where the folder is new or numbered afresh (RFC 3501 section 2.3.1.1)."""
        with self._database.reading() as session:
            row = session.get(MailboxRow, self._key)
            if row is None:
                return 0
            if row.uidvalidity != uidvalidity:
                if row.uidvalidity:
                    log.warning("imap_renumbered", extra={"account": self._key[0], "folder": self._key[1]})
                return 0
            return row.last_uid

    def save(self, uidvalidity: int, last_uid: int, now: datetime, problem: str | None) -> None:
        """Record a contact: how far it went, and what a person should look at."""
        with self._database.transaction() as session:
            row = self._row(session)
            row.last_uid = max(row.last_uid, last_uid) if row.uidvalidity == uidvalidity else last_uid
            row.uidvalidity = uidvalidity
            row.seen_at = now
            row.error = problem

    def fail(self, problem: str) -> None:
        """Record that there was no contact; the time of the last one stays."""
        with self._database.transaction() as session:
            self._row(session).error = problem

    def _row(self, session: Session) -> MailboxRow:
        row = session.get(MailboxRow, self._key)
        if row is None:
            account, folder = self._key
            row = MailboxRow(account=account, folder=folder, uidvalidity=0, last_uid=0)
            session.add(row)
        return row
