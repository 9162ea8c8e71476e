"""The queue of webhook deliveries: claim, note, due. Every function works inside the caller's transaction.

Whom a delivery is for decides when it is claimed, too: one that is slow keeps nobody else waiting."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from models import leases, queue, webhooks
from models.tables import DeliveryRow, WebhookRow
from models.values import OutgoingState, new_id

LEASE = timedelta(minutes=3)
BATCH = 20
# Twelve tries within about 26 hours.
WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
    timedelta(hours=6),
    timedelta(hours=6),
)
# Of each wait, so that receivers which came back are not asked by all at once.
JITTER = 0.2
LONGEST_WAIT = timedelta(hours=8)  # no wait is longer, with what chance adds
KEPT = timedelta(days=30)
_AT_ONCE = 1000
GONE = 410


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one try: `answer` is the receiver's status, `error` why it does not count as delivered; `wait` is
    how long the receiver asks us to."""

    row: DeliveryRow
    answer: int | None = None
    error: str | None = None
    wait: timedelta | None = None


def due(session: Session, now: datetime) -> bool:
    """True where a delivery waits to be sent."""
    return session.scalar(select(DeliveryRow.id).where(_is_due(now)).limit(1)) is not None


def claim(
    session: Session, owner: str, now: datetime, busy: Collection[str] = ()
) -> tuple[WebhookRow | None, list[DeliveryRow]]:
    """Take what is due for one receiver, the one that waits longest of those who are not `busy`; with the receiver, who
    is None where he was removed meanwhile."""
    waiting = select(DeliveryRow.webhook_id).where(_is_due(now)).order_by(DeliveryRow.due_at).limit(1)
    if busy:
        waiting = waiting.where(DeliveryRow.webhook_id.not_in(busy))
    webhook_id = session.scalar(waiting.with_for_update(skip_locked=True))
    if webhook_id is None:
        return None, []
    rows = session.scalars(
        select(DeliveryRow)
        .where(_is_due(now), DeliveryRow.webhook_id == webhook_id)
        .order_by(DeliveryRow.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    lease = f"{owner}:{new_id()}"
    for row in rows:
        row.state, row.due_at, row.lease = OutgoingState.SENDING, now + LEASE, lease
        row.attempts += 1
    return session.get(WebhookRow, webhook_id), list(rows)


def note(session: Session, tries: Sequence[Tried], now: datetime, is_final: bool = False) -> list[DeliveryRow]:
    """Write down what became of the tries, of which only those count whose lease is still ours; returns their rows.
    `is_final` says that none of them is tried again. A receiver that is gone (410) is told nothing any more."""
    ids = [each.row.id for each in tries]
    held = session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(ids)).with_for_update())
    mine = {row.id: row for row in held}
    noted = []
    for each in tries:
        row = mine.get(each.row.id)
        if row is None or row.lease is None or row.lease != each.row.lease:
            continue
        _note(row, each, now, is_final)
        noted.append(row)
    if any(each.answer == GONE for each in tries):
        webhook = session.get(WebhookRow, tries[0].row.webhook_id, with_for_update=True)
        if webhook is not None and webhook.is_active:
            session.flush()
            webhooks.disable(session, webhook, "the receiver answered 410: it is gone for good")
    return noted


def give_back(session: Session, rows: Sequence[DeliveryRow], now: datetime) -> None:
    """Have those sent soon that were claimed and not tried."""
    for row in session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_([row.id for row in rows]))):
        if row.lease is not None and row.lease == rows[0].lease:
            row.state, row.due_at, row.lease = OutgoingState.PENDING, now, None
            row.attempts -= 1


def owners(session: Session) -> set[str]:
    """Who is sending at the moment, dead or alive."""
    return leases.owners(session, DeliveryRow)


def release(session: Session, owner: str, now: datetime) -> None:
    """Give back what a dead process of this name was sending; it is sent again under the same id."""
    leases.release(session, DeliveryRow, owner, now, state=OutgoingState.PENDING)


def forget(session: Session, now: datetime) -> int:
    """Clear away some deliveries that are over and old; returns how many."""
    old = select(DeliveryRow.id).where(DeliveryRow.created_at <= now - KEPT, DeliveryRow.due_at.is_(None))
    found = session.scalars(old.order_by(DeliveryRow.created_at).limit(_AT_ONCE)).all()
    if found:
        session.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(found)))
    return len(found)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return queue.is_due(DeliveryRow.due_at, now, LONGEST_WAIT)


def _note(row: DeliveryRow, tried: Tried, now: datetime, is_final: bool) -> None:
    row.lease, row.answer, row.error = None, tried.answer, tried.error
    if tried.error is None:
        row.state, row.sent_at, row.due_at = OutgoingState.SENT, now, None
    elif is_final or row.attempts > len(WAITS):
        row.state, row.due_at = OutgoingState.FAILED, None
    else:
        wait = WAITS[row.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
        asked = min(tried.wait or timedelta(), WAITS[-1])
        row.state, row.due_at = OutgoingState.PENDING, now + max(wait, asked)
