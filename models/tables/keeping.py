"""What is kept, for how long, and under which keys."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class StorageKeyRow(Base):
    """A key by which bodies were sealed, by its digest: whoever starts without it is told so at once."""

    __tablename__ = "storage_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)


class RetentionRow(Base):
    """How far a rule of retention has looked: up to the row `through` of its table, in the order of their ids."""

    __tablename__ = "retention"

    rule: Mapped[str] = mapped_column(String(32), primary_key=True)
    through: Mapped[str] = mapped_column(String(32), default="")


class RetainedRow(Base):
    """A row that is old enough for a rule and could not be forgotten yet, for its case was open or nobody had processed
    it: looked at again, at `look_at`."""

    __tablename__ = "retained"
    __table_args__ = (Index("ix_retained_look", "rule", "look_at"),)

    rule: Mapped[str] = mapped_column(String(32), primary_key=True)
    row_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    look_at: Mapped[datetime]


class ErasureRow(Base):
    """That somebody was erased: when, by whom, and what it came to; whom is not kept. `id` is what stands in the place
    of his address."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))
    outcome: Mapped[str] = mapped_column(Text)
