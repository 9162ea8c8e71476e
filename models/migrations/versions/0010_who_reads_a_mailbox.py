"""which process reads a mailbox"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "mailbox_leases",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("lease", sa.String(length=100), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
