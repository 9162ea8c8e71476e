"""What makes cases be found: their words, and the lists that people keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CaseSearchRow(Base):
    """The words of a case (`models.case_words.words`), one blank between them, each once. Beside this there is the
    full-text index, `case_search_fts` in SQLite and the column `vector` in PostgreSQL. It follows from the case, its
    reports and its notes, and `models.case_search` keeps it."""

    __tablename__ = "case_search"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    terms: Mapped[str] = mapped_column(Text)


class SavedFilterRow(Base):
    """A list of cases that a user has named, shown to all where it `is_shared`. `wanted` is what it filters by, as the
    address of the list has it."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("user_id", "name", name="uq_saved_filters"),
        Index("ix_saved_filters_shared", "is_shared"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    is_shared: Mapped[bool]
    wanted: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
