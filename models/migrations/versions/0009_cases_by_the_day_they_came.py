"""cases by the day they came, for the desk's own report"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_cases_created", "cases", ["created_at"])
