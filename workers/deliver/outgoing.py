"""Sends what is due. Each message is a row with its own state; retries are that row's own, too."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import leases, queue
from models.db import Database
from models.errors import Permanent, Temporary
from models.locks import keep_books, lock_cases
from models.merged import survivor_id
from models.tables import CaseRow, OutgoingRow
from models.values import OutgoingState, new_id
from workers.cases.sent import ACKNOWLEDGEMENT
from workers.deliver.email import MailSender, RecipientUnknown, RelayUnreachable
from workers.deliver.named import all_named, named
from workers.deliver.refusals import NotTried
from workers.patience import until_written
from workers.record import dead_addresses
from workers.record.journal import Journal
from workers.record.undeliverable import note_undeliverable
from workers.tracing.traces import Attribute, Traces, nanoseconds

log = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=3)
# A batch is sent for this long, and the rest of it given back: together with the longest wait for one
# answer of the relay that stays within the lease.
SENDING = timedelta(seconds=45)
LONGEST_PAUSE = queue.LONGEST_WAIT
# RFC 5321 section 4.5.4.1: give up after four to five days.
GIVE_UP_AFTER = timedelta(days=5)
# What was sent is written down at least this often, so that a crash repeats little.
_NOTE_SECONDS = 0.5
# A database that restarts is back by then. What the lease has ended of meanwhile is another's to write down.
_NOTING_SECONDS = 60.0


# What follows from messages that have been sent, in the same transaction.
Sent = Callable[[Session, Sequence[OutgoingRow]], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one try. `error` is None where the message was taken."""

    row: OutgoingRow
    error: Temporary | Permanent | None = None


def due(session: Session, now: datetime) -> bool:
    """True where a message of ours waits to be sent."""
    return session.scalar(select(OutgoingRow.id).where(queue.is_due(OutgoingRow.due_at, now)).limit(1)) is not None


def owners(session: Session) -> set[str]:
    """Who is sending at the moment, dead or alive."""
    return leases.owners(session, OutgoingRow)


def release(session: Session, owner: str, now: datetime) -> None:
    """Give back what a dead process of this name was sending; it is sent again with the same Message-ID."""
    leases.release(session, OutgoingRow, owner, now, state=OutgoingState.PENDING)


class Deliverer:
    """Sends due messages, each through the sender of its channel (email, sms, voice); one thread at a time. `observe`
    is told what became of each try, `answered` the report of each acknowledgement that is sent."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, MailSender],
        clock: Callable[[], datetime],
        owner: str,
        sent: Sent,
        observe: Callable[[str], None] = lambda state: None,
        lost: Sent = lambda session, rows: None,
        answered: Callable[[str], None] = lambda report_id: None,
        traces: Traces | None = None,
    ) -> None:
        self._database = database
        self._senders = senders
        self._clock = clock
        self._owner = owner
        self._sent = sent
        self._lost = lost
        self._observe = observe
        self._answered = answered
        self._traces = traces or Traces()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> int:
        """Send what is due until nothing is or `stop` is called; returns how many messages were tried."""
        tried = 0
        with self._lock:
            while not self._stopping.is_set():
                claimed_at = time.monotonic()
                if not (rows := self._claim()):
                    break
                tried += len(rows)
                self._send_all(rows, claimed_at)
        return tried

    def stop(self) -> None:
        """Make `run` return after the message it is at; the others are given back."""
        self._stopping.set()

    def close(self) -> None:
        """Take leave of the relay, unless a thread still hangs on it."""
        if self._lock.acquire(blocking=False):
            for sender in self._senders.values():
                sender.close()

    def _claim(self) -> list[OutgoingRow]:
        now = self._clock()
        with self._database.transaction(gives_way=True) as session:
            rows = session.scalars(
                select(OutgoingRow)
                .where(queue.is_due(OutgoingRow.due_at, now))
                .order_by(OutgoingRow.due_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            lease = f"{self._owner}:{new_id()}"
            for row in rows:
                row.state, row.due_at, row.lease = OutgoingState.SENDING, now + LEASE, lease
                row.attempts += 1
        return list(rows)

    def _send_all(self, rows: list[OutgoingRow], claimed_at: float) -> None:
        results: list[Result] = []
        noted_at = time.monotonic()
        over: NotTried | None = None
        unreachable: dict[str, Temporary] = {}  # by channel: a relay that is down keeps nobody from being called
        for row in rows:
            # Before each, since a process may be frozen at any time, and others send what its lease no longer covers.
            if over is None and time.monotonic() - claimed_at > SENDING.total_seconds():
                over = NotTried("the relay was too slow for the whole batch")
            hopeless = over or unreachable.get(row.channel)
            result = Result(row, hopeless) if hopeless else self._send(row)
            results.append(result)
            if isinstance(result.error, RelayUnreachable):
                unreachable[row.channel] = result.error
            elif self._stopping.is_set():
                over = NotTried("the service was stopped")
            if time.monotonic() - noted_at > _NOTE_SECONDS:
                self._note(results)
                results, noted_at = [], time.monotonic()
        self._note(results)

    def _send(self, row: OutgoingRow) -> Result:
        sender = self._senders.get(row.channel)
        if sender is None:
            return Result(row, Permanent(f"nothing is set up here that sends by {row.channel}"))
        try:
            with self._traced(row):
                sender.send(row.message_id, row.recipient, row.content)
        except (Temporary, Permanent) as error:
            log.warning("message_not_sent", extra=named(row) | {"error": str(error)})
            return Result(row, error)
        except Exception as error:
            # A defect must not undo the batch: its neighbours would be sent again with every try.
            log.error("message_defect", exc_info=error, extra=named(row))
            sender.close()
            return Result(row, Permanent(f"{type(error).__name__}: {error}"))
        log.info("message_sent", extra=named(row))
        return Result(row)

    def _traced(self, row: OutgoingRow) -> AbstractContextManager[None]:
        ids = [row.report_id] if row.report_id is not None else []
        self._traces.span("wait to be sent", ids, nanoseconds(row.created_at), time.time_ns())
        said: dict[str, Attribute] = {"firstline.kind": row.kind, "firstline.attempt": row.attempts}
        return self._traces.timed("deliver", ids, **said, **{"messaging.system": row.channel})

    def _note(self, results: list[Result]) -> None:
        """Write down what became of the tries. Where that is not possible for one message, because of what follows from
        it, the others are written down all the same, and that it was sent: it must not be sent again for ever."""
        try:
            self._note_busily(results)
        except Temporary:
            raise
        except Exception as error:
            log.error("messages_noted_one_by_one", exc_info=error, extra=all_named([result.row for result in results]))
            for result in results:
                self._note_alone(result)

    def _note_alone(self, result: Result) -> None:
        try:
            self._note_busily([result])
        except Temporary:
            raise
        except Exception as error:
            log.error("message_not_followed_up", exc_info=error, extra=named(result.row))
            self._note_busily([result], is_followed_up=False)

    def _note_busily(self, results: list[Result], is_followed_up: bool = True) -> None:
        """Tried again where the database is busy or away, since what is not written down is sent again."""
        until_written(lambda: self._note_once(results, is_followed_up), _NOTING_SECONDS, self._stopping)

    def _note_once(self, results: list[Result], is_followed_up: bool) -> None:
        if not results:
            return
        now = self._clock()
        ids = [result.row.id for result in results]
        with self._database.transaction(gives_way=True) as session:
            keep_books(session)
            lock_cases(session, {result.row.case_id for result in results})
            tried = session.scalars(select(OutgoingRow).where(OutgoingRow.id.in_(ids)).with_for_update())
            mine = {row.id: row for row in tried if row.state == OutgoingState.SENDING}
            sent: list[OutgoingRow] = []
            lost: list[OutgoingRow] = []
            for result in results:
                row = mine.get(result.row.id)
                if row is None or row.lease != result.row.lease:
                    continue
                _note(session, row, result.error, now)
                if row.state in (OutgoingState.SENT, OutgoingState.FAILED):
                    (sent if result.error is None else lost).append(row)
            if not is_followed_up:
                _not_followed_up(session, [*sent, *lost], now)
                return
            if sent:
                self._sent(session, sent)
            if lost:
                self._lost(session, lost)
        for result in results:
            self._observe("sent" if result.error is None else "failed")
        for row in sent:
            if row.kind == ACKNOWLEDGEMENT and row.report_id is not None:
                self._answered(row.report_id)


def _not_followed_up(session: Session, rows: Sequence[OutgoingRow], now: datetime) -> None:
    """A person looks at what could not be done: a promise that is kept and counts as open, say."""
    for row in rows:
        case_id = survivor_id(session, row.case_id)
        session.get_one(CaseRow, case_id).needs_review = True
        text = f"the {row.kind} is {row.state}, and what follows from that could not be written down; the log says why"
        Journal(session, now).note(case_id, "not-followed-up", text)


def _note(session: Session, row: OutgoingRow, error: Temporary | Permanent | None, now: datetime) -> None:
    row.lease = None
    if error is None:
        row.state, row.sent_at, row.due_at, row.error = OutgoingState.SENT, now, None, None
        return
    row.error = str(error)
    if isinstance(error, NotTried):  # due before one that took so long, which would be the first again
        row.state, row.attempts, row.due_at = OutgoingState.PENDING, row.attempts - 1, now + error.wait
        return
    if isinstance(error, Permanent) or now - row.created_at > GIVE_UP_AFTER:
        row.state, row.due_at = OutgoingState.FAILED, None
        journal = Journal(session, now)
        case = note_undeliverable(session, journal, row, str(error))
        if case is not None and isinstance(error, RecipientUnknown):
            dead_addresses.mark(session, journal, case, row.recipient_key, str(error), None)
        return
    row.state = OutgoingState.PENDING
    row.due_at = now + min(timedelta(seconds=2 ** min(row.attempts, 12)), LONGEST_PAUSE)
