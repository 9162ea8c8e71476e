"""`firstline migrate`: the tables' revision, and moving from one database to another."""

from typing import Annotated

import typer

from models.database_url import SQLITE, shown
from models.db import Database
from models.migrations import HEAD, is_newer
from workers import datafolder, storage
from workers.cli.command import Data, load
from workers.cli.progress import watched

app = typer.Typer(help="The tables' revision, and moving from one database to another.", no_args_is_help=True)
_BEHIND = 1


@app.command()
def up(data: Data = None) -> None:
    """Bring the tables to this version, as every start does. Back up first."""
    settings = load(data)
    if settings.resolved_database_url.startswith(SQLITE):
        datafolder.prepare(settings.data)
    database = Database(settings.resolved_database_url)
    try:
        storage.refuse_emptied(settings, database)
        before = database.revision()
        with watched("migrating"):
            database.migrate()
    finally:
        database.close()
    typer.echo(f"at revision {HEAD}" if before == HEAD else f"from {before or 'empty'} to revision {HEAD}")


@app.command()
def status(data: Data = None) -> None:
    """Say at which revision the tables are; status 1 where it is not this version's."""
    settings = load(data)
    storage.refuse_missing(settings)
    database = Database(settings.resolved_database_url)
    try:
        revision = database.revision()
        typer.echo(f"{shown(settings.resolved_database_url)}, {database.server()}")
    finally:
        database.close()
    typer.echo(f"revision {revision or 'none: empty'}; this version's is {HEAD}")
    if revision == HEAD:
        return
    newer = revision is not None and is_newer(revision)
    typer.echo("made by a newer Firstline: install that one" if newer else "firstline migrate up, or the next start")
    raise typer.Exit(_BEHIND)


@app.command("db-copy")
def db_copy(
    to: Annotated[
        str, typer.Option(help="An empty database: postgresql://USER@HOST/NAME, or a data folder for an SQLite file.")
    ],
    from_: Annotated[
        str, typer.Option("--from", help="What to copy, named likewise; that of the settings where it is left out.")
    ] = "",
    data: Data = None,
) -> None:
    """Copy all that is stored from one database to another, SQLite or PostgreSQL, and compare them. Firstline must not
    run meanwhile. The source stays as it is. A password can be left to PGPASSWORD or ~/.pgpass."""
    from workers.backup.copying import copy, located  # noqa: PLC0415 - the other commands start faster without it

    settings = load(data)
    source = located(from_) if from_ else settings.resolved_database_url
    target = located(to)
    with watched("copying") as progress:
        rows = copy(source, target, progress)
    for table, count in sorted(rows.items()):
        typer.echo(f"{table:20} {count:12,}")
    typer.echo(f"{sum(rows.values()):,} rows in {len(rows)} tables; counts and checksums are equal")
    if target.startswith(SQLITE):
        typer.echo(f"go on with --data {to}; token_key and models/ of the other data folder belong there, too")
    else:
        typer.echo(f"go on with FIRSTLINE_DATABASE_URL={shown(target)} (with its password) and the same data folder")
