"""What people taught the classifier."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CorrectionRow(Base):
    """A person's word on one text that the classifier had judged. Append-only but for `withdrawn_at`, when the person
    took it back: of several on the same text, told by its SHA-256 in `text_hash`, the last that stands counts. It
    holds the text, so that it stays worth its while when the report is gone; `model` is the version whose answer,
    `predicted_level` and `predicted_category`, was looked at, and
    `before_level` and `before_category` what the case was, which a ladder may have raised."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_at", "at"), Index("ix_corrections_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(64))
    predicted_level: Mapped[int]
    predicted_category: Mapped[str] = mapped_column(String(32))
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(32))
    withdrawn_at: Mapped[datetime | None]
    before_level: Mapped[int | None]
    before_category: Mapped[str | None] = mapped_column(String(32))
