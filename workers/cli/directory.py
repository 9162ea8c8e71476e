"""`firstline directory`: customers, contacts, sites, devices, contracts, staff and shifts, as CSV files in and out."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from models.settings import Settings
from routing import profile as profiles
from workers.cli.command import Data, load, opened
from workers.directory import export as exporting
from workers.directory import lookup, rota, stored
from workers.directory.importing import import_files
from workers.directory.plan import Plan

app = typer.Typer(no_args_is_help=True)
_SHOWN = 500  # changes of a table that a dry run lists
_WIDTH = 160


@app.command("import")
def import_lists(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Folders with customers.csv, contacts.csv and so on, or single files.", metavar="PATH..."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,
    data: Data = None,
) -> None:
    """Take in lists. Rows that are wrong are named and left out; rows that are in no file stay as they are."""
    settings = load(data)
    plan = import_files(settings, paths, dry_run=dry_run)
    for problem in plan.problems:
        typer.echo(str(problem), err=True)
    if dry_run:
        _print_changes(plan, _zone(settings))
    _print(_summary(plan))
    typer.echo("nothing was written: this was a dry run" if dry_run else "the rows that are right are in the directory")
    if plan.problems:
        raise typer.Exit(1)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; made where it is not there.")],
    data: Data = None,
) -> None:
    """Write the directory as the CSV files that import reads. Excel opens them as they are."""
    settings = load(data)
    with opened(settings) as database, database.reading() as session:
        directory = stored.load(session)
    for name, count in exporting.write_files(directory, folder, _zone(settings)).items():
        typer.echo(f"{folder / name}.csv: {count}")


@app.command()
def show(
    text: Annotated[
        str,
        typer.Argument(
            help="An address, a domain, a telephone number, or the number of a customer, contract, site or device."
        ),
    ],
    data: Data = None,
) -> None:
    """Say what the directory knows of it. Exit status 1 where it knows nothing."""
    with opened(load(data)) as database, database.reading() as session:
        facts = lookup.find(session, text, datetime.now(UTC))
    for fact in facts:
        typer.echo(f"{fact.kind:9} {fact.text}")
    if not facts:
        typer.echo(f"the directory does not know {text}")
        raise typer.Exit(1)


@app.command()
def gaps(
    days: Annotated[int, typer.Option(min=1, max=366, help="How far ahead to look.")] = 14,
    data: Data = None,
) -> None:
    """Say when nobody is on call, or one alone, in the days to come. Teams without any shift have no rota."""
    settings = load(data)
    now = datetime.now(UTC).replace(microsecond=0)
    with opened(settings) as database, database.reading() as session:
        found = rota.team_gaps(session, now, now + timedelta(days=days))
    if not found:
        typer.echo(f"no gaps in the next {days} days")
        return
    zone = _zone(settings)
    table = Table(box=None, header_style="bold")
    for name in ("team", "from", "until", "on call"):
        table.add_column(name, no_wrap=name != "on call")
    for each in found:
        span = (f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}" for moment in (each.gap.starts_at, each.gap.ends_at))
        table.add_row(each.team, *span, f"only {', '.join(each.names)}" if each.names else "nobody")
    _print(table)


def _zone(settings: Settings) -> ZoneInfo:
    return profiles.load(settings.profile).hours.zone


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def _summary(plan: Plan) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("list")
    for name in ("new", "changed", "unchanged", "refused", "not in the file"):
        table.add_column(name, justify="right")
    for part in plan.tables:
        counts = (len(part.new), len(part.changed), part.unchanged, part.refused, part.absent)
        table.add_row(part.table, *(str(count) for count in counts))
    return table


def _print_changes(plan: Plan, zone: ZoneInfo) -> None:
    for part in plan.tables:
        lines = exporting.changes(part, zone)
        for line in lines[:_SHOWN]:
            typer.echo(f"{part.table}: {line}")
        if len(lines) > _SHOWN:
            typer.echo(f"... and {len(lines) - _SHOWN} more of {part.table}")
