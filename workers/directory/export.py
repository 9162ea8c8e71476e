"""Writes the directory as the CSV files that `import` reads."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import Misconfigured
from workers.directory.formulas import with_apostrophe
from workers.directory.stored import Stored
from workers.directory.tables import TABLES, Column, Record, Table


def write_files(stored: Stored, folder: Path, zone: ZoneInfo) -> dict[str, int]:
    """Write one file a table, times in `zone`; returns how many rows each has.

    Raises:
        Misconfigured: a file is there already, or cannot be written.
    """
    files = {name: folder / f"{name}.csv" for name in TABLES}
    if there := [str(path) for path in files.values() if path.exists()]:
        raise Misconfigured(f"there is {there[0]} already; name another folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, path in files.items():
            # A byte order mark, without which Excel takes UTF-8 for the code page of its machine.
            with path.open("x", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(_rows(TABLES[name], stored, zone))
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written: {error.strerror}; name another folder") from error
    return {name: len(stored.tables[name]) for name in TABLES}


def _rows(table: Table, stored: Stored, zone: ZoneInfo) -> Iterator[list[str]]:
    yield [column.name for column in table.columns]
    entries = stored.tables[table.name]
    for key in sorted(entries, key=lambda key: [str(part) for part in key]):
        record = entries[key].record
        yield [with_apostrophe(shown(_named(column, record, stored), zone)) for column in table.columns]


def _named(column: Column, record: Record, stored: Stored) -> object:
    """A reference as the row that is meant writes its own name."""
    value = record[column.name]
    if column.refers_to is None or value is None:
        return value
    other = TABLES[column.refers_to]
    return stored.tables[other.name][(value,)].record[other.keyed[0]] if other.keyed else value


def shown(value: object, zone: ZoneInfo) -> str:
    """A stored value as it is written in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return str(value)
