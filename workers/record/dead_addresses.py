"""Mailboxes that our mail came back from for good."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow, DeadAddressRow
from workers.record.journal import Journal


def dead(session: Session, mailboxes: Collection[str], now: datetime) -> dict[str, DeadAddressRow]:
    """Those of these mailboxes that nothing is sent to at the moment."""
    rows = session.scalars(select(DeadAddressRow).where(DeadAddressRow.address_key.in_(mailboxes)))
    return {row.address_key: row for row in rows if now < row.retried_from}


def mark(
    session: Session, journal: Journal, case: CaseRow | None, mailbox: str, because: str, report_id: str | None
) -> None:
    """Remember the mailbox as dead, and have the case's staff reach the customer another way."""
    row = session.get(DeadAddressRow, mailbox)
    if row is None:
        session.add(
            DeadAddressRow(address_key=mailbox, since=journal.now, bounces=1, report_id=report_id, because=because)
        )
    else:
        row.since, row.bounces, row.because = journal.now, row.bounces + 1, because
    if case is None:
        return
    case.needs_review = True
    if "phone" not in case.missing:
        case.missing = [*case.missing, "phone"]
    journal.note(
        case.id, "bounced", f"mail to {mailbox} came back for good: reach the customer another way, by telephone"
    )
