"""The tables. Times are UTC; a report's `due_at` is when the runner should next look at it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from models.values import Channel, case_number

# The queue's index holds only what still has to be looked at: it stays small however much is stored.
DUE = text("due_at IS NOT NULL")


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, stored as UTC. SQLite keeps none, so it is added again on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        bytes: LargeBinary(),
    }


class ReportRow(Base):
    """One thing that arrived, and its place in the queue.

    `lease` names the claim that is working on it; a result is written only while the lease is
    still held. `outcome` says in a word how it ended: case, follow-up, or why it opened none.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("channel", "external_id", name="uq_reports_channel_external_id"),
        Index("ix_reports_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_reports_message_id", "message_id"),
        Index("ix_reports_case", "case_id"),
        Index("ix_reports_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    source: Mapped[str] = mapped_column(String(200))
    mail_from: Mapped[str | None] = mapped_column(Text)
    rcpt_tos: Mapped[list[Any]] = mapped_column(default=list)
    answer: Mapped[bool] = mapped_column(default=True)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    error: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(Text)
    sender: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    language: Mapped[str | None] = mapped_column(String(16))
    auto: Mapped[str | None] = mapped_column(String(32))
    outcome: Mapped[str | None] = mapped_column(String(32))
    outcome_because: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    @property
    def call_sid(self) -> str | None:
        """Twilio's id of the call that the report is."""
        return self.external_id if self.channel == Channel.PHONE else None


class ReportPart(Base):
    """What arrived, byte for byte. A mail has one part; a call gains one an answer."""

    __tablename__ = "report_parts"

    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes]


class CaseRow(Base):
    """The tracked problem that reports belong to."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_level", "level", "id"),
        Index("ix_cases_category", "category", "id"),
        Index("ix_cases_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
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

    clocks: Mapped[list["ClockRow"]] = relationship(order_by="ClockRow.due_at", back_populates="case")
    reports: Mapped[list["ReportRow"]] = relationship(order_by="ReportRow.received_at")
    events: Mapped[list["EventRow"]] = relationship(order_by="EventRow.id")
    classifications: Mapped[list["ClassificationRow"]] = relationship(order_by="ClassificationRow.id")
    outgoing: Mapped[list["OutgoingRow"]] = relationship(order_by="OutgoingRow.created_at")

    @property
    def number(self) -> str:
        return case_number(self.id)


class ClassificationRow(Base):
    """One judgement of level and category, by the machine or by a person. Append-only."""

    __tablename__ = "classifications"
    __table_args__ = (Index("ix_classifications_case", "case_id"),)

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


class ClockRow(Base):
    """One promise with a deadline. Re-planning replaces the clocks that have not been met."""

    __tablename__ = "clocks"
    __table_args__ = (Index("ix_clocks_case", "case_id"), Index("ix_clocks_due", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    because: Mapped[str] = mapped_column(Text)

    case: Mapped[CaseRow] = relationship(back_populates="clocks")

    def breached(self, now: datetime) -> bool:
        """True where the promise was, or by `now` is, not kept in time."""
        return (self.met_at or now) > self.due_at


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


class OutgoingRow(Base):
    """One message of ours. `message_id` never changes, so a repeat can be told from a second message."""

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("report_id", "kind", name="uq_outgoing_report_kind"),
        UniqueConstraint("message_id", name="uq_outgoing_message_id"),
        Index("ix_outgoing_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_outgoing_recipient", "recipient_key", "created_at"),
        Index("ix_outgoing_case", "case_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    kind: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[str] = mapped_column(String(250))
    recipient: Mapped[str] = mapped_column(Text)
    recipient_key: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class MailboxRow(Base):
    """How far one IMAP folder has been read. `uidvalidity` as in RFC 3501 section 2.3.1.1."""

    __tablename__ = "mailboxes"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    folder: Mapped[str] = mapped_column(String(250), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    seen_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
