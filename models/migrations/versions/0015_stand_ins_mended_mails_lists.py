"""who stands in for whom on the rota; who mended a mail; lists that wait to be taken into the directory"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    replaces = sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=True)
    op.add_column("shifts", replaces, inline_references=True)
    op.add_column("report_parts", sa.Column("by", sa.String(length=320), nullable=True))
    op.add_column("report_parts", sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "lists",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "name"),
    )
