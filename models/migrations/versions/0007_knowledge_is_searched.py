"""knowledge is searched: a full-text index, and where a document came from"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# The index holds no text of its own; SQLite's documentation of FTS5, section 4.4.3, has these triggers.
_ADD = "INSERT INTO knowledge_fts(rowid, terms) VALUES (new.id, new.terms)"
_TAKE_AWAY = "INSERT INTO knowledge_fts(knowledge_fts, rowid, terms) VALUES ('delete', old.id, old.terms)"


def upgrade() -> None:
    op.add_column("knowledge", sa.Column("source", sa.String(length=1000), nullable=True))
    op.create_index("ix_knowledge_source", "knowledge", ["source"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        _index_postgresql()
    else:
        _index_sqlite()


def _index_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE knowledge_fts USING fts5"
        "(terms, content='knowledge', content_rowid='id', tokenize='unicode61')"
    )
    op.execute(f"CREATE TRIGGER knowledge_added AFTER INSERT ON knowledge BEGIN {_ADD}; END")
    op.execute(f"CREATE TRIGGER knowledge_taken_away AFTER DELETE ON knowledge BEGIN {_TAKE_AWAY}; END")
    op.execute(f"CREATE TRIGGER knowledge_changed AFTER UPDATE OF terms ON knowledge BEGIN {_TAKE_AWAY}; {_ADD}; END")
    op.execute("INSERT INTO knowledge_fts(knowledge_fts) VALUES ('rebuild')")


def _index_postgresql() -> None:
    # Stored, since ranking would otherwise read the words of every entry anew.
    op.execute(
        "ALTER TABLE knowledge ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED"
    )
    # Written to rarely; with fastupdate every search would read what has not been merged yet.
    op.execute("CREATE INDEX ix_knowledge_vector ON knowledge USING gin (vector) WITH (fastupdate = off)")
