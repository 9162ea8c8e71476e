"""chains of answers to one text, which mails of a mailbox are stored, refresh tokens"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outgoing", sa.Column("chain", sa.Integer(), nullable=True))
    op.create_table(
        "mailbox_mails",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("folder", sa.String(length=250), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "uidvalidity", "uid"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    )
    op.create_table(
        "oauth_tokens",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("given", sa.String(length=64), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    for name in ("present", "stored", "refused"):
        op.add_column("mailboxes", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
