"""Who is at what. A row of a queue names in `lease` the claim that works on it, as OWNER:NUMBER; what dead processes
held is given back. Every function works inside the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, Table, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import DeliveryRow, OutgoingRow, ReportRow, TranscriptRow

Leased = type[ReportRow] | type[OutgoingRow] | type[DeliveryRow] | type[TranscriptRow]


def leased_by(lease: InstrumentedAttribute[str | None], owner: str) -> ColumnElement[bool]:
    """True for the leases of that owner, to the letter: LIKE would take UP for up and _ for anything."""
    return func.substr(lease, 1, len(owner) + 1) == f"{owner}:"


def owners_of(leases: Iterable[str | None]) -> set[str]:
    """The owners in the names of leases."""
    return {lease.rpartition(":")[0] for lease in leases if lease}


def owners(session: Session, table: Leased) -> set[str]:
    """Who is at rows of that queue at the moment, dead or alive."""
    return owners_of(session.scalars(select(table.lease).where(table.due_at.is_not(None)).distinct()))


def release(session: Session, table: Leased, owner: str, now: datetime, **values: str) -> int:
    """Give back what a dead process of this name was at, with these `values` beside; returns how many rows that were.
    In one statement: what somebody else claims meanwhile, since the lease is over, stays with him. Nobody is waited
    for: two that start at once give back the same rows, each in an order of its own."""
    (key,) = cast(Table, table.__table__).primary_key.columns
    held = select(key).where(table.due_at.is_not(None), leased_by(table.lease, owner))
    given = session.execute(
        update(table)
        .where(key.in_(held.with_for_update(skip_locked=True)))
        .values(due_at=now, lease=None, **values)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[object], given).rowcount
