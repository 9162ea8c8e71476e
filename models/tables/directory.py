"""Whom the desk serves, and who serves them. A `…_key` is a name as it is compared: case-folded, without blanks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CustomerRow(Base):
    """An organisation that is served. `number` is the vendor's own, by which lists name it."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")


class CustomerDomainRow(Base):
    """A mail domain whose addresses are the customer's."""

    __tablename__ = "customer_domains"
    __table_args__ = (Index("ix_customer_domains_customer", "customer_id"),)

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class ContactRow(Base):
    """A person at a customer. `phone` is in E.164 and may be a switchboard that several share;
    `is_named_asker` says that contracts which limit who may ask name him, `copies_in` in which language he gets a copy
    of what his company is written about its cases, if he does."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_customer", "customer_id"), Index("ix_contacts_phone", "phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(320))
    address_key: Mapped[str | None] = mapped_column(String(320), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    is_named_asker: Mapped[bool] = mapped_column(default=False)
    copies_in: Mapped[str | None] = mapped_column(String(16))


class SiteRow(Base):
    """A place of a customer. `site_class` is the profile's word for how fast it is reached: own, elsewhere, A, B, C."""

    __tablename__ = "sites"
    __table_args__ = (Index("ix_sites_customer", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(Text, default="")
    site_class: Mapped[str | None] = mapped_column(String(32))


class DeviceRow(Base):
    """A device that is under service."""

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_customer", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    serial_number: Mapped[str] = mapped_column(String(64))
    serial_key: Mapped[str] = mapped_column(String(64), unique=True)
    model: Mapped[str] = mapped_column(Text, default="")


class ContractRow(Base):
    """What a customer has bought: a tier of a profile, from `starts_on` to `ends_on`, both included, in the profile's
    zone. `expert_days` are the man-days a year that are left, None where the scheme has none."""

    __tablename__ = "contracts"
    __table_args__ = (Index("ix_contracts_customer", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(String(64), unique=True)
    profile: Mapped[str] = mapped_column(String(64))
    tier: Mapped[str | None] = mapped_column(String(32))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    expert_days: Mapped[int | None]
    named_askers_only: Mapped[bool] = mapped_column(default=False)


class StaffRow(Base):
    """One of us. `role` is a rung of the ladders (engineer, service-manager ...), `teams` those he works in; a
    role without a team counts for all. `is_active` is False for who has left or is away for long."""

    __tablename__ = "staff"
    __table_args__ = (Index("ix_staff_role", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(32))
    teams: Mapped[list[Any]] = mapped_column(default=list)
    skills: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)


class ShiftRow(Base):
    """Who is on call for a team, from `starts_at` until before `ends_at`. Several may be at once; where there are
    overrides at a moment, they alone count. One that replaces somebody takes his place alone, and only where he would
    be on call."""

    __tablename__ = "shifts"
    __table_args__ = (
        UniqueConstraint("team", "staff_id", "starts_at", name="uq_shifts"),
        Index("ix_shifts_team", "team", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    is_override: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
