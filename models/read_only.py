"""Whether a database that answers takes changes, too: one that does not refuses every mail."""

import os

from sqlalchemy import text
from sqlalchemy.orm import Session

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
    if not path or not os.path.exists(path) or os.access(path, os.W_OK):
        return ""
    return f"{path} may not be written: its rights, or a disk that is mounted read-only"
