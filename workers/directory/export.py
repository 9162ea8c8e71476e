"""Writes the directory as the CSV files that `import` reads."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import Misconfigured
from workers.directory.formulas import with_apostrophe
from workers.directory.plan import Change, TablePlan
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
            with path.open("xb") as file:
                file.write(content(stored, name, zone))
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written: {error.strerror}; name another folder") from error
    return {name: len(stored.tables[name]) for name in TABLES}


def content(stored: Stored, name: str, zone: ZoneInfo) -> bytes:
    """The file of one table."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(_rows(TABLES[name], stored, zone))
    # A byte order mark, without which Excel takes UTF-8 for the code page of its machine.
    return written.getvalue().encode("utf-8-sig")


def changes(part: TablePlan, zone: ZoneInfo) -> list[str]:
    """What becomes of a table, a line for each row that is new or says something else."""
    lines = [f"new {row.title}" for row in part.new]
    return lines + [f"{change.row.title}: {_change(change, zone)}" for change in part.changed]


def _change(change: Change, zone: ZoneInfo) -> str:
    return "; ".join(f"{name}: {shown(old, zone)!r} -> {shown(new, zone)!r}" for name, old, new in change.columns)


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
