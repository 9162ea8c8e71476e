"""Whether a database that answers takes changes, too: one that does not refuses every mail."""

import errno
import os
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

_OF_THE_DISK = {errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STANDBY = "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'"


def because(session: Session) -> str:
    """Why it takes none, in a clause; empty where it does."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        is_standby, is_told = session.execute(text(_STANDBY)).one()
        if is_standby:
            return "the server is a standby, or has not been promoted yet"
        return "default_transaction_read_only is on, for this server, database or user" if is_told else ""
    path = connection.engine.url.database
    if not path or not os.path.exists(path):
        return ""
    if not os.access(path, os.W_OK):
        return f"{path} may not be written: its rights, or a disk that is mounted read-only"
    return _refused(Path(path).parent)


def _refused(folder: Path) -> str:
    """What is tried, since rights do not tell: Linux goes on to call a disk writable that it closed after a fault
    (emergency_ro), and one may be full, or over its quota. What folders the process may write in is not asked."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(b"\0")
    except OSError as error:
        return f"nothing can be written in {folder}: {error.strerror}" if error.errno in _OF_THE_DISK else ""
    return ""
