"""Alembic migrations. HEAD is the revision that this version's tables are at."""

HEAD = "0019"


def is_newer(revision: str) -> bool:
    """True for a revision that only a later version of the program knows: they are numbered."""
    return revision > HEAD
