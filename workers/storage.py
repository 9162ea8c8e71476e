"""The database of these settings, with the keys by which it seals what arrives."""

import os
from pathlib import Path

from models import bodies
from models.database_url import SQLITE
from models.db import Database
from models.errors import Misconfigured
from models.sealing import Keyring
from models.settings import Settings
from models.turns import TakesTurns


def open_database(settings: Settings, turns: TakesTurns | None = None) -> Database:
    """The database, to be closed by the caller; nothing is asked of it yet. `turns` at SQLite are this process's own
    where none are given."""
    key = settings.storage_key
    return Database(settings.resolved_database_url, Keyring.read(key.get_secret_value()) if key else None, turns)


def is_to_be_made(settings: Settings) -> bool:
    """True where the first start will make the database: it is a file that is not there, in a folder where it can be.
    Whoever only looks must not make it, as a user perhaps who is not the desk's."""
    url = settings.resolved_database_url
    path = Path(url.removeprefix(SQLITE))
    return url.startswith(SQLITE) and not path.exists() and os.access(path.parent, os.W_OK)


def refuse_missing(settings: Settings) -> None:
    """See that there is a database, where it is a file.

    Raises:
        Misconfigured: there is none.
    """
    url = settings.resolved_database_url
    if not url.startswith(SQLITE) or (path := Path(url.removeprefix(SQLITE))).is_file():
        return
    if not path.parent.is_dir():
        raise Misconfigured(f"there is no data folder {path.parent}; name it with --data")
    raise Misconfigured(f"there is no database {path}; name its data folder with --data")


def start(database: Database, keys_may_lack: bool = False) -> None:
    """Bring the tables to this version's state, and see that all is there to read them with; but for keys, where these
    may lack.

    Raises:
        DatabaseBusy: the database is out of reach.
        Misconfigured: bodies are sealed by a key that the settings do not name.
    """
    database.migrate()
    if keys_may_lack:
        return
    with database.transaction() as session:
        bodies.check(session)
