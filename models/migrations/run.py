"""Runs the migrations inside one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from models.engine import without_limits
from models.locks import MIGRATION


def config() -> Config:
    """Alembic's settings, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    return settings


def upgrade(engine: Engine) -> None:
    """Bring the database behind `engine` to the newest revision. Safe to call from several processes."""
    with engine.connect() as connection, connection.begin():
        wait_for_the_others(connection)
        upgrade_within(connection)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a revision, as a part of the caller's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


def wait_for_the_others(connection: Connection) -> None:
    """Let nobody else migrate before this transaction ends: a second process waits here, and then finds nothing left
    to do. BEGIN IMMEDIATE does it for SQLite. A large table may take its time: neither the statements of a migration
    nor those who wait for it are cut short, but a table that somebody else holds is not waited for for ever."""
    if connection.dialect.name != "postgresql":
        return
    without_limits(connection)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION})")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
