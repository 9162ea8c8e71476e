"""Which faults of a database are for time or an administrator to mend, and which are defects of ours."""

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

# SQLSTATE classes and codes of PostgreSQL (its manual, appendix A).
_TIMEOUT_IN_TRANSACTION = "25P03"
_READ_ONLY = "25006"  # a standby, or a server that was told to take no changes
_NO_RIGHTS = "42501"
# Names of tables are no data: they are missing where the database was emptied, or is being restored.
_NO_TABLE = "42P01"
_MENDED_BY_OTHERS = {_TIMEOUT_IN_TRANSACTION, _READ_ONLY, _NO_RIGHTS, _NO_TABLE}
_LIMIT_EXCEEDED = "54"  # a statement that can work at no time
_TOO_MANY_VALUES = ("too many SQL variables", "number of parameters")


def out_of_reach(error: DBAPIError, reading: bool) -> str | None:
    """What keeps the database from answering, in one line; None where the statement is at fault, for ever.
    Who writes while `reading` is."""
    said = " ".join(str(error.orig).split())
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith("SQLITE_IOERR"):
        # A file beside the database that can grow no more is told so, too.
        said = f"{said} ({name}): is its disk full, mounted read-only, or failing"
    if error.connection_invalidated:
        return said
    state = getattr(error.orig, "sqlstate", None)
    if state in _MENDED_BY_OTHERS:
        return None if reading and state == _READ_ONLY else said
    if (state or "").startswith(_LIMIT_EXCEEDED) or any(words in said for words in _TOO_MANY_VALUES):
        return None
    # Of the others only these two are no faults of a statement; SQLite reports a file that is none by their parent.
    return said if isinstance(error, OperationalError) or type(error) is DatabaseError else None
