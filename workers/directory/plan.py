"""What an import changes: rows that are new, rows that say something else, and those left as they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from workers.directory.check import accept
from workers.directory.files import Problem
from workers.directory.rows import Row, Rows
from workers.directory.stored import Entry, Stored
from workers.directory.tables import TABLES, Key, Record, contact_by_name


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is in the database and says something else there. `columns`: which, from what, to what."""

    row: Row
    entry: Entry
    columns: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What becomes of one table. `refused` counts rows; `absent` those of the database that the file does not have:
    they stay."""

    table: str
    new: tuple[Row, ...]
    changed: tuple[Change, ...]
    unchanged: int
    refused: int
    absent: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the directory, and what is wrong with the rows that are not taken."""

    tables: tuple[TablePlan, ...]
    problems: tuple[Problem, ...]


def make_plan(files: Iterable[Rows], stored: Stored) -> Plan:
    """The plan for these files, which stand in the order in which they refer to each other."""
    files = list(files)
    accepted, unfit = accept(files, stored)
    problems = [problem for rows in files for problem in rows.problems] + unfit
    order = [rows.table for rows in files]
    problems.sort(key=lambda problem: (order.index(_table(problem)), problem.line))
    tables = tuple(_table_plan(rows, accepted[rows.table], unfit, stored) for rows in files)
    return Plan(tables, tuple(problems))


def _table_plan(rows: Rows, accepted: list[Row], unfit: list[Problem], stored: Stored) -> TablePlan:
    entries = dict(stored.tables[rows.table])
    new: list[Row] = []
    changed: list[Change] = []
    for row in accepted:
        entry = entries.pop(row.key, None) or _met_by_name(row, rows, entries)
        if entry is None:
            new.append(row)
        elif differences := _differences(rows.table, entry.record, row.record):
            changed.append(Change(row, entry, differences))
    bad = {problem.line for problem in rows.problems}
    bad |= {problem.line for problem in unfit if _table(problem) == rows.table}
    unchanged = len(accepted) - len(new) - len(changed)
    absent = sum(key not in rows.keys for key in entries)
    return TablePlan(rows.table, tuple(new), tuple(changed), unchanged, len(bad), absent)


def _met_by_name(row: Row, rows: Rows, entries: dict[Key, Entry]) -> Entry | None:
    """Who had no address so far and has one now: the contact of that name, unless the file has him without one too."""
    if row.table != "contacts":
        return None
    key = contact_by_name(row.record)
    return None if key in rows.keys else entries.pop(key, None)


def _table(problem: Problem) -> str:
    return problem.file.casefold().removesuffix(".csv")


def _differences(table: str, old: Record, new: Record) -> tuple[tuple[str, object, object], ...]:
    return tuple(
        (column.name, old[column.name], new[column.name])
        for column in TABLES[table].columns
        if old[column.name] != new[column.name]
    )
