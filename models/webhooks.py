"""Webhooks: who is told of what happens, and the deliveries on their way.

`announce` writes in the transaction in which something happens: what was rolled back is told to nobody, and what was
committed is not forgotten. Every function works inside the caller's transaction."""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from models.direct import Direct
from models.errors import NotPossible
from models.tables import CaseRow, DeliveryRow, WebhookRow
from models.values import Channel, OutgoingState, new_id

_KNOWN = "webhooks"
_SECRET_BYTES = 32
# A receiver that changes its secret is signed for with both meanwhile.
OLD_SECRET_KEPT = timedelta(hours=24)


class Event(StrEnum):
    """What can be told of."""

    REPORT_RECEIVED = "report.received"
    CASE_CREATED = "case.created"
    CASE_ACKNOWLEDGED = "case.acknowledged"
    CASE_LEVEL_CHANGED = "case.level_changed"
    CASE_STATE_CHANGED = "case.state_changed"
    CASE_BREACHED = "case.breached"


TEST = "webhook.test"  # is sent when it is asked for, whatever a receiver listens to


_TABLE = WebhookRow.__table__
_ACTIVE = select(_TABLE.c.id, _TABLE.c.events).where(_TABLE.c.disabled_because.is_(None))
_ACTIVE_NOW = "SELECT id, events FROM webhooks WHERE disabled_because IS NULL"
_DELIVERIES = cast(Table, DeliveryRow.__table__)


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def announce(session: Session, event: Event, now: datetime, about: str, **data: object) -> None:
    """Tell whoever listens to this event of it. `about` is what the pages find it by: a case's number, a report's id;
    `data` is what is sent: ids, numbers and states, never what somebody wrote."""
    for webhook_id, events in _listening(session):
        if event in events:
            _queue(session, webhook_id, event, now, about, data)


def announce_case(session: Session, event: Event, case: CaseRow, now: datetime, **data: object) -> None:
    """The same for a case that is as the event has made it."""
    if not _listening(session):
        return
    facts = {
        "number": case.number,
        "state": str(case.state),
        "level": case.level,
        "category": case.category,
        "assigned_team": case.assigned_team,
        "profile": case.profile,
        "channel": str(case.channel),
    }
    announce(session, event, now, case.number, **facts, **data)


def announce_reports(direct: Direct, reports: Iterable[tuple[str, Channel, datetime]]) -> None:
    """Tell of reports that are stored now, each with its id, its channel and when it was received."""
    listening = [
        webhook_id for webhook_id, events in direct.rows(_ACTIVE_NOW) if Event.REPORT_RECEIVED in _events(events)
    ]
    if not listening:
        return
    deliveries = [
        _delivery(webhook_id, Event.REPORT_RECEIVED, received_at, report_id, facts)
        for report_id, channel, received_at in reports
        for facts in [{"report": report_id, "channel": str(channel), "received_at": received_at}]
        for webhook_id in listening
    ]
    direct.insert(_DELIVERIES, deliveries)


def _events(stored: str | list[str]) -> list[str]:
    """As a driver gives them: PostgreSQL's reads JSON, SQLite's does not."""
    return list(json.loads(stored)) if isinstance(stored, str) else stored


def is_heard(session: Session) -> bool:
    """True where anybody listens to anything."""
    return bool(_listening(session))


def send_test(session: Session, webhook: WebhookRow, now: datetime) -> DeliveryRow:
    """A delivery that tells of nothing.

    Raises:
        NotPossible: the receiver is told nothing.
    """
    _is_told(webhook)
    return _queue(session, webhook.id, TEST, now, "", {"webhook": webhook.id})


def resend(webhook: WebhookRow, row: DeliveryRow, now: datetime) -> None:
    """Try once more, from the first wait on, whatever has become of it. Its id stays: a receiver that has it knows.

    Raises:
        NotPossible: the receiver is told nothing.
    """
    _is_told(webhook)
    row.state, row.due_at, row.lease = OutgoingState.PENDING, now, None
    row.attempts, row.error, row.sent_at = 0, None, None


def old_secrets(webhook: WebhookRow, now: datetime) -> list[str]:
    """Those that sign beside the one in force, since not every receiver knows it yet; the latest first."""
    still = webhook.old_secret_until is not None and webhook.old_secret_until > now
    return (webhook.old_secret or "").split() if still else []


def change_secret(webhook: WebhookRow, now: datetime) -> None:
    """Take a new secret; the one before signs, too, for a while. So does the one before that where it still does: who
    changes it twice, for he did not note the first, has a receiver that knows neither."""
    before = [webhook.secret, *old_secrets(webhook, now)[-1:]]
    webhook.old_secret, webhook.old_secret_until = " ".join(before), now + OLD_SECRET_KEPT
    webhook.secret = new_secret()


def disable(session: Session, webhook: WebhookRow, because: str) -> None:
    """Send nothing any more, not even what waits."""
    webhook.disabled_because = because
    _end(session, webhook.id, f"not sent: {because}")


def remove(session: Session, webhook: WebhookRow) -> None:
    """Take the receiver away, with what was sent to it."""
    session.execute(delete(DeliveryRow).where(DeliveryRow.webhook_id == webhook.id))
    session.delete(webhook)


def _is_told(webhook: WebhookRow) -> None:
    if not webhook.is_active:
        raise NotPossible(f"nothing is sent there ({webhook.disabled_because}): switch it on first")


def _listening(session: Session) -> Sequence[tuple[str, list[str]]]:
    """The receivers that are active, with their events; read once a transaction."""
    if _KNOWN not in session.info:
        # Past the session: what is half done is not to be written yet.
        session.info[_KNOWN] = [(webhook_id, events) for webhook_id, events in session.connection().execute(_ACTIVE)]
    found: Sequence[tuple[str, list[str]]] = session.info[_KNOWN]
    return found


def _queue(
    session: Session, webhook_id: str, event: str, now: datetime, about: str, data: dict[str, object]
) -> DeliveryRow:
    row = DeliveryRow(**_delivery(webhook_id, event, now, about, data))
    session.add(row)
    return row


def _delivery(webhook_id: str, event: str, now: datetime, about: str, data: Mapping[str, object]) -> dict[str, object]:
    payload = {"type": str(event), "timestamp": now.isoformat(), "data": data}
    return {
        "id": f"msg_{new_id()}",
        "webhook_id": webhook_id,
        "event": str(event),
        "about": about[:64],
        "content": json.dumps(payload, separators=(",", ":"), default=_said).encode(),
        "created_at": now,
        "due_at": now,
        "state": str(OutgoingState.PENDING),
        "attempts": 0,
    }


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _end(session: Session, webhook_id: str, because: str) -> None:
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.webhook_id == webhook_id, DeliveryRow.due_at.is_not(None))
        .values(state=OutgoingState.FAILED, due_at=None, lease=None, error=because)
    )
