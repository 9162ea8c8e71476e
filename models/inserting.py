"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike and SQLAlchemy does not."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables import Base

# Rows in one statement: a power of two, as all are, for a driver keeps each statement that it has met, with its values.
_MOST = 64


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into `table` for the database of this session; it knows `on_conflict_do_nothing` and `…_update`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Write those of the rows that conflict with none that is there; returns how many those are. Each row has the same
    columns, in the same order; defaults that only SQLAlchemy knows are not applied.

    Many rows go into one statement: with `executemany` Python's driver of SQLite lets go of the interpreter at each
    row, and beside a busy thread waits as often until it has it again. Not for large values: see _MOST.
    """
    names = tuple(rows[0])
    prepared = _prepared(connection.dialect, table, names)
    written = at = 0
    while left := len(rows) - at:
        some = rows[at : at + min(_MOST, 1 << left.bit_length() - 1)]
        at += len(some)
        values = tuple(
            prepare(value) if prepare else value
            for row in some
            for prepare, value in zip(prepared, row.values(), strict=True)
        )
        written += connection.exec_driver_sql(_sql(connection.dialect, table, names, len(some)), values).rowcount
    return written


@lru_cache(maxsize=16)
def _prepared(dialect: Dialect, table: Table, names: tuple[str, ...]) -> list[Callable[[Any], Any] | None]:
    """What makes values of these columns such as the driver takes; None where it takes them as they are."""
    return [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]


@lru_cache(maxsize=16)
def _sql(dialect: Dialect, table: Table, names: tuple[str, ...], rows: int) -> str:
    quote = dialect.identifier_preparer.quote
    row = ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * len(names))
    places = ", ".join([f"({row})"] * rows)
    columns = ", ".join(map(quote, names))
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES {places} ON CONFLICT DO NOTHING"
