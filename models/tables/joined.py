"""Cases that belong together: linked with each other, or merged into one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CaseLinkRow(Base):
    """Two cases that may belong together, how (`models.values.LinkKind`) and why. `case_id` is the later one: a
    follow-up follows `other_id`."""

    __tablename__ = "case_links"
    __table_args__ = (Index("ix_case_links_other", "other_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="related", server_default="related")
    at: Mapped[datetime]
    because: Mapped[str] = mapped_column(Text)


class MergeRow(Base):
    """A case that went into another, and all that is needed to take it out again: the `reports` and `participants`
    that went over, and `before`, how both cases were (`workers.cases.merged_state`). `event_id` is the last entry that
    the merge wrote on the timeline of the surviving case: what is newer was added since."""

    __tablename__ = "merges"
    __table_args__ = (Index("ix_merges_case", "case_id"), Index("ix_merges_into", "into_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    because: Mapped[str] = mapped_column(Text)
    reports: Mapped[list[Any]]
    participants: Mapped[list[Any]]
    before: Mapped[dict[str, Any]]
    event_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
