"""participants, links, attachments, quarantine, loop breakers, dead addresses"""

import sqlalchemy as sa
from alembic import op

import models.tables

revision = "0002"
down_revision = "0001"

_ALARMS = sa.text("alarm_key IS NOT NULL")


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, models.tables.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _reports()
    _cases()
    _outgoing()


def _reports() -> None:
    op.add_column("reports", sa.Column("client_ip", sa.String(length=64), nullable=True))
    op.add_column("reports", sa.Column("helo", sa.String(length=255), nullable=True))
    op.add_column("reports", sa.Column("part_seq", sa.Integer(), server_default="0", nullable=False))
    op.add_column("reports", sa.Column("released", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reports", sa.Column("trust", sa.Text(), nullable=True))
    op.create_table(
        "attachments",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("sniffed_type", sa.String(length=100), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("report_id", "position"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])


def _cases() -> None:
    op.add_column("cases", _time("closed_at", nullable=True))
    op.add_column("cases", sa.Column("alarm_key", sa.String(length=64), nullable=True))
    op.create_index("ix_cases_alarm", "cases", ["alarm_key"], sqlite_where=_ALARMS, postgresql_where=_ALARMS)
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        _time("at"),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "other_id"),
    )
    op.create_index("ix_case_links_other", "case_links", ["other_id"])
    op.create_table(
        "participants",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        _time("at"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "address_key"),
    )


def _outgoing() -> None:
    op.add_column("outgoing", sa.Column("domain_key", sa.String(length=255), nullable=True))
    op.add_column("outgoing", sa.Column("content_key", sa.String(length=64), nullable=True))
    op.create_index("ix_outgoing_domain", "outgoing", ["domain_key", "created_at"])
    op.create_index("ix_outgoing_content", "outgoing", ["content_key", "created_at"])
    op.create_index("ix_outgoing_created", "outgoing", ["created_at"])
    op.create_table(
        "breakers",
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        _time("opened_at"),
        _time("closes_at"),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("held_back", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
    )
    op.create_table(
        "dead_addresses",
        sa.Column("address_key", sa.String(length=320), nullable=False),
        _time("since"),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("address_key"),
    )
