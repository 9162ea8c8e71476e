"""The directory in the database, as records; read whole, in one query a table."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.tables import CustomerDomainRow
from workers.directory.tables import TABLES, Key, Record, Table


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the database."""

    id: int
    record: Record


@dataclass(frozen=True, slots=True)
class Stored:
    """The directory as it is: by table and key."""

    tables: dict[str, dict[Key, Entry]] = field(default_factory=lambda: {name: {} for name in TABLES})

    def domains(self) -> dict[str, Key]:
        """Who has which domain."""
        return {
            str(domain): key
            for key, entry in self.tables["customers"].items()
            for domain in _list(entry.record["domains"])
        }


def load(session: Session) -> Stored:
    stored = Stored()
    keys: dict[str, dict[int, Key]] = {}
    for table in TABLES.values():
        entries = stored.tables[table.name]
        for entry in _entries(session, table, keys):
            entries[table.key(entry.record)] = entry
        keys[table.name] = {entry.id: key for key, entry in entries.items()}
    return stored


def _entries(session: Session, table: Table, keys: dict[str, dict[int, Key]]) -> Iterator[Entry]:
    columns: list[Any] = [getattr(table.row, column.name) for column in table.own_columns]
    columns += [getattr(table.row, f"{column.name}_id") for column in table.references]
    domains = _domains(session) if table.name == "customers" else {}
    model: Any = table.row
    for row in session.execute(select(model.id, *columns)):
        record = _record(table, row, keys)
        if table.name == "customers":
            record["domains"] = sorted(domains.get(row.id, []))
        yield Entry(row.id, record)


def _record(table: Table, row: Row[Any], keys: dict[str, dict[int, Key]]) -> Record:
    record: Record = {column.name: getattr(row, column.name) for column in table.own_columns}
    for column in table.references:
        other = getattr(row, f"{column.name}_id")
        # A reference is a key of one part: only contacts and shifts have others, and nothing refers to them.
        record[column.name] = None if other is None else keys[str(column.refers_to)][other][0]
    return record


def _domains(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for domain, customer_id in session.execute(select(CustomerDomainRow.domain, CustomerDomainRow.customer_id)):
        found.setdefault(customer_id, []).append(domain)
    return found


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
