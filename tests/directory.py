"""Rows of the directory as tests need them."""

from datetime import date
from typing import Any

from models.db import Database
from models.tables import ContactRow, ContractRow, CustomerDomainRow, CustomerRow, DeviceRow, SiteRow
from models.values import directory_key


def customer(database: Database, number: str, *, domain: str | None = None, language: str | None = None) -> int:
    """Somebody is served from now on; returns his id."""
    row = CustomerRow(number=number, number_key=directory_key(number), name=f"Customer {number}", language=language)
    with database.transaction() as session:
        session.add(row)
        session.flush()
        if domain is not None:
            session.add(CustomerDomainRow(domain=domain, customer_id=row.id))
    return row.id


def contact(database: Database, customer_id: int, address: str, **changes: Any) -> int:
    return _add(
        database,
        ContactRow(
            customer_id=customer_id, name="Ann Lee", address=address, address_key=directory_key(address), **changes
        ),
    )


def contract(database: Database, customer_id: int, number: str, profile: str, **changes: Any) -> int:
    """A contract for the year 2026, unless it says otherwise."""
    values: dict[str, Any] = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    key = directory_key(number)
    return _add(
        database,
        ContractRow(customer_id=customer_id, number=number, number_key=key, profile=profile, **(values | changes)),
    )


def site(database: Database, customer_id: int, number: str, site_class: str | None = None) -> int:
    key = directory_key(number)
    return _add(database, SiteRow(customer_id=customer_id, number=number, number_key=key, site_class=site_class))


def device(database: Database, customer_id: int, serial_number: str, site_id: int | None = None) -> int:
    key = directory_key(serial_number)
    return _add(
        database,
        DeviceRow(customer_id=customer_id, site_id=site_id, serial_number=serial_number, serial_key=key, model="A1"),
    )


def _add(database: Database, row: ContactRow | ContractRow | SiteRow | DeviceRow) -> int:
    with database.transaction() as session:
        session.add(row)
        session.flush()
    return row.id
