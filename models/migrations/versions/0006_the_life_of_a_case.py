"""the life of a case: the log of its clocks, the steps of its ladder, knowledge, surveys"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0006"
down_revision = "0005"

RUNNING = sa.text("met_at IS NULL AND paused_at IS NULL AND breached_at IS NULL")


def upgrade() -> None:
    _promises()
    _what_was_learnt()
    _widen_cases()
    _widen_clocks()
    _widen_outgoing()


def _promises() -> None:
    op.create_table(
        "clock_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_clock_events_case", "clock_events", ["case_id"])
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("lap", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=64), nullable=False),
        sa.Column("planned_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "name", "lap", name="uq_steps"),
    )
    op.create_index(
        "ix_steps_due",
        "steps",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "profile_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )


def _what_was_learnt() -> None:
    op.create_table(
        "knowledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
    )
    op.create_table(
        "surveys",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )


def _widen_cases() -> None:
    for name in ("customer", "contact", "contract", "site", "device"):
        reference = sa.Column(f"{name}_id", sa.Integer(), sa.ForeignKey(f"{name}s.id"), nullable=True)
        op.add_column("cases", reference, inline_references=True)
    op.create_index("ix_cases_customer", "cases", ["customer_id", "id"])
    for column in (
        sa.Column("tier", sa.String(length=32), nullable=True),
        sa.Column("site_class", sa.String(length=32), nullable=True),
        sa.Column("priority", sa.String(length=16), server_default="normal", nullable=False),
        sa.Column("standing", sa.String(length=24), server_default="unknown", nullable=False),
        sa.Column("standing_because", sa.Text(), server_default="", nullable=False),
        sa.Column("accepted_by", sa.String(length=320), nullable=True),
        sa.Column("consent", sa.String(length=16), nullable=True),
        sa.Column("solved_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.Column("lap", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("cases", column)
    op.execute("UPDATE cases SET state = 'acknowledged' WHERE state = 'open' AND acknowledged_at IS NOT NULL")
    op.execute("UPDATE cases SET state = 'new' WHERE state = 'open'")


def _widen_clocks() -> None:
    op.add_column("clocks", sa.Column("hours", sa.String(length=16), server_default="always", nullable=False))
    op.add_column("clocks", sa.Column("paused_at", models.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("clocks", sa.Column("breached_at", models.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("clocks", sa.Column("is_promise", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_clocks_running", "clocks", ["due_at"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    # Nobody is told today of what was late before anybody was told of anything: `ClockRow.is_past` knows such a clock
    # by a breach that lies before its deadline.
    op.execute("UPDATE clocks SET breached_at = starts_at WHERE met_at IS NULL AND due_at < CURRENT_TIMESTAMP")
    log = "INSERT INTO clock_events (case_id, name, at, kind, due_at, because) SELECT case_id, name"
    op.execute(f"{log}, starts_at, 'started', due_at, because FROM clocks")
    op.execute(f"{log}, met_at, 'met', due_at, '' FROM clocks WHERE met_at IS NOT NULL")


def _widen_outgoing() -> None:
    # Written anew, since SQLite cannot take NOT NULL away; nothing refers to this table.
    with op.batch_alter_table("outgoing") as table:
        table.add_column(sa.Column("step_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("channel", sa.String(length=16), server_default="email", nullable=False))
        table.add_column(sa.Column("answered_at", models.tables.UtcDateTime(timezone=True), nullable=True))
        table.alter_column("report_id", existing_type=sa.String(length=32), nullable=True)
        table.create_unique_constraint("uq_outgoing_step", ["step_id", "channel", "recipient_key"])
        table.create_foreign_key("fk_outgoing_step", "steps", ["step_id"], ["id"])
