"""What the directory knows of an address, a domain, a telephone number, a contract, a site, a serial number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import ContactRow, ContractRow, CustomerDomainRow, CustomerRow, DeviceRow, SiteRow, StaffRow
from models.values import directory_key
from routing import profile as profiles
from workers.directory import cells


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known: what it is (customer, contract, contact, site, device, staff), and what is known."""

    kind: str
    text: str


def find(session: Session, text: str, now: datetime) -> tuple[Fact, ...]:
    """What is known of it, and of the customers it belongs to; empty where it is in no list."""
    key, domains, phone = directory_key(text), _domains(text), _phone(text)
    facts: list[Fact] = []
    customers: dict[int, None] = {}
    by_phone = phone is not None
    reached = ContactRow.phone == phone if by_phone else ContactRow.address_key == key
    for contact in session.scalars(select(ContactRow).where(reached).order_by(ContactRow.id)):
        customers[contact.customer_id] = None
        facts.append(Fact("contact", _person(contact.name, contact.address, contact.phone, _asker(contact))))
    for site in session.scalars(select(SiteRow).where(SiteRow.number_key == key)):
        customers[site.customer_id] = None
        facts.append(_site(site))
    for device in session.scalars(select(DeviceRow).where(DeviceRow.serial_key == key)):
        customers[device.customer_id] = None
        facts.append(Fact("device", f"{device.serial_number} {device.model}".rstrip()))
        if device.site_id is not None:
            facts.append(_site(session.get_one(SiteRow, device.site_id)))
    customers |= dict.fromkeys(_owners(session, key, domains))
    for customer_id in customers:
        facts += _customer(session, customer_id, now)
    reached = StaffRow.phone == phone if by_phone else StaffRow.address_key == key
    return (*facts, *(_staff(row) for row in session.scalars(select(StaffRow).where(reached).order_by(StaffRow.id))))


def _domains(text: str) -> list[str]:
    """The domain of the address, or that it is, and those above it: a department's mail is its company's."""
    try:
        labels = cells.domain(text.strip().rpartition("@")[2]).split(".")
    except cells.Wrong:
        return []
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _phone(text: str) -> str | None:
    try:
        return cells.phone(text.strip())
    except cells.Wrong:
        return None


def _owners(session: Session, key: str, domains: list[str]) -> Iterator[int]:
    yield from session.scalars(select(CustomerRow.id).where(CustomerRow.number_key == key))
    yield from session.scalars(select(ContractRow.customer_id).where(ContractRow.number_key == key))
    owned = select(CustomerDomainRow).where(CustomerDomainRow.domain.in_(domains))
    nearest = sorted(session.scalars(owned), key=lambda row: -len(row.domain))
    yield from (row.customer_id for row in nearest[:1])


def _customer(session: Session, customer_id: int, now: datetime) -> Iterator[Fact]:
    row = session.get_one(CustomerRow, customer_id)
    domains = session.scalars(
        select(CustomerDomainRow.domain)
        .where(CustomerDomainRow.customer_id == customer_id)
        .order_by(CustomerDomainRow.domain)
    )
    yield Fact(
        "customer", "; ".join(part for part in (f"{row.number} {row.name}", " ".join(domains), row.note) if part)
    )
    contracts = select(ContractRow).where(ContractRow.customer_id == customer_id).order_by(ContractRow.starts_on)
    for contract in session.scalars(contracts):
        yield Fact("contract", _contract(contract, now))
    counts = [
        (name, session.scalar(select(func.count()).select_from(table).where(table.customer_id == customer_id)))
        for name, table in (("contacts", ContactRow), ("sites", SiteRow), ("devices", DeviceRow))
    ]
    yield Fact("has", ", ".join(f"{count} {name}" for name, count in counts))


def _contract(row: ContractRow, now: datetime) -> str:
    zone = profiles.load(row.profile).hours.zone if row.profile in profiles.names() else None
    today = now.astimezone(zone).date()
    standing = "in force"
    if today < row.starts_on:
        standing = "not yet in force"
    elif row.ends_on is not None and today > row.ends_on:
        standing = "expired"
    until = f"to {row.ends_on}" if row.ends_on else "without end"
    parts = [f"{row.number} {row.profile} {row.tier or ''}".rstrip(), f"{row.starts_on} {until}", standing]
    if row.expert_days is not None:
        parts.append(f"{row.expert_days} expert days left")
    if row.named_askers_only:
        parts.append("named askers only")
    return "; ".join(parts)


def _site(row: SiteRow) -> Fact:
    site_class = f"class {row.site_class}" if row.site_class else ""
    return Fact("site", "; ".join(part for part in (f"{row.number} {row.name}".rstrip(), row.city, site_class) if part))


def _staff(row: StaffRow) -> Fact:
    what = [row.role, " ".join(row.teams), " ".join(row.languages), "" if row.is_active else "not active"]
    return Fact("staff", _person(row.name, row.address, row.phone, *what))


def _asker(row: ContactRow) -> str:
    return "named asker" if row.is_named_asker else ""


def _person(name: str, address: str | None, phone: str | None, *what: str) -> str:
    return "; ".join(part for part in (f"{name} <{address}>" if address else name, phone, *what) if part)
