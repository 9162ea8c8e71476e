"""bodies are sealed by a key, and forgotten by rules or an erasure"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0017"
down_revision = "0016"

_UTC = models.tables.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("report_parts", sa.Column("key_id", sa.String(length=16), nullable=True))
    for table in ("report_parts", "reports", "outgoing"):
        op.add_column(table, sa.Column("forgotten_at", _UTC, nullable=True))
        op.add_column(table, sa.Column("forgotten_by", sa.String(length=32), nullable=True))
    op.create_table(
        "storage_keys", sa.Column("id", sa.String(length=16), nullable=False), sa.PrimaryKeyConstraint("id")
    )
    op.create_table(
        "retention",
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("through", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("rule"),
    )
    op.create_table(
        "retained",
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("row_id", sa.String(length=32), nullable=False),
        sa.Column("look_at", _UTC, nullable=False),
        sa.PrimaryKeyConstraint("rule", "row_id"),
    )
    op.create_index("ix_retained_look", "retained", ["rule", "look_at"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", _UTC, nullable=False),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
