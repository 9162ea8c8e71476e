"""Whose turn it is to read an account: of several processes that could, one does, and another where that one ends."""

import logging
import threading
from contextlib import suppress

from sqlalchemy.orm import Session

from models import mailbox_leases
from models.db import Database
from models.errors import Temporary
from models.mailbox_leases import NotOurTurn

log = logging.getLogger(__name__)


class Turn:
    """The turn of one process at one account. `keep` is called every few seconds by a thread of its own, the rest by
    the thread that reads."""

    def __init__(self, database: Database, account: str, owner: str) -> None:
        self._database = database
        self._account = account
        self._owner = owner
        self._lease: str | None = None
        self._ours = threading.Event()

    @property
    def is_ours(self) -> bool:
        return self._ours.is_set()

    def wait(self, seconds: float) -> bool:
        """Return True once it is our turn, and False where it is not within that time."""
        return self._ours.wait(seconds)

    def keep(self) -> bool:
        """Renew the lease, or take one where there is none; True where it is our turn. While the database is out of
        reach nobody's turn changes, and nobody can store anything."""
        try:
            with self._database.transaction() as session:
                lease = self._lease
                if lease is None or not mailbox_leases.renew(session, self._account, lease):
                    lease = mailbox_leases.take(session, self._account, self._owner)
        except Temporary as error:
            log.warning("imap_turn_unknown", extra={"account": self._account, "error": str(error)})
            return self.is_ours
        if lease != self._lease:
            log.info("imap_turn_ours" if lease else "imap_turn_lost", extra={"account": self._account})
        if lease is None:
            self._ours.clear()
        self._lease = lease
        if lease is not None:
            self._ours.set()
        return self.is_ours

    def hold(self, session: Session) -> None:
        """See that it stays our turn until this transaction ends.

        Raises:
            NotOurTurn: another process reads by now.
        """
        try:
            mailbox_leases.hold(session, self._account, self._lease or "")
        except NotOurTurn:
            self._ours.clear()
            raise

    def give_back(self) -> None:
        """Let another process read at once. Where that cannot be written down it reads once the lease is over."""
        self._ours.clear()
        lease, self._lease = self._lease, None
        if lease is not None:
            with suppress(Temporary), self._database.transaction() as session:
                mailbox_leases.give_back(session, self._account, lease)
