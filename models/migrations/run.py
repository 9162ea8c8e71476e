"""Runs the migrations inside one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


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
        # BEGIN IMMEDIATE makes a second process wait here; it then finds nothing left to do.
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
