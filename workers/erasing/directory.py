"""The person in the directory, and wherever else the desk has noted an address of his."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.tables import (
    BreakerRow,
    CaseRow,
    ContactRow,
    CustomerDomainRow,
    CustomerRow,
    DeadAddressRow,
    ListRow,
    SavedFilterRow,
    SiteRow,
)
from workers.erasing.in_case import cleanse
from workers.erasing.person import Person
from workers.erasing.words import Traces


def erase(session: Session, person: Person, traces: Traces, token: str) -> None:
    """Take him out; of a customer, whose cases go on being counted, there stays a row that names nobody."""
    session.execute(update(CaseRow).where(CaseRow.contact_id.in_(person.contacts)).values(contact_id=None))
    session.execute(delete(ContactRow).where(ContactRow.id.in_(person.contacts)))
    session.execute(delete(DeadAddressRow).where(person.column_is_his(DeadAddressRow.address_key)))
    session.execute(delete(BreakerRow).where(BreakerRow.scope == "address", person.column_is_his(BreakerRow.key)))
    for breaker in session.scalars(select(BreakerRow)):
        cleanse(breaker, traces)
    for dead in session.scalars(select(DeadAddressRow)):
        cleanse(dead, traces)
    for waiting in session.scalars(select(ListRow)):
        if traces.are_in(waiting.content.decode("utf-8", "replace")):
            session.delete(waiting)  # whoever sent the list sends it again, without him
    for kept in session.scalars(select(SavedFilterRow)):
        cleanse(kept, traces)
    for contact in session.scalars(select(ContactRow).where(ContactRow.phone.in_(person.phones))):
        contact.phone = None
    if person.customer_id is not None:
        _customer(session, person.customer_id, token)


def _customer(session: Session, customer_id: int, token: str) -> None:
    row = session.get_one(CustomerRow, customer_id)
    row.number = row.number_key = row.name = token
    row.note = ""
    session.execute(delete(CustomerDomainRow).where(CustomerDomainRow.customer_id == customer_id))
    session.execute(update(SiteRow).where(SiteRow.customer_id == customer_id).values(name="", city=""))
