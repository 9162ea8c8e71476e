"""The cases, and everything that happened to them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.tables.base import Base
from models.values import case_number

if TYPE_CHECKING:
    from models.tables.directory import ContractRow, CustomerRow, DeviceRow, SiteRow
    from models.tables.joined import CaseLinkRow
    from models.tables.outgoing import OutgoingRow
    from models.tables.reports import ReportRow
    from models.tables.service import ClockEventRow, StepRow

# The clocks that the timers look at: neither kept, nor standing still, nor known to be broken.
RUNNING = text("met_at IS NULL AND paused_at IS NULL AND breached_at IS NULL")

# Those that staff look at beside: broken promises that are still open, and clocks that stand still.
MISSED = text("met_at IS NULL AND breached_at IS NOT NULL")
STANDING = text("paused_at IS NOT NULL")

# The cases that staff work on, a small part of all there are.
OPEN = text("state <> 'closed'")


class CaseRow(Base):
    """The tracked problem that reports belong to. `customer` is the address it came from, `customer_id` whom the
    directory knows by it; `standing` is what the contract says of them (`models.values.Standing`). `lap` counts how
    often its ladder has begun anew, `accepted_by` is the address of who works on it. One with `merged_into` is closed
    for good, and goes on in that case (`models.merged`)."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_level", "level", "id", "profile"),
        Index("ix_cases_category", "category", "id"),
        Index("ix_cases_state", "state", "id", "level", "category", "assigned_team", "accepted_by"),
        Index("ix_cases_team", "assigned_team", "id"),
        Index("ix_cases_customer", "customer_id", "id"),
        # What the desk's report counts, and so below for its clocks.
        Index("ix_cases_created", "created_at", "level", "channel", "category", "customer_id", "merged_into"),
        # Every list of open cases, and how many there are, is read along this one alone; those of one state along the
        # one above.
        Index(
            "ix_cases_open",
            *("id", "level", "category", "assigned_team", "state", "accepted_by"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "ix_cases_review",
            "level",
            "id",
            sqlite_where=text("needs_review IS 1"),
            postgresql_where=text("needs_review IS true"),
        ),
        Index(
            "ix_cases_alarm",
            "alarm_key",
            sqlite_where=text("alarm_key IS NOT NULL"),
            postgresql_where=text("alarm_key IS NOT NULL"),
        ),
        Index(
            "ix_cases_merged",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="new")
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(32))
    level_name: Mapped[str] = mapped_column(String(64))
    process: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    needs_review: Mapped[bool]
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    customer: Mapped[str | None] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(String(64))
    profile_version: Mapped[str] = mapped_column(String(64))
    routing_hint: Mapped[str | None] = mapped_column(String(64))
    assigned_team: Mapped[str] = mapped_column(String(64))
    missing: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    alarm_key: Mapped[str | None] = mapped_column(String(64))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    tier: Mapped[str | None] = mapped_column(String(32))
    site_class: Mapped[str | None] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(16), default="normal")
    standing: Mapped[str] = mapped_column(String(24), default="unknown")
    standing_because: Mapped[str] = mapped_column(Text, default="")
    accepted_by: Mapped[str | None] = mapped_column(String(320))
    consent: Mapped[str | None] = mapped_column(String(16))
    solved_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(Text)
    solution: Mapped[str | None] = mapped_column(Text)
    lap: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    clocks: Mapped[list["ClockRow"]] = relationship(order_by="ClockRow.due_at", back_populates="case")
    reports: Mapped[list["ReportRow"]] = relationship(order_by="ReportRow.received_at")
    events: Mapped[list["EventRow"]] = relationship(order_by="EventRow.id")
    classifications: Mapped[list["ClassificationRow"]] = relationship(order_by="ClassificationRow.id")
    outgoing: Mapped[list["OutgoingRow"]] = relationship(order_by="OutgoingRow.created_at")
    steps: Mapped[list["StepRow"]] = relationship(order_by="StepRow.planned_at")
    clock_events: Mapped[list["ClockEventRow"]] = relationship(order_by="ClockEventRow.id")
    linked_to: Mapped[list["CaseLinkRow"]] = relationship(foreign_keys="CaseLinkRow.case_id")
    linked_from: Mapped[list["CaseLinkRow"]] = relationship(foreign_keys="CaseLinkRow.other_id")
    merged: Mapped[list["CaseRow"]] = relationship(order_by="CaseRow.id", viewonly=True)
    served: Mapped["CustomerRow | None"] = relationship(viewonly=True)
    contract_row: Mapped["ContractRow | None"] = relationship(viewonly=True)
    site_row: Mapped["SiteRow | None"] = relationship(viewonly=True)
    device: Mapped["DeviceRow | None"] = relationship(viewonly=True)

    @property
    def number(self) -> str:
        return case_number(self.id)

    @property
    def customer_name(self) -> str | None:
        return self.served.name if self.served else None

    @property
    def contract(self) -> str | None:
        """The number of the contract that it is served by."""
        return self.contract_row.number if self.contract_row else None

    @property
    def site(self) -> str | None:
        """The number of the site that it is about."""
        return self.site_row.number if self.site_row else None

    @property
    def serial_number(self) -> str | None:
        return self.device.serial_number if self.device else None

    @property
    def goes_on_in(self) -> str | None:
        """The number of the case that it was merged into."""
        return case_number(self.merged_into) if self.merged_into is not None else None


class ParticipantRow(Base):
    """Somebody who takes part in a case: has written to it, or was written to. `address_key` is the mailbox,
    case-folded and without its + part."""

    __tablename__ = "participants"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    address_key: Mapped[str] = mapped_column(String(320), primary_key=True)
    at: Mapped[datetime]


class ClassificationRow(Base):
    """One judgement of level and category, by the machine or by a person. Append-only. `read` is what the machine
    judged by: channel, subject and body as the classifier was given them."""

    __tablename__ = "classifications"
    __table_args__ = (
        Index("ix_classifications_case", "case_id"),
        # With what the machine's weeks are counted by.
        Index("ix_classifications_at", "at", "model", "needs_review", "level", "category"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    report_id: Mapped[str | None] = mapped_column(ForeignKey("reports.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    model: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(32))
    level_probs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    category_probs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    needs_review: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str | None] = mapped_column(Text)
    read: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    entities: Mapped[list[Any] | None]


class ClockRow(Base):
    """One promise with a deadline. `hours` says whether working hours alone count ("working") or all ("always").
    `breached_at` is when it was seen that the promise was not kept, `paused_at` since when the clock stands still.
    One that is no promise only carries steps of the ladder.
    The row follows from the clock's log, `ClockEventRow`; re-planning replaces the clocks that have not been met."""

    __tablename__ = "clocks"
    __table_args__ = (
        Index("ix_clocks_case", "case_id"),
        Index("ix_clocks_due", "due_at", "is_promise", "case_id", "name", "met_at", "breached_at"),
        Index("ix_clocks_running", "due_at", "case_id", "is_promise", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_clocks_missed", "due_at", "case_id", "is_promise", sqlite_where=MISSED, postgresql_where=MISSED),
        Index("ix_clocks_standing", "due_at", sqlite_where=STANDING, postgresql_where=STANDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    hours: Mapped[str] = mapped_column(String(16), default="always")
    paused_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    is_promise: Mapped[bool] = mapped_column(default=True)
    because: Mapped[str] = mapped_column(Text)

    case: Mapped[CaseRow] = relationship(back_populates="clocks")

    @property
    def is_past(self) -> bool:
        """True where it was late already when the desk had no ladders yet (migration 0006): nobody is told of it."""
        return self.breached_at is not None and self.breached_at < self.due_at

    def breached(self, now: datetime) -> bool:
        """True where the promise was, or by `now` is, not kept in time."""
        return self.is_promise and (self.met_at or self.paused_at or now) > self.due_at


class EventRow(Base):
    """One entry of a case's timeline. Append-only."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
