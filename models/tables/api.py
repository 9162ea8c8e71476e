"""What the API remembers of its callers, and whom the desk tells of what happens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import DUE, Base


class ApiAnswerRow(Base):
    """The answer to a request that came with an Idempotency-Key, given again to whoever sends it again. `fingerprint`
    is that of the request, `caller` the digest of the token that it came with."""

    __tablename__ = "api_answers"
    __table_args__ = (Index("ix_api_answers_at", "at"),)

    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    content: Mapped[bytes]
    at: Mapped[datetime]


class WebhookRow(Base):
    """A receiver that is told of `events`. `secret` signs what it is sent; after a change `old_secret` does too, until
    `old_secret_until`, after several changes two, with a blank between them. `disabled_because` says why nothing is
    sent to it, where nothing is."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    events: Mapped[list[Any]]
    secret: Mapped[str] = mapped_column(String(128))
    old_secret: Mapped[str | None] = mapped_column(String(128))
    old_secret_until: Mapped[datetime | None]
    disabled_because: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]

    @property
    def is_active(self) -> bool:
        return self.disabled_because is None


class DeliveryRow(Base):
    """One event on its way to one receiver, written in the transaction in which it happened. `id` is the webhook-id,
    the same at every try; `answer` the status that the receiver gave last.

    `webhook_id` is no foreign key: whether a report can be stored must not hang on a receiver that is being removed.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_webhook_deliveries_next", "webhook_id", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        Index("ix_webhook_deliveries_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(32))
    event: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]
    answer: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
