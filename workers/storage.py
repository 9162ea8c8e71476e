"""The database of these settings, with the keys by which it seals what arrives."""

import os
from contextlib import nullcontext
from pathlib import Path

from models import bodies
from models.database_url import SQLITE
from models.db import Database
from models.errors import Misconfigured
from models.sealing import Keyring
from models.settings import Settings
from models.turns import TakesTurns
from workers import datafolder

# Made by the first start, when there are tables: where it is, a desk was. See workers.service.
OF_A_DESK = "token_key"


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
    data = settings.data.resolve()
    is_first_start = path.parent == data and not data.exists()  # which makes the folder, too
    return url.startswith(SQLITE) and not path.exists() and (is_first_start or os.access(path.parent, os.W_OK))


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


def refuse_emptied(settings: Settings, database: Database) -> None:
    """See that the database is not an empty file in the place of one that was lost: a desk that has forgotten all
    would take its mailboxes in anew, and answer what was answered.

    Raises:
        DatabaseBusy: the database is out of reach.
        Misconfigured: it is.
    """
    url = settings.resolved_database_url
    path = Path(url.removeprefix(SQLITE))
    left = settings.data / OF_A_DESK
    if not url.startswith(SQLITE) or not path.is_file() or not left.exists():
        return
    # A file of no length is not even opened: SQLite would delete the log that lies beside.
    if path.stat().st_size and database.revision() is not None:
        return
    raise Misconfigured(
        f"{path} is empty, though {left} says that a desk was here: a restore or a first start that was broken "
        "off, or a full disk, leaves such a file. Put the database back, or run firstline restore with the latest "
        f"backup (docs/backup.md). To begin anew, with nothing of before: rm {path}"
    )


def migrate(settings: Settings, database: Database) -> None:
    """Bring the tables to this version's state. Processes that start together do it one after the other: to the second
    the file of the first looks emptied.

    Raises:
        DatabaseBusy: the database is out of reach.
        Misconfigured: it was emptied.
    """
    with datafolder.alone(settings.data) if (settings.data / OF_A_DESK).exists() else nullcontext():
        refuse_emptied(settings, database)
        database.migrate()


def start(settings: Settings, database: Database, keys_may_lack: bool = False) -> None:
    """Bring the tables to this version's state, and see that all is there to read them with; but for keys, where these
    may lack.

    Raises:
        DatabaseBusy: the database is out of reach.
        Misconfigured: bodies are sealed by a key that the settings do not name, or it was emptied.
    """
    migrate(settings, database)
    if keys_may_lack:
        return
    with database.transaction() as session:
        bodies.check(session)
