"""who at a customer gets a copy of each letter, and in which language"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("copies_in", sa.String(length=16), nullable=True))
