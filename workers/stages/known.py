"""What the directory says about the clues of a batch: one read for all of them, along indexes."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import ContactRow, ContractRow, CustomerDomainRow, CustomerRow, DeviceRow, SiteRow
from models.tables.base import Base
from routing.directory import Clues, Contact, Contract, Customer, Device, Known, Site
from routing.entitlement import domains
from routing.profile import Profile
from workers.profiles import by_name

# SQLite takes 32,766 values in one statement, PostgreSQL about as many.
_CHUNK = 1000

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows that the clues name."""

    addresses: list[ContactRow]
    phones: list[ContactRow]
    domains: list[CustomerDomainRow]
    contracts: list[ContractRow]
    sites: list[SiteRow]
    devices: list[DeviceRow]

    @property
    def customers(self) -> set[int]:
        people = {row.customer_id for row in (*self.addresses, *self.phones)} | {
            row.customer_id for row in self.domains
        }
        bought = {row.customer_id for row in self.contracts} | {row.customer_id for row in self.devices}
        return people | bought | {row.customer_id for row in self.sites}


def read(session: Session, clues: Collection[Clues], default: Profile, assigned: int | None = None) -> Known:
    """What the directory says about these clues, and about the customer whom a person has named."""
    if session.scalar(select(func.min(CustomerRow.id))) is None:
        return Known(default, is_empty=True)
    found = _find(session, clues)
    customers = _customers(session, found.customers | ({assigned} if assigned is not None else set()))
    whereabouts = {device.site_id for device in found.devices} | {one.only_site for one in customers.values()}
    places = _rows(session, SiteRow, SiteRow.id, whereabouts - {None})
    by_phone: defaultdict[str, list[Contact]] = defaultdict(list)
    for row in sorted(found.phones, key=lambda row: row.id):
        by_phone[row.phone or ""].append(_contact(row))
    others = {contract.profile for one in customers.values() for contract in one.contracts} - {default.name}
    return Known(
        default=default,
        profiles={default.name: default} | {name: there for name in others if (there := by_name(name)) is not None},
        customers=customers,
        by_address={row.address_key or "": _contact(row) for row in found.addresses},
        by_phone={phone: tuple(contacts) for phone, contacts in by_phone.items()},
        domains={row.domain: row.customer_id for row in found.domains},
        contracts={row.number_key: _contract(row) for row in found.contracts},
        sites={row.number_key: _site(row) for row in found.sites},
        places={row.id: _site(row) for row in places},
        devices={row.serial_key: Device(row.id, row.customer_id, row.site_id) for row in found.devices},
    )


def _find(session: Session, clues: Collection[Clues]) -> _Found:
    addresses = {key for one in clues for key in one.addresses}
    phones = {key for one in clues for key in _phones(one)}
    asked = {key for one in clues for key in domains(one.domain)}
    contracts = {key for one in clues for key in one.contract_numbers}
    sites = {key for one in clues for key in one.site_numbers}
    serials = {key for one in clues for key in one.serial_numbers}
    return _Found(
        addresses=_rows(session, ContactRow, ContactRow.address_key, addresses),
        phones=_rows(session, ContactRow, ContactRow.phone, phones),
        domains=_rows(session, CustomerDomainRow, CustomerDomainRow.domain, asked),
        contracts=_rows(session, ContractRow, ContractRow.number_key, contracts),
        sites=_rows(session, SiteRow, SiteRow.number_key, sites),
        devices=_rows(session, DeviceRow, DeviceRow.serial_key, serials),
    )


def _phones(clues: Clues) -> Iterator[str]:
    yield from clues.named_phones
    if clues.phone is not None:
        yield clues.phone


def _customers(session: Session, ids: Collection[int]) -> dict[int, Customer]:
    contracts: defaultdict[int, list[Contract]] = defaultdict(list)
    for row in _rows(session, ContractRow, ContractRow.customer_id, ids):
        contracts[row.customer_id].append(_contract(row))
    sites = _sites(session, ids)
    return {
        row.id: Customer(row.id, row.number, row.language, tuple(contracts[row.id]), *sites.get(row.id, (None, None)))
        for row in _rows(session, CustomerRow, CustomerRow.id, ids)
    }


def _sites(session: Session, customers: Collection[int]) -> dict[int, tuple[int | None, str | None]]:
    """Of each of these customers the site, where he has one and no more, and the class, where all of his have one."""
    found: dict[int, tuple[int | None, str | None]] = {}
    first, last = func.min(SiteRow.site_class), func.max(SiteRow.site_class)
    is_only = case((func.count() == 1, func.min(SiteRow.id)))
    is_shared = case((and_(first == last, func.count(SiteRow.site_class) == func.count()), first))
    for part in _chunks(customers):
        of_customer = select(SiteRow.customer_id, is_only, is_shared).where(SiteRow.customer_id.in_(part))
        for customer_id, only, shared in session.execute(of_customer.group_by(SiteRow.customer_id)):
            found[customer_id] = only, shared
    return found


def _rows(session: Session, table: type[Row], column: InstrumentedAttribute[Any], values: Collection[Any]) -> list[Row]:
    """The rows with one of these values."""
    found: list[Row] = []
    for part in _chunks(values):
        found.extend(session.scalars(select(table).where(column.in_(part))))
    return found


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values in order, a statement's worth at a time."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _contact(row: ContactRow) -> Contact:
    return Contact(row.id, row.customer_id, row.is_named_asker, row.phone is not None)


def _site(row: SiteRow) -> Site:
    return Site(row.id, row.customer_id, row.site_class)


def _contract(row: ContractRow) -> Contract:
    return Contract(
        id=row.id,
        customer_id=row.customer_id,
        number=row.number,
        key=row.number_key,
        profile=row.profile,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        tier=row.tier,
        named_askers_only=row.named_askers_only,
    )
