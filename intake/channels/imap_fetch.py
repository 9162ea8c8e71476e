"""Gets mails out of a selected folder, and does not let one that cannot be had hold up the others."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from intake.channels.imap_connection import Client, breaks_connection, cut, understanding
from intake.channels.imap_words import words

log = logging.getLogger(__name__)

BATCH_COUNT = 200
BATCH_BYTES = 16 * 1024 * 1024
# A mail is held in memory a few times over; no mail server lets anything near this size in.
LIMIT_BYTES = 128 * 1024 * 1024
# A mail that comes more slowly than that, by drops, would keep all others of the account waiting for days: a timeout
# is over with each byte.
SLOWEST_BYTES_A_SECOND = 4 * 1024
GRACE_SECONDS = 60.0
ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=15)
# The standard library refuses an answer line over 1 MB: 50,000 UIDs of ten digits are half of that.
SEARCH_WINDOW = 50_000


def find(client: Client, exists: int, lowest: int) -> list[int]:
    """The UIDs from `lowest` on in the selected folder, which holds `exists` messages, in order."""
    found: set[int] = set()
    for top in range(exists, 0, -SEARCH_WINDOW):  # downwards: an expunge meanwhile moves mails down, past no window
        window = [f"{max(1, top - SEARCH_WINDOW + 1)}:{top}"] if exists > SEARCH_WINDOW else []
        with understanding():
            found.update(client.search([*window, "UID", f"{lowest}:*"]))
    return sorted(uid for uid in found if uid >= lowest)  # n:* names the last mail even if its UID is below n


class Fetched(NamedTuple):
    """A mail, and when it arrived in its mailbox (INTERNALDATE of RFC 3501 section 2.3.3), in UTC."""

    raw: bytes
    arrived_at: datetime | None


class Fetcher:
    """A mail that fails three times in a row is postponed: tried again later, never given up."""

    def __init__(self, clock: Callable[[], datetime], place: dict[str, str]) -> None:
        self._clock = clock
        self._place = place
        self._failures: Counter[int] = Counter()
        self._suspects: set[int] = set()
        self._size_of: dict[int, int] = {}
        self.postponed: dict[int, datetime] = {}

    @property
    def outstanding(self) -> Collection[int]:
        """The mails that were tried and not had: those postponed, and those that broke the connection."""
        return self._failures.keys()

    def keep_only(self, found: Collection[int]) -> None:
        """Forget mails that are no longer in the folder."""
        for uid in set(self._failures).difference(found):
            self._forget(uid)

    def in_order(self, uids: Iterable[int]) -> list[int]:
        """What to fetch now: those that made trouble come last, or not before they are due again."""
        now = self._clock()
        due = [uid for uid in uids if uid not in self.postponed or self.postponed[uid] <= now]
        return sorted(due, key=self.outstanding.__contains__)

    def batches(self, client: Client, uids: Sequence[int]) -> Iterator[list[int]]:
        """The UIDs in groups of at most 200 mails and about 16 MB; those under suspicion alone."""
        for start in range(0, len(uids), BATCH_COUNT):
            group = uids[start : start + BATCH_COUNT]
            sizes = self._sizes(client, [uid for uid in group if uid not in self._suspects])
            self._size_of.update(sizes)
            batch: list[int] = []
            total = 0
            for uid in group:
                size = sizes.get(uid, BATCH_BYTES)  # unknown, so alone
                if size > LIMIT_BYTES:
                    self._postpone(uid, "imap_message_too_large")
                    continue
                if batch and total + size > BATCH_BYTES:
                    yield batch
                    batch, total = [], 0
                batch.append(uid)
                total += size
            if batch:
                yield batch

    def fetch(self, client: Client, uids: Sequence[int]) -> dict[int, Fetched]:
        """The raw mails by UID. One that is left out is gone from the folder, or postponed.

        Raises:
            IMAPClientError, OSError: the connection broke.
        """
        mails: dict[int, Fetched] = {}
        if len(uids) > 1:
            try:
                with self._suspecting(uids):
                    mails = self._bodies(client, uids)
            except IMAPClientError as error:
                if breaks_connection(error):
                    raise
                log.warning("imap_batch_refused", extra=self._place | {"reason": words(error)})
        for uid in uids:
            if uid not in mails and (mail := self._fetch_alone(client, uid)) is not None:
                mails[uid] = mail
        for uid in mails:
            self._size_of.pop(uid, None)
        return mails

    def _bodies(self, client: Client, uids: Sequence[int]) -> dict[int, Fetched]:
        size = sum(self._size_of.get(uid, BATCH_BYTES) for uid in uids)
        with _in_time(client, GRACE_SECONDS + size / SLOWEST_BYTES_A_SECOND):
            return _bodies(client, uids)

    def _fetch_alone(self, client: Client, uid: int) -> Fetched | None:
        while self._failures[uid] < ATTEMPTS:
            self._failures[uid] += 1  # counted first: a mail that breaks the connection must not do so for ever
            mail = None
            try:
                mail = self._bodies(client, [uid]).get(uid)
            except IMAPClientError as error:
                if breaks_connection(error):
                    raise
                log.info("imap_message_refused", extra=self._place | {"uid": uid, "reason": words(error)})
            if mail is not None:
                self._forget(uid)
                return mail
            if not client.search(["UID", str(uid)]):
                self._forget(uid)
                log.info("imap_message_gone", extra=self._place | {"uid": uid})
                return None
        self._postpone(uid, "imap_message_unreadable")
        return None

    def _sizes(self, client: Client, uids: Sequence[int]) -> dict[int, int]:
        try:
            with self._suspecting(uids), understanding():
                answer = client.fetch(uids, ["RFC822.SIZE"])
        except IMAPClientError as error:
            if breaks_connection(error):
                raise
            return {}
        return {uid: size for uid, item in answer.items() if isinstance(size := item.get(b"RFC822.SIZE"), int)}

    @contextmanager
    def _suspecting(self, uids: Sequence[int]) -> Iterator[None]:
        """If the connection breaks in the block, one of these mails may be why: then each is read alone."""
        try:
            yield
        except (IMAPClientError, OSError) as error:
            if isinstance(error, OSError) or breaks_connection(error):
                self._suspects.update(uids)
            raise

    def _postpone(self, uid: int, event: str) -> None:
        self._failures[uid] = ATTEMPTS - 1  # one more try when it is due again
        self.postponed[uid] = self._clock() + RETRY_AFTER
        log.error(event, extra=self._place | {"uid": uid})

    def _forget(self, uid: int) -> None:
        self._failures.pop(uid, None)
        self._suspects.discard(uid)
        self._size_of.pop(uid, None)
        self.postponed.pop(uid, None)


@contextmanager
def _in_time(client: Client, seconds: float) -> Iterator[None]:
    """Cut the connection where the block takes longer.

    Raises:
        IMAPClientAbortError: it was cut.
    """
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        cut(client)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (IMAPClientError, OSError) as error:
        if not is_late.is_set():
            raise
        raise IMAPClientAbortError(f"a mail did not come within {seconds:.0f} seconds") from error
    finally:
        timer.cancel()


def _bodies(client: Client, uids: Sequence[int]) -> dict[int, Fetched]:
    with understanding():
        answer = client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])
    return {
        uid: Fetched(body, _utc(item.get(b"INTERNALDATE")))
        for uid, item in answer.items()
        if isinstance(body := item.get(b"BODY[]"), bytes) and body
    }


def _utc(internaldate: object) -> datetime | None:
    """None also where there is no such time: servers have written the first hour of the year 1, and zones of days."""
    if not isinstance(internaldate, datetime):
        return None
    try:
        return internaldate.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
