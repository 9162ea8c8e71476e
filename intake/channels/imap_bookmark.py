"""How far a folder has been read: one row of `mailboxes`; and which of its mails are stored: `mailbox_mails`."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from models.db import Database
from models.inserting import insert
from models.tables import MailboxMailRow, MailboxRow

log = logging.getLogger(__name__)

# Sees, within the transaction, that this process may write; raises NotOurTurn.
Hold = Callable[[Session], None]

# SQLite takes 32,766 values in one statement.
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Balance:
    """The mails in a folder: all of them, those that are stored, and those that the server cannot deliver."""

    present: int
    stored: int
    refused: int


class Bookmark:
    """Everything up to `last_uid` is stored, as long as the folder's UIDVALIDITY stays the same."""

    def __init__(self, database: Database, account: str, folder: str, hold: Hold = lambda session: None) -> None:
        self._database = database
        self._key = (account, folder)
        self._hold = hold

    def confirm(self) -> None:
        """See that it is still our turn, where something is about to be done that no transaction can undo.

        Raises:
            NotOurTurn: another process reads by now. So does whatever else writes here.
        """
        with self._database.transaction() as session:
            self._hold(session)

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

    def save(
        self,
        uidvalidity: int,
        last_uid: int,
        now: datetime,
        problem: str | None,
        taken: Mapping[int, str],
        balance: Balance | None = None,
    ) -> None:
        """Record a contact: how far it went, which mails are stored as which reports, and what a person should
        look at."""
        with self._database.transaction() as session:
            self._hold(session)
            row = self._row(session)
            if row.uidvalidity != uidvalidity:
                session.execute(delete(MailboxMailRow).where(self._mine()))
            row.last_uid = max(row.last_uid, last_uid) if row.uidvalidity == uidvalidity else last_uid
            row.uidvalidity = uidvalidity
            row.seen_at = now
            row.error = problem
            if balance is not None:
                row.present, row.stored, row.refused = balance.present, balance.stored, balance.refused
            self._add(session, uidvalidity, taken)

    def fail(self, problem: str) -> None:
        """Record that there was no contact; the time of the last one stays."""
        with self._database.transaction() as session:
            self._hold(session)
            self._row(session).error = problem

    def count(self, uidvalidity: int) -> int:
        """How many mails of the folder are known to be stored."""
        query = select(func.count()).select_from(MailboxMailRow).where(self._mine(uidvalidity))
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def uids(self, uidvalidity: int) -> set[int]:
        """The UIDs of the mails that are known to be stored."""
        with self._database.reading() as session:
            return set(session.scalars(select(MailboxMailRow.uid).where(self._mine(uidvalidity))))

    def forget(self, uidvalidity: int, uids: Collection[int]) -> None:
        """These mails are no longer in the folder."""
        gone = sorted(uids)
        with self._database.transaction() as session:
            self._hold(session)
            for start in range(0, len(gone), _CHUNK):
                chunk = MailboxMailRow.uid.in_(gone[start : start + _CHUNK])
                session.execute(delete(MailboxMailRow).where(self._mine(uidvalidity), chunk))

    def _mine(self, uidvalidity: int | None = None) -> ColumnElement[bool]:
        account, folder = self._key
        mine = and_(MailboxMailRow.account == account, MailboxMailRow.folder == folder)
        return mine if uidvalidity is None else and_(mine, MailboxMailRow.uidvalidity == uidvalidity)

    def _add(self, session: Session, uidvalidity: int, taken: Mapping[int, str]) -> None:
        if not taken:
            return
        account, folder = self._key
        place = {"account": account, "folder": folder, "uidvalidity": uidvalidity}
        rows = [place | {"uid": uid, "report_id": report_id} for uid, report_id in taken.items()]
        session.execute(insert(session, MailboxMailRow).on_conflict_do_nothing(), rows)

    def _row(self, session: Session) -> MailboxRow:
        """The folder's row, made where there is none, and ours until the transaction ends: another process may be
        reading the same folder while this one is being relieved by it."""
        account, folder = self._key
        new = {"account": account, "folder": folder, "uidvalidity": 0, "last_uid": 0}
        session.execute(insert(session, MailboxRow).on_conflict_do_nothing(), [new])
        return session.get_one(MailboxRow, self._key, with_for_update=True)
