"""Statements given to the database's driver itself, in a transaction of `models.db`: what SQLAlchemy makes around one
takes longer than the statement does, and who sends a mail waits for each of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import JSON, Dialect, Table
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from models.sealing import KEYS, Keyring
from models.tables import UtcDateTime

# Rows in one statement: a power of two, as all are, for a driver keeps each statement that it has met, with its values.
_MOST = 64


@dataclass(frozen=True, slots=True)
class Direct:
    """`cursor` is the driver's; `keys` are those that bodies are sealed by."""

    cursor: DBAPICursor
    dialect: Dialect
    keys: Keyring

    @classmethod
    def of(cls, session: Session) -> "Direct":
        """In the transaction of a session; what that has not written yet is not to be seen."""
        connection = session.connection()
        return cls(connection.connection.cursor(), connection.dialect, session.info[KEYS])

    def rows(self, sql: str, values: Sequence[object] = ()) -> Sequence[Any]:
        """What is found, as the driver gives it. Each value stands where the statement has a question mark."""
        self.cursor.execute(sql if _takes_question_marks(self.dialect) else sql.replace("?", "%s"), values)
        return self.cursor.fetchall()

    def insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Write the rows. Each has the same columns, in the same order; defaults that only SQLAlchemy knows are not
        applied.

        Many rows go into one statement: with `executemany` Python's driver of SQLite lets go of the interpreter at each
        row, and beside a busy thread waits as often until it has it again. Not for large values: see _MOST.
        """
        self._insert(table, rows)

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
        """The same for those of the rows that conflict with none that is there; returns how many those are."""
        return self._insert(table, rows, " ON CONFLICT DO NOTHING")

    def _insert(self, table: Table, rows: Sequence[Mapping[str, object]], unless: str = "") -> int:
        written = at = 0
        while left := len(rows) - at:
            some = rows[at : at + min(_MOST, 1 << left.bit_length() - 1)]
            at += len(some)
            names = tuple(some[0])
            prepared = _prepared(self.dialect, table, names)
            values = [value for row in some for value in _values(prepared, row)]
            self.cursor.execute(_sql(self.dialect, table, names, len(some)) + unless, values)
            written += self.cursor.rowcount
        return written

    def insert_large(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """As `insert`, for rows with large values."""
        names = tuple(rows[0])
        prepared = _prepared(self.dialect, table, names)
        values = [_values(prepared, row) for row in rows]
        self.cursor.executemany(_sql(self.dialect, table, names, 1), values)

    def update(self, table: Table, id_: object, changes: Mapping[str, object]) -> None:
        """Change the row of that id."""
        quote, place = self.dialect.identifier_preparer.quote, "?" if _takes_question_marks(self.dialect) else "%s"
        sets = ", ".join(f"{quote(name)} = {place}" for name in changes)
        values = _values(_prepared(self.dialect, table, tuple(changes)), changes)
        self.cursor.execute(f"UPDATE {quote(table.name)} SET {sets} WHERE id = {place}", [*values, id_])


@contextmanager
def told_by_sqlalchemy(dialect: Dialect) -> Iterator[None]:
    """Errors of the driver are raised as SQLAlchemy raises them, without any values."""
    kind = dialect.loaded_dbapi.Error
    try:
        yield
    except kind as error:
        raise DBAPIError.instance(
            None, None, cast(Exception, error), kind, hide_parameters=True, dialect=dialect
        ) from error


_Prepared = Sequence[tuple[int, Callable[[Any], Any]]]


def _values(prepared: _Prepared, row: Mapping[str, object]) -> list[object]:
    values = list(row.values())
    for place, prepare in prepared:
        values[place] = prepare(values[place])
    return values


@lru_cache(maxsize=32)
def _prepared(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Prepared:
    """The places of the values that the driver does not take as they are, each with what makes such as it takes."""
    found = [(place, _preparing(dialect, table.c[name].type)) for place, name in enumerate(names)]
    return [(place, prepare) for place, prepare in found if prepare is not None]


def _preparing(dialect: Dialect, type_: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(type_, UtcDateTime):
        return _times(dialect)
    prepare = type_.dialect_impl(dialect).bind_processor(dialect)
    if prepare is None or not isinstance(type_, JSON):
        return prepare
    empty = prepare([])  # as most lists are
    return lambda value: empty if value == [] else prepare(value)


@lru_cache(maxsize=4)
def _times(dialect: Dialect) -> Callable[[Any], Any] | None:
    """One for all tables: the rows of a batch have few times between them."""
    prepare = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=512)(prepare) if prepare is not None else None


@lru_cache(maxsize=128)
def _sql(dialect: Dialect, table: Table, names: tuple[str, ...], rows: int) -> str:
    quote = dialect.identifier_preparer.quote
    row = ", ".join(["?" if _takes_question_marks(dialect) else "%s"] * len(names))
    places = ", ".join([f"({row})"] * rows)
    columns = ", ".join(map(quote, names))
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES {places}"


def _takes_question_marks(dialect: Dialect) -> bool:
    return dialect.paramstyle == "qmark"
