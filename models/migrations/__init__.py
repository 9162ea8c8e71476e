"""Alembic migrations. HEAD is the revision that this version's tables are at."""

HEAD = "0016"
