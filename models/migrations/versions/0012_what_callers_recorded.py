"""what callers recorded is written down"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "transcripts",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("due_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=100), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("ix_transcripts_sha256", "transcripts", ["sha256", "language"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_transcripts_due", "transcripts", ["due_at"], sqlite_where=due, postgresql_where=due)
