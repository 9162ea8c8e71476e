"""what the desk's report counts is read from indexes alone"""

from alembic import op

revision = "0018"
down_revision = "0017"

_WIDER = {
    "ix_cases_created": ("cases", ["created_at", "level", "channel", "category", "customer_id", "merged_into"]),
    "ix_cases_level": ("cases", ["level", "id", "profile"]),
    "ix_clocks_due": ("clocks", ["due_at", "is_promise", "case_id", "name", "met_at", "breached_at"]),
}


def upgrade() -> None:
    for name, (table, columns) in _WIDER.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
