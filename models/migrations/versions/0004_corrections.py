"""what the classifier read, and what people said it should have answered"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("classifications", sa.Column("read", sa.JSON(), nullable=True))
    op.add_column("classifications", sa.Column("entities", sa.JSON(), nullable=True))
    op.create_index("ix_classifications_at", "classifications", ["at"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("predicted_level", sa.Integer(), nullable=False),
        sa.Column("predicted_category", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_corrections_at", "corrections", ["at"])
    op.create_index("ix_corrections_case", "corrections", ["case_id"])
