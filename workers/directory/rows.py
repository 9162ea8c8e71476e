"""From the cells of a file to records: each cell read by its column, the same row twice refused."""

from dataclasses import dataclass

from workers.directory.cells import Wrong
from workers.directory.files import Line, Problem, Sheet
from workers.directory.tables import TABLES, Column, Key, Record, Table


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells could be read. `cells` are as they were written, for what is said about it."""

    file: str
    line: int
    table: str
    key: Key
    record: Record
    cells: dict[str, str]

    @property
    def title(self) -> str:
        """By what a person knows the row."""
        if self.table == "shifts":
            return " ".join(self.cells[name] for name in ("team", "staff", "starts_at"))
        keyed = TABLES[self.table].keyed
        return (self.cells[keyed[0]] if keyed else "") or self.cells["name"]

    def problem(self, column: str | None, text: str) -> Problem:
        return Problem(self.file, self.line, column, text)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file says. `keys` are those of all its rows, of refused ones too where they could be told."""

    table: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    keys: frozenset[Key]


def read_rows(sheet: Sheet) -> Rows:
    """The rows of a file that can be read, and what is wrong with each cell of the others."""
    table = TABLES[sheet.table]
    problems = [*sheet.refused, *sheet.bad_lines]
    first: dict[Key, int] = {}
    rows: list[Row] = []
    for line in sheet.lines:
        record, faults = _read(table, sheet.file, line)
        key = _key(table, record)
        if key in first:
            faults = [Problem(sheet.file, line.number, None, f"it is in line {first[key]} already; take one out")]
        elif key is not None:
            first[key] = line.number
        problems += faults
        if key is not None and not faults:
            rows.append(Row(sheet.file, line.number, table.name, key, record, line.cells))
    return Rows(table.name, tuple(rows), tuple(problems), frozenset(first))


def _read(table: Table, file: str, line: Line) -> tuple[Record, list[Problem]]:
    record: Record = {}
    problems: list[Problem] = []
    for column in table.columns:
        try:
            record[column.name] = _value(column, line.cells.get(column.name, ""))
        except Wrong as error:
            problems.append(Problem(file, line.number, column.name, str(error)))
    return record, problems


def _value(column: Column, cell: str) -> object:
    if cell:
        return column.read(cell)
    if column.is_required:
        raise Wrong("it is empty; it must be written")
    return column.empty


def _key(table: Table, record: Record) -> Key | None:
    try:
        return table.key(record)
    except KeyError:
        return None  # one of its own columns could not be read
