"""Who else at a customer gets what he is written, at the same time and in a language of his own: his foreign managers
(SERVICE.md, yilong)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import ContactRow
from workers.record.dead_addresses import dead

# Of a row to be sent. It keeps no promise: the customer himself has to be written to.
COPY = "copy"


def readers(session: Session, customer_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[ContactRow]]:
    """By customer, those of his contacts who get copies and whom mail reaches."""
    wanted = ContactRow.customer_id.in_(customer_ids), ContactRow.copies_in.is_not(None)
    rows = session.scalars(
        select(ContactRow).where(*wanted, ContactRow.address_key.is_not(None)).order_by(ContactRow.id)
    ).all()
    found: defaultdict[int, list[ContactRow]] = defaultdict(list)
    gone = dead(session, {row.address_key for row in rows if row.address_key}, now) if rows else {}
    for row in rows:
        if row.address_key not in gone:
            found[row.customer_id].append(row)
    return found
