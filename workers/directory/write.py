"""Writes a plan to the database: a few statements a table, however many rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models.tables import CustomerDomainRow
from models.values import directory_key
from workers.directory.plan import Plan, TablePlan
from workers.directory.stored import Stored
from workers.directory.tables import TABLES, Record, Table


def write(session: Session, plan: Plan, stored: Stored) -> None:
    ids = {
        table: {str(key[0]): entry.id for key, entry in stored.tables[table].items()}
        for table in ("customers", "sites", "staff")
    }
    for changes in plan.tables:
        table = TABLES[changes.table]
        model: Any = table.row
        if changes.new:
            session.execute(insert(model), [_values(table, row.record, ids) for row in changes.new])
            if table.name in ids and table.keyed:
                key = getattr(model, table.keyed[1])
                ids[table.name] |= {str(name): number for name, number in session.execute(select(key, model.id))}
        if changes.changed:
            values = [{"id": change.entry.id, **_values(table, change.row.record, ids)} for change in changes.changed]
            session.execute(update(model), values)
        if table.name == "customers":
            _write_domains(session, changes, ids["customers"])


def _values(table: Table, record: Record, ids: dict[str, dict[str, int]]) -> dict[str, object]:
    values = {column.name: record[column.name] for column in table.own_columns}
    for column in table.references:
        name = record[column.name]
        values[f"{column.name}_id"] = None if name is None else ids[str(column.refers_to)][str(name)]
    if table.keyed:
        source, key = table.keyed
        values[key] = None if record[source] is None else directory_key(str(record[source]))
    return values


def _write_domains(session: Session, changes: TablePlan, ids: dict[str, int]) -> None:
    """All that are given up go first: another customer of the same file may have taken one over."""
    given_up: list[object] = []
    taken = [(row, _list(row.record["domains"])) for row in changes.new]
    for change in changes.changed:
        before, after = _list(change.entry.record["domains"]), _list(change.row.record["domains"])
        given_up += [domain for domain in before if domain not in after]
        taken.append((change.row, [domain for domain in after if domain not in before]))
    for chunk in _chunks(given_up):
        session.execute(delete(CustomerDomainRow).where(CustomerDomainRow.domain.in_(chunk)))
    rows = [{"domain": domain, "customer_id": ids[str(row.key[0])]} for row, domains in taken for domain in domains]
    if rows:
        session.execute(insert(CustomerDomainRow), rows)


def _chunks(items: list[object], size: int = 500) -> Iterable[list[object]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
