"""How a case is served: the log of its clocks, the steps of its ladder, what was learnt, what the customer thought."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import DUE, Base


class ClockEventRow(Base):
    """One entry in the log of a clock: started, paused, resumed, met, breached or stopped; `due_at` is its deadline
    from then on. Append-only: a clock's row follows from its log."""

    __tablename__ = "clock_events"
    __table_args__ = (Index("ix_clock_events_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    because: Mapped[str] = mapped_column(Text)


class StepRow(Base):
    """One step of a case's ladder, which happens once: `lap` counts how often the ladder has begun anew. `due_at` is
    None while its clock is paused and once it is over; `state` is waiting, done or dropped."""

    __tablename__ = "steps"
    __table_args__ = (
        UniqueConstraint("case_id", "name", "lap", name="uq_steps"),
        Index("ix_steps_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str] = mapped_column(String(64))
    lap: Mapped[int] = mapped_column(default=0)
    clock: Mapped[str] = mapped_column(String(64))
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    done_at: Mapped[datetime | None]
    told: Mapped[list[Any]] = mapped_column(default=list)
    because: Mapped[str] = mapped_column(Text, default="")


class ProfileVersionRow(Base):
    """A service scheme as it once was: a case keeps the version that it was planned by. `text` is its TOML file."""

    __tablename__ = "profile_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


class KnowledgeRow(Base):
    """What is known of a problem: the cause and solution of a closed case, or a document of ours (`case_id` None).
    `terms` are the words it is searched by (`models.search.terms`), `source` is the file that a document came from.
    Beside this there is the full-text index, `knowledge_fts` in SQLite and the column `vector` in PostgreSQL."""

    __tablename__ = "knowledge"
    __table_args__ = (Index("ix_knowledge_source", "source", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(Text, default="")
    solution: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(16))
    terms: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(1000))


class SurveyRow(Base):
    """The question after closing how the customer was served; `score` is 1 (bad) to 5 (good)."""

    __tablename__ = "surveys"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    via: Mapped[str | None] = mapped_column(String(16))
