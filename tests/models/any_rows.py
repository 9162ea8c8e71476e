"""A row in every table there is, whatever the version, with values that are easily lost on the way."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Float, Integer, LargeBinary, Table, insert, select

from models.contents import columns, described, without_references
from models.tables import Base, UtcDateTime

TEXT = '停机 – Café\u2028 it\'s "down"\r\n'
BYTES = bytes(range(256)) * 5000
AT = datetime(2027, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)
JSON_TEXT = '{"a": ["é", 0.1, null, "\\u0000"]}'


def add_everywhere(connection: Connection) -> None:
    """Put a row into every table; all of them hang together."""
    tables = described(connection)
    with without_references(connection, tables.values()):
        for table in tables.values():
            connection.execute(insert(table), row_of(table))


def stored(connection: Connection) -> dict[str, dict[str, Any]]:
    """The first row of each table that has one."""
    found = {}
    for name, table in described(connection).items():
        if row := connection.execute(select(*columns(table))).mappings().first():
            found[name] = dict(row)
    return found


def row_of(table: Table) -> dict[str, Any]:
    return {column.name: _value(column) for column in columns(table)}


def _value(column: Column[Any]) -> Any:
    """What refers to another row has the value of that row's key."""
    while column.foreign_keys and (target := next(iter(column.foreign_keys)).column) is not column:
        if target.table is column.table:
            return _plain(target)
        column = target
    return _plain(column)


def _plain(column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, Float):
        return 0.1
    if isinstance(kind, LargeBinary):
        return BYTES
    if isinstance(kind, UtcDateTime):
        return AT
    if isinstance(kind, Date):
        return date(2027, 2, 3)
    if isinstance(Base.metadata.tables[column.table.name].columns[column.name].type, JSON):
        return JSON_TEXT
    return TEXT[: getattr(kind, "length", None)]
