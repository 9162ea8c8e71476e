"""The names that claims are made under, and whether a process of such a name still lives."""

import os
import socket

from models.database_url import SQLITE
from models.settings import Settings


def own_name(settings: Settings, whole: bool) -> str:
    """The name of this process. There is one `firstline up` on an SQLite file, since the folder is locked, but there
    may be several on a PostgreSQL server."""
    is_alone = whole and settings.resolved_database_url.startswith(SQLITE)
    return "up" if is_alone else f"{_machine()}-{os.getpid()}"


def is_dead(owner: str, own: str) -> bool:
    """True for an earlier holder of our own name (the folder's lock, or the process id, is ours now), and for a
    process of this machine that is no more. Worker processes, as NAME/NUMBER, end with that whose name they have."""
    owner = owner.partition("/")[0]
    host, _, process = owner.rpartition("-")
    if owner == own:
        return True
    if host != _machine() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    return socket.gethostname()[:40]  # a lease has room for 100 characters
