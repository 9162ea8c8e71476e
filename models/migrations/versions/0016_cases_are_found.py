"""cases are found by their words; lists of cases are kept; an index for the lists of open cases"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

import models.tables
from models.case_search import fill

revision = "0016"
down_revision = "0015"

# The index holds no text of its own; SQLite's documentation of FTS5, section 4.4.3, has these triggers.
_ADD = "INSERT INTO case_search_fts(rowid, terms) VALUES (new.case_id, new.terms)"
_TAKE_AWAY = "INSERT INTO case_search_fts(case_search_fts, rowid, terms) VALUES ('delete', old.case_id, old.terms)"


def upgrade() -> None:
    op.create_table(
        "case_search",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _index_postgresql()
    else:
        _index_sqlite()
    _saved_filters()
    _lists()
    with Session(op.get_bind(), join_transaction_mode="create_savepoint") as session, session.begin():
        fill(session)


def _lists() -> None:
    """What lists and counts ask for stands in the index that they walk along."""
    conditions = {
        "open": "state <> 'closed'",
        "running": "met_at IS NULL AND paused_at IS NULL AND breached_at IS NULL",
        "missed": "met_at IS NULL AND breached_at IS NOT NULL",
    }
    part = {name: sa.text(condition) for name, condition in conditions.items()}
    op.drop_index("ix_cases_state", "cases")
    op.create_index("ix_cases_state", "cases", ["state", "id", "level", "category", "assigned_team", "accepted_by"])
    columns = ["id", "level", "category", "assigned_team", "state", "accepted_by"]
    op.create_index("ix_cases_open", "cases", columns, sqlite_where=part["open"], postgresql_where=part["open"])
    for name in ("running", "missed"):
        op.drop_index(f"ix_clocks_{name}", "clocks")
        op.create_index(
            f"ix_clocks_{name}",
            "clocks",
            ["due_at", "case_id", "is_promise"],
            sqlite_where=part[name],
            postgresql_where=part[name],
        )
    op.drop_index("ix_classifications_at", "classifications")
    op.create_index("ix_classifications_at", "classifications", ["at", "model", "needs_review", "level", "category"])


def _index_sqlite() -> None:
    # The words are our own: no accents are taken off, and where in a text they stand is not kept.
    op.execute(
        "CREATE VIRTUAL TABLE case_search_fts USING fts5(terms, content='case_search', content_rowid='case_id',"
        " tokenize='unicode61 remove_diacritics 0', detail=none)"
    )
    op.execute(f"CREATE TRIGGER case_search_added AFTER INSERT ON case_search BEGIN {_ADD}; END")
    op.execute(f"CREATE TRIGGER case_search_taken_away AFTER DELETE ON case_search BEGIN {_TAKE_AWAY}; END")
    op.execute(
        f"CREATE TRIGGER case_search_changed AFTER UPDATE OF terms ON case_search BEGIN {_TAKE_AWAY}; {_ADD}; END"
    )


def _index_postgresql() -> None:
    # With one word more for which 1024 cases it is among: no case has a word with # in it.
    op.execute(
        "ALTER TABLE case_search ADD COLUMN vector tsvector GENERATED ALWAYS AS"
        " (array_to_tsvector(string_to_array(terms, ' ') || ('#' || (case_id / 1024)::text))) STORED"
    )
    # Written to with each report: what is new is merged in a lump, which stays so small that searches do not feel it.
    op.execute(
        "CREATE INDEX ix_case_search_vector ON case_search USING gin (vector) WITH (gin_pending_list_limit = 256)"
    )


def _saved_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("created_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_filters"),
    )
    op.create_index("ix_saved_filters_shared", "saved_filters", ["is_shared"])
