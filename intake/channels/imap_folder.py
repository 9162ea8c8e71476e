"""Takes in the mails of one IMAP folder: stored first, bookmarked second, flagged or moved last.

A crash between two of these steps means that mails are read again and found to be stored already. After each reading
the folder is reconciled: every mail in it is stored, or known to be one that the server cannot deliver.
"""

import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError

from intake.channels.imap_bookmark import Balance, Bookmark, Hold
from intake.channels.imap_connection import Client, breaks_connection, understanding
from intake.channels.imap_fetch import Fetched, Fetcher, find
from intake.channels.imap_settle import Settler, target_of
from intake.channels.imap_words import words
from intake.mail.identity import mail_report
from models.accounts import ImapAccount
from models.db import Database
from models.queue import NewReport
from models.values import Receipt

log = logging.getLogger(__name__)

AcceptAll = Callable[[Sequence[NewReport]], list[Receipt]]
Clock = Callable[[], datetime]

# An answer that comes later than this puzzles more than it helps: a mailbox that is connected for the
# first time is full of old mail.
ANSWER_WITHIN = timedelta(days=1)

_RECEIVED = re.compile(rb"^(?:received:|\r?$)", re.IGNORECASE | re.MULTILINE)
_DELIVERED_TO = re.compile(
    rb"^(?:delivered-to|x-original-to):[ \t]*<?([^\s<>@]+@[^\s<>@]+)>?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


class FolderReader:
    """One folder of an account. Used by one thread, over one connection after the other."""

    def __init__(
        self,
        account: ImapAccount,
        folder: str,
        database: Database,
        accept_all: AcceptAll,
        clock: Clock,
        hold: Hold = lambda session: None,
    ) -> None:
        self._folder = folder
        # A folder that is its own target would hand us the same mails again under new UIDs, for ever.
        self._after = "keep" if target_of(account.after) == folder else account.after
        self._place = {"account": account.name, "folder": folder}
        self._source = f"imap:{account.name}/{folder}"[:200]
        self._bookmark = Bookmark(database, account.name, folder, hold)
        self._accept_all = accept_all
        self._clock = clock
        self._uidvalidity = 0
        self._uidnext: int | None = None
        self._exists = 0
        self._last = 0
        self._refusal: str | None = None
        self._is_read_only = False
        self._renumbered()

    def _renumbered(self) -> None:
        self._fetcher = Fetcher(self._clock, self._place)
        self._settler = Settler(self._after)
        self._waiting: deque[int] = deque()  # not stored yet; the bookmark stays below the lowest
        self._stored: set[int] = set()  # above the bookmark all the same
        self._taken_to: tuple[int, int | None] | None = None

    def take_in(self, client: Client, is_stopping: Callable[[], bool]) -> int:
        """Store everything that is new in the folder; the number of mails that were not stored before.

        Raises:
            IMAPClientError, OSError: the folder or the connection failed.
            Temporary: the mails could not be stored; nothing was skipped.
        """
        self._taken_to = None
        found = self._open(client)
        self._fetcher.keep_only(found)
        self._stored.intersection_update(found)
        if target_of(self._after):  # left behind by a crash, or by a server that said no
            self._bookmark.confirm()
            self._settle(client, [uid for uid in found if self._is_stored(uid)])
        self._waiting = deque(uid for uid in found if not self._is_stored(uid))
        created = self._take(client, self._waiting, is_stopping)
        if not is_stopping():
            created += self._reconcile(client, is_stopping)
        if not is_stopping():
            self._taken_to = (self._uidvalidity, self._uidnext)
        return created

    def _take(self, client: Client, uids: Iterable[int], is_stopping: Callable[[], bool]) -> int:
        created = 0
        for batch in self._fetcher.batches(client, self._fetcher.in_order(uids)):
            if is_stopping():
                return created
            created += self._take_batch(client, batch)
        return created

    def _reconcile(self, client: Client, is_stopping: Callable[[], bool]) -> int:
        """Compare the folder with what is stored of it, by numbers, and mail by mail where these do not agree. A mail
        that was passed over is taken in now: servers have shown mails under lower UIDs than those before them."""
        present, created = self._exists, 0
        stored = self._bookmark.count(self._uidvalidity)
        if present != stored + len(self._fetcher.outstanding):
            uids = set(find(client, max(present, 1), 1))
            known = self._bookmark.uids(self._uidvalidity)
            if gone := known - uids:
                self._bookmark.forget(self._uidvalidity, gone)
            missed = sorted(uids - known - set(self._fetcher.outstanding))
            passed_over = [uid for uid in missed if uid <= self._last]
            if passed_over:
                log.warning("imap_mails_passed_over", extra=self._place | {"count": len(passed_over)})
            created = self._take(client, missed, is_stopping)
            present = len(uids)
            stored = self._bookmark.count(self._uidvalidity)
        balance = Balance(present, stored, len(self._fetcher.outstanding))
        if lost := balance.present - balance.stored - balance.refused:
            log.error("imap_difference", extra=self._place | {"count": lost})
        self._save(balance=balance)
        return created

    def has_news(self, client: Client) -> bool:
        """Select the folder; True where mail may have come since it was last read. The server
        announces a mail once only, and may have done so in the middle of some other answer."""
        self._select(client)
        return self._taken_to != (self._uidvalidity, self._uidnext)

    def fail(self, problem: str) -> None:
        """Record that the folder could not be read, and why."""
        self._taken_to = None
        self._bookmark.fail(problem)

    @property
    def was_read(self) -> bool:
        """True where the last attempt to read the folder reached its end."""
        return self._taken_to is not None

    def _select(self, client: Client) -> None:
        answer = self._selected(client)
        with understanding():
            uidvalidity, exists = int(answer.get(b"UIDVALIDITY", 0)), int(answer[b"EXISTS"])
        if uidvalidity != self._uidvalidity:
            self._renumbered()
        self._uidvalidity, self._uidnext = uidvalidity, answer.get(b"UIDNEXT")
        self._exists = exists

    def _selected(self, client: Client) -> Mapping[bytes, Any]:
        """A folder in which we may change nothing is read all the same."""
        self._is_read_only = False
        if self._after != "keep":
            try:
                return client.select_folder(self._folder)
            except IMAPClientReadOnlyError:
                self._is_read_only = True
        return client.select_folder(self._folder, readonly=True)

    def _open(self, client: Client) -> list[int]:
        self._select(client)
        self._last = self._bookmark.read(self._uidvalidity)
        return find(client, self._exists, 1 if target_of(self._after) else self._last + 1)

    def _is_stored(self, uid: int) -> bool:
        return uid <= self._last or uid in self._stored

    def _take_batch(self, client: Client, uids: Sequence[int]) -> int:
        mails = self._fetcher.fetch(client, uids)
        now = self._clock()
        receipts = self._accept_all([self._report(mails[uid], now) for uid in uids if uid in mails])
        self._stored.update(uid for uid in uids if uid not in self._fetcher.outstanding)
        fetched = [uid for uid in uids if uid in mails]
        self._save({uid: receipt.report_id for uid, receipt in zip(fetched, receipts, strict=True)})
        self._settle(client, [uid for uid in uids if uid in mails])
        each = [
            {"report": receipt.report_id, "again": not receipt.created, "uid": uid}
            for uid, receipt in zip(fetched, receipts, strict=True)
        ]
        log.info("report_accepted", extra=self._place | {"each": each})
        created = sum(receipt.created for receipt in receipts)
        log.info(
            "imap_stored",
            extra=self._place | {"count": len(receipts), "new": created, "last_uid": self._last},
        )
        return created

    def _report(self, mail: Fetched, now: datetime) -> NewReport:
        received_at = min(now, mail.arrived_at or now)
        answer = now - received_at < ANSWER_WITHIN
        return mail_report(mail.raw, self._source, received_at, rcpt_tos=delivered_to(mail.raw), answer=answer)

    def _save(self, taken: Mapping[int, str] | None = None, balance: Balance | None = None) -> None:
        while self._waiting and self._waiting[0] in self._stored:
            self._waiting.popleft()
        reached = self._waiting[0] - 1 if self._waiting else max(self._stored, default=self._last)
        if reached > self._last:
            self._last = reached
            self._stored = {uid for uid in self._stored if uid > reached}
        self._bookmark.save(self._uidvalidity, self._last, self._clock(), self._complaint(), taken or {}, balance)

    def _complaint(self) -> str | None:
        if self._is_read_only:
            advice = "give the account the right to change it, or set after to keep"
            return f"mails are stored, but the server lets us only read the folder: {advice}"
        if self._refusal:
            return self._refusal
        postponed = sorted(self._fetcher.postponed)
        if not postponed:
            return None
        uids = ", ".join(str(uid) for uid in postponed[:5])
        return f"mails that the server cannot deliver: {len(postponed)} (UID {uids}); they are tried again"

    def _settle(self, client: Client, uids: Sequence[int]) -> None:
        """Flag or move stored mails. If the server refuses, they are safe all the same; it is said until it does so."""
        if self._is_read_only or not (uids or target_of(self._after)):
            return
        try:
            self._settler.settle(client, uids)
            self._refusal = None
        except IMAPClientError as error:
            if breaks_connection(error):
                raise
            self._refusal = f"mails are stored, but the server refuses {self._after!r}: {words(error)}"
            log.warning("imap_settle_refused", extra=self._place | {"reason": words(error)})


def delivered_to(raw: bytes) -> tuple[str, ...]:
    """The addresses that the receiving server noted above its own Received field; what stands
    further down was written by others."""
    received = _RECEIVED.search(raw)
    if received is None or not received[0].strip():
        return ()
    found = _DELIVERED_TO.findall(raw, 0, received.start())
    return tuple(dict.fromkeys(address.decode("utf-8", "replace") for address in found))
