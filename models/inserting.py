"""INSERT past the session, and INSERT … ON CONFLICT, which both databases write alike and SQLAlchemy does not."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, cast

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.direct import Direct
from models.tables import Base


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into `table` for the database of this session; it knows `on_conflict_do_nothing` and `…_update`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Write the rows past the session, which would look at each of them several times over. Each has the same columns,
    in the same order; defaults that only SQLAlchemy knows are not applied."""
    if rows:
        Direct.of(session).insert(cast(Table, table.__table__), rows)


def values_of(row: Base) -> dict[str, object]:
    """What an object that no session knows would be stored as, but for the number that the database gives it."""
    given = row.__dict__
    return {name: given[name] if name in given else default() for name, default in _columns(type(row))}


@lru_cache(maxsize=16)
def _columns(table: type[Base]) -> list[tuple[str, Callable[[], Any]]]:
    """The columns that a new row has values for, with what makes those that were not given."""
    of = cast(Table, table.__table__)
    return [(column.name, partial(_default, column)) for column in of.columns if column is not of.autoincrement_column]


def _default(column: Column[Any]) -> Any:
    made: Any = column.default
    if made is None:
        return None
    return made.arg(None) if made.is_callable else made.arg
