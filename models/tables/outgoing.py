"""What we send, and what keeps us from sending."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import DUE, Base
from models.values import OutgoingState


class OutgoingRow(Base):
    """One message of ours, to a customer or, by a step of a ladder, to one of the staff; by `channel` email, sms or
    voice. `message_id` never changes, so a repeat can be told from a second message.

    `domain_key` and `content_key` (what is answered) are those of the loop breaker, and `chain` how many answers to
    the same text came one after the other until this one. `answered_at` is when one of the staff answered a notice
    by key or text message. Since `forgotten_at` there is no content any more, by a rule of retention or an erasure.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("report_id", "kind", name="uq_outgoing_report_kind"),
        UniqueConstraint("message_id", name="uq_outgoing_message_id"),
        UniqueConstraint("step_id", "channel", "recipient_key", name="uq_outgoing_step"),
        Index("ix_outgoing_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_outgoing_recipient", "recipient_key", "created_at"),
        Index("ix_outgoing_domain", "domain_key", "created_at"),
        Index("ix_outgoing_content", "content_key", "created_at"),
        Index("ix_outgoing_created", "created_at"),
        Index("ix_outgoing_case", "case_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    report_id: Mapped[str | None] = mapped_column(ForeignKey("reports.id"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("steps.id"))
    channel: Mapped[str] = mapped_column(String(16), default="email")
    kind: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[str] = mapped_column(String(250))
    recipient: Mapped[str] = mapped_column(Text)
    recipient_key: Mapped[str] = mapped_column(Text)
    domain_key: Mapped[str | None] = mapped_column(String(255))
    content_key: Mapped[str | None] = mapped_column(String(64))
    chain: Mapped[int | None]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    forgotten_by: Mapped[str | None] = mapped_column(String(32))

    @property
    def is_held(self) -> bool:
        """It waits, and nobody sends it before a person says so (models.held)."""
        return self.state == OutgoingState.PENDING and self.due_at is None


class BreakerRow(Base):
    """A loop breaker that has opened: nothing a machine writes goes out to `key` of `scope` (address, domain,
    case, content, all) before `closes_at`. `opened` counts how often within a day, `held_back` what it stopped."""

    __tablename__ = "breakers"

    scope: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(320), primary_key=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened: Mapped[int] = mapped_column(default=1)
    held_back: Mapped[int] = mapped_column(default=0)
    because: Mapped[str] = mapped_column(Text)


# After this time one more message is tried: mailboxes are made again, domains come back.
RETRIED_AFTER = timedelta(days=7)


class DeadAddressRow(Base):
    """A mailbox that mail of ours came back from for good: another channel is asked for."""

    __tablename__ = "dead_addresses"

    address_key: Mapped[str] = mapped_column(String(320), primary_key=True)
    since: Mapped[datetime]
    bounces: Mapped[int] = mapped_column(default=1)
    report_id: Mapped[str | None] = mapped_column(ForeignKey("reports.id"))
    because: Mapped[str] = mapped_column(Text)

    @property
    def retried_from(self) -> datetime:
        """When the address is written to once more."""
        return self.since + RETRIED_AFTER
