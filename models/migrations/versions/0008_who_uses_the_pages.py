"""users of the staff's pages, their sessions, what they did; the review queue; corrections that were taken back"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0008"
down_revision = "0007"

_REFUSED = "the audit log is append-only"


def upgrade() -> None:
    _users()
    _audit()
    _make_append_only()
    op.add_column("corrections", sa.Column("withdrawn_at", models.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("corrections", sa.Column("before_level", sa.Integer(), nullable=True))
    op.add_column("corrections", sa.Column("before_category", sa.String(length=32), nullable=True))
    missed, standing = sa.text("met_at IS NULL AND breached_at IS NOT NULL"), sa.text("paused_at IS NOT NULL")
    op.create_index("ix_clocks_missed", "clocks", ["due_at"], sqlite_where=missed, postgresql_where=missed)
    op.create_index("ix_clocks_standing", "clocks", ["due_at"], sqlite_where=standing, postgresql_where=standing)
    op.create_index("ix_cases_team", "cases", ["assigned_team", "id"])
    op.create_index(
        "ix_cases_review",
        "cases",
        ["level", "id"],
        sqlite_where=sa.text("needs_review IS 1"),
        postgresql_where=sa.text("needs_review IS true"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("theme", sa.String(length=16), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address_key"),
    )
    op.create_table(
        "user_sessions",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_user_sessions_user", "user_sessions", ["user_id"])
    op.create_index("ix_user_sessions_expires", "user_sessions", ["expires_at"])
    op.create_table(
        "login_tries",
        sa.Column("key", sa.String(length=330), nullable=False),
        sa.Column("since", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", models.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=320), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_about", "audit", ["about", "id"])


def _make_append_only() -> None:
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
