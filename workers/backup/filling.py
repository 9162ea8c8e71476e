"""Fills an empty database with the tables of another, all of it or nothing, and compares them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, inspect

from models.contents import Progress, Tally, columns, described, fill, lines, set_sequences, without_references
from models.errors import Misconfigured, NotPossible


@dataclass(frozen=True, slots=True)
class Filled:
    """What a table was filled with, and by what is compared."""

    name: str
    columns: Sequence[str]
    lines: Callable[[], Iterator[bytes]]


def refuse_what_is_not_empty(connection: Connection, where: str) -> None:
    """Raises Misconfigured where there are tables, ours or others'."""
    if inspect(connection).get_table_names():
        raise Misconfigured(
            f"{where} is not empty, and nothing in it is replaced: name a new data folder, or a new database"
        )


def fill_all(connection: Connection, revision: str, wanted: Sequence[Filled], progress: Progress) -> Mapping[str, int]:
    """Make the tables of that revision, fill them, read them back and compare, and bring them to this version; how many
    rows each was given.

    Raises:
        NotPossible: something does not fit, or is not the same when it is read back.
    """
    from models.migrations.run import upgrade_within  # noqa: PLC0415 - Alembic takes 0.6 s to import

    upgrade_within(connection, revision)
    tables = described(connection)
    for each in wanted:
        there = [column.name for column in columns(tables[each.name])] if each.name in tables else []
        if there != list(each.columns):
            raise NotPossible(f"the table {each.name} is not that of revision {revision}")
    with without_references(connection, tables.values()):
        tallies = {each.name: _fill(connection, tables[each.name], each, progress) for each in wanted}
        for name, tally in tallies.items():
            _compare(connection, tables[name], tally, progress)
    set_sequences(connection, tables.values())
    upgrade_within(connection)
    return {name: tally.rows for name, tally in tallies.items()}


def _fill(connection: Connection, table: Table, filled: Filled, progress: Progress) -> Tally:
    tally = Tally()
    fill(connection, table, tally.of(filled.lines()), progress)
    return tally


def _compare(connection: Connection, table: Table, wanted: Tally, progress: Progress) -> None:
    found = Tally()
    for _ in found.of(lines(connection, table, lambda name, rows: progress(f"comparing {name}", rows))):
        pass
    if (found.rows, found.sha256) != (wanted.rows, wanted.sha256):
        raise NotPossible(f"{table.name} reads back otherwise than it was written: nothing is kept")
