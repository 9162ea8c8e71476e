"""cases are merged into others; links have a kind"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    reference = sa.Column("merged_into", sa.Integer(), sa.ForeignKey("cases.id"), nullable=True)
    op.add_column("cases", reference, inline_references=True)
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_cases_merged", "cases", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
    op.add_column("case_links", sa.Column("kind", sa.String(length=16), server_default="related", nullable=False))
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", models.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["into_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_merges_case", "merges", ["case_id"])
    op.create_index("ix_merges_into", "merges", ["into_id"])
