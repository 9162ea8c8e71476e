"""What the tables hold, as lines that are the same whichever database keeps them: for backups and copies.

A line is a row: a JSON array of its columns; times and dates as in ISO 8601, bytes a character each (ISO 8859-1, so
that a mail can be read and compressed), columns of JSON by their text. Lines come by primary key, so equal contents
have equal checksums. The tables are read as the database describes them, which may be those of an earlier version.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
    collate,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.schema import AddConstraint, DropConstraint

from models.errors import NotPossible
from models.tables import UtcDateTime

Progress = Callable[[str, int], None]  # a table, and how many of its rows are done

# Rows that are in memory at a time; where they hold bytes each may be a whole mail.
_ROWS, _ROWS_WITH_BYTES = 500, 8
_BATCH_BYTES = 8 * 1024 * 1024
_REVISION = "alembic_version"
_INDEX = "_fts"  # of SQLite's full-text indexes, which follow from their tables

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass
class Tally:
    """Counts lines, and tells their SHA-256."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def of(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted as they pass."""
        for line in lines:
            self.rows += 1
            self._digest.update(line)
            yield line

    @property
    def sha256(self) -> str:
        return str(self._digest.hexdigest())


class _JsonText(TypeDecorator[str]):
    """PostgreSQL's json, by its text."""

    impl = Text
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> ColumnElement[Any]:
        return cast(bindparam, JSON)

    def column_expression(self, column: Any) -> ColumnElement[Any]:
        return cast(column, Text)


def described(connection: Connection) -> dict[str, Table]:
    """The tables that hold what is ours, by name, as they are in this database."""
    json_text = _JsonText() if connection.dialect.name == "postgresql" else Text()
    metadata = MetaData()
    found = [name for name in inspect(connection).get_table_names() if name != _REVISION and _INDEX not in name]
    if found:
        metadata.reflect(connection, only=found, resolve_fks=False)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = json_text
            elif isinstance(column.type, DateTime):
                column.type = UtcDateTime()
    return dict(sorted(metadata.tables.items()))


def columns(table: Table) -> list[Column[Any]]:
    """The columns that are written; others follow from them."""
    return [column for column in table.columns if column.computed is None]


def lines(connection: Connection, table: Table, progress: Progress = lambda table, rows: None) -> Iterator[bytes]:
    """Every row of a table, by primary key; only a few are in memory at a time."""
    written = columns(table)
    encoders = [(at, _encoder(column)) for at, column in enumerate(written)]
    special = [(at, encode) for at, encode in encoders if encode is not None]
    is_postgresql = connection.dialect.name == "postgresql"
    # SQLite compares by bytes; PostgreSQL by the rules of a language, unless it is told otherwise.
    order = [collate(key, "C") if is_postgresql and isinstance(key.type, String) else key for key in table.primary_key]
    query = select(*written).order_by(*order)
    found = connection.execute(query, execution_options={"yield_per": _batch(table)})
    done = 0
    for rows in found.partitions():
        for row in rows:
            values = list(row)
            for at, encode in special:
                if values[at] is not None:
                    values[at] = encode(values[at])
            yield _encode(values).encode() + b"\n"
        done += len(rows)
        progress(table.name, done)


def fill(
    connection: Connection, table: Table, rows: Iterable[bytes], progress: Progress = lambda table, rows: None
) -> None:
    """Write such lines into a table that is empty.

    Raises:
        NotPossible: a row does not fit this database.
        ValueError: a line is none of this table's.
    """
    written = columns(table)
    decoders = [(column.name, decode) for column in written if (decode := _decoder(column)) is not None]
    names = [column.name for column in written]
    done = 0
    for batch in _batches(rows):
        values = [dict(zip(names, json.loads(line), strict=True)) for line in batch]
        for name, decode in decoders:
            for row in values:
                if row[name] is not None:
                    row[name] = decode(row[name])
        try:
            connection.execute(insert(table), values)
        except (DataError, IntegrityError) as error:
            first = ", ".join(repr(values[0][key.name]) for key in table.primary_key)
            said = " ".join(str(error.orig).split())
            raise NotPossible(f"{table.name}: a row from {first} on does not fit this database: {said}") from error
        done += len(values)
        progress(table.name, done)


@contextmanager
def without_references(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Let rows refer to others that come later; all references are checked at the end."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    constraints = [each for table in tables for each in table.foreign_key_constraints]
    for constraint in constraints:
        connection.execute(DropConstraint(constraint))
    yield
    for constraint in constraints:
        try:
            connection.execute(AddConstraint(constraint))
        except IntegrityError as error:
            said = " ".join(str(error.orig).split())
            raise NotPossible(f"{constraint.table.name} refers to a row that is missing: {said}") from error


def set_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """Let new rows be numbered after those that were filled in; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for key in table.primary_key:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', key.name)))
            newest = connection.scalar(select(func.max(key))) if sequence else None
            if newest is not None:
                connection.execute(select(func.setval(sequence, newest)))


def _batch(table: Table) -> int:
    has_bytes = any(isinstance(column.type, LargeBinary) for column in table.columns)
    return _ROWS_WITH_BYTES if has_bytes else _ROWS


def _batches(rows: Iterable[bytes]) -> Iterator[Sequence[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in rows:
        batch.append(line)
        size += len(line)
        if len(batch) >= _ROWS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _encoder(column: Column[Any]) -> Callable[[Any], str] | None:
    if isinstance(column.type, LargeBinary):
        return lambda value: bytes(value).decode("latin-1")
    if isinstance(column.type, (UtcDateTime, Date)):
        return lambda value: str(value.isoformat())
    return None


def _decoder(column: Column[Any]) -> Callable[[str], Any] | None:
    if isinstance(column.type, LargeBinary):
        return lambda value: value.encode("latin-1")
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return None
