"""Takes CSV files into the directory, in one transaction, or says what that would change."""

from collections.abc import Iterable
from pathlib import Path

from models.settings import Settings
from workers import datafolder, storage
from workers.directory.files import read_all
from workers.directory.plan import Plan, make_plan
from workers.directory.rows import read_rows
from workers.directory.stored import Stored, load
from workers.directory.write import write


def import_files(settings: Settings, paths: Iterable[Path], *, dry_run: bool = False) -> Plan:
    """Take in the rows that are right; those of a table that the files do not have stay. A dry run writes nothing.

    Raises:
        Misconfigured: a file cannot be read, or is named like no list.
    """
    files = [read_rows(sheet) for sheet in read_all(paths)]
    if dry_run and not settings.database_url and not settings.data.is_dir():
        return make_plan(files, Stored())
    datafolder.prepare(settings.data)
    database = storage.open_database(settings)
    try:
        storage.migrate(settings, database)
        if dry_run:
            with database.reading() as session:
                return make_plan(files, load(session))
        with database.transaction() as session:
            stored = load(session)
            plan = make_plan(files, stored)
            write(session, plan, stored)
        return plan
    finally:
        database.close()
