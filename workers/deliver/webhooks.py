"""Sends what receivers of webhooks are told."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from models import deliveries
from models.db import Database
from models.deliveries import Tried
from models.tables import DeliveryRow, WebhookRow
from models.values import OutgoingState
from workers.deliver.posting import NotPosted, Poster

log = logging.getLogger(__name__)

# One receiver is sent to for this long at a time; with the longest wait for an answer it stays within the lease.
SENDING = timedelta(seconds=45)
# Who needs longer for an answer is slow.
SLOW = timedelta(seconds=1)


class WebhookDeliverer:
    """Sends due deliveries. May be run by several threads at once: each takes a receiver that none of the others is
    at, so that a slow one costs one thread, and keeps nobody waiting but itself. Of several that were slow
    when they were last sent to not all `threads` are taken at once: one is for whoever answers."""

    def __init__(
        self,
        database: Database,
        poster: Poster,
        clock: Callable[[], datetime],
        owner: str,
        observe: Callable[[str], None] = lambda result: None,
        threads: int = 1,
        slow: timedelta = SLOW,
    ) -> None:
        self._database = database
        self._poster = poster
        self._clock = clock
        self._owner = owner
        self._observe = observe
        self._lock = threading.Lock()
        self._for_slow = max(1, threads - 1)
        self._slow_after = slow.total_seconds()
        self._busy: set[str] = set()
        self._slow: set[str] = set()
        self._stopping = threading.Event()

    def run(self) -> int:
        """Send until nothing is due that no other thread is at, or `stop` is called; returns how many were tried."""
        tried = 0
        while not self._stopping.is_set():
            webhook, rows = self._claim()
            if not rows:
                break
            try:
                self._send_all(webhook, rows)
            finally:
                with self._lock:
                    self._busy.discard(rows[0].webhook_id)
            tried += len(rows)
        return tried

    def stop(self) -> None:
        """Make `run` return after the delivery it is at; the others are given back."""
        self._stopping.set()

    def _claim(self) -> tuple[WebhookRow | None, list[DeliveryRow]]:
        with self._lock, self._database.transaction(gives_way=True) as session:
            is_full = len(self._busy & self._slow) >= self._for_slow
            others = self._busy | self._slow if is_full else self._busy
            webhook, rows = deliveries.claim(session, self._owner, self._clock(), others)
            if rows:
                self._busy.add(rows[0].webhook_id)
        return webhook, rows

    def _send_all(self, webhook: WebhookRow | None, rows: Sequence[DeliveryRow]) -> None:
        if webhook is None or not webhook.is_active:
            self._note([Tried(row, error="there is no such webhook any more") for row in rows], is_final=True)
            return
        ends_at = time.monotonic() + SENDING.total_seconds()
        for done, row in enumerate(rows):
            if self._stopping.is_set() or time.monotonic() > ends_at:
                with self._database.transaction(gives_way=True) as session:
                    deliveries.give_back(session, rows[done:], self._clock())
                return
            began = time.monotonic()
            tried = self._send(webhook, row)
            self._remember(webhook.id, time.monotonic() - began > self._slow_after)
            if tried.answer == deliveries.GONE or (tried.answer is None and tried.error):
                # It is gone, or nobody answers there: the others need not be tried to know it.
                rest = [Tried(other, error=tried.error) for other in rows[done + 1 :]]
                self._note([tried, *rest])
                return
            self._note([tried])

    def _remember(self, webhook_id: str, is_slow: bool) -> None:
        with self._lock:
            (self._slow.add if is_slow else self._slow.discard)(webhook_id)

    def _send(self, webhook: WebhookRow, row: DeliveryRow) -> Tried:
        try:
            answer = self._poster.post(webhook, row, self._clock())
        except NotPosted as error:
            tried = Tried(row, error=str(error)[:500])
        else:
            error_said = None if 200 <= answer.status < 300 else f"the receiver answered {answer.status}"
            tried = Tried(row, answer.status, error_said, answer.wait)
        if tried.error is not None:
            log.warning(
                "webhook_not_delivered",
                extra={"delivery": row.id, "event_told": row.event, "about": row.about, "error": tried.error},
            )
        return tried

    def _note(self, tries: Sequence[Tried], is_final: bool = False) -> None:
        with self._database.transaction(gives_way=True) as session:
            noted = deliveries.note(session, tries, self._clock(), is_final)
        for row in noted:
            self._observe("sent" if row.state == OutgoingState.SENT else "failed")
