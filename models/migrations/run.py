"""Runs the migrations inside one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from models.locks import MIGRATION


def config() -> Config:
    """Alembic's settings, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    return settings


def upgrade(engine: Engine) -> None:
    """Bring the database behind `engine` to the newest revision. Safe to call from several processes."""
    settings = config()
    with engine.connect() as connection, connection.begin():
        # A second process waits here; it then finds nothing left to do. BEGIN IMMEDIATE does it for SQLite.
        if engine.dialect.name == "postgresql":
            _wait_for_the_others(connection)
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _wait_for_the_others(connection: Connection) -> None:
    """A large table may take its time: neither the statements of a migration nor those who wait for it are
    cut short, but a table that somebody else holds is not waited for for ever."""
    connection.exec_driver_sql(
        "SELECT set_config(name, '0', true) FROM unnest(ARRAY['lock_timeout', "
        "'statement_timeout', 'idle_in_transaction_session_timeout']) AS wanted (name)"
    )
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION})")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
