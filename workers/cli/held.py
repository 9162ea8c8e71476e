"""`firstline held`: messages that nobody sends before a person says so, since a backup was restored."""

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models import held
from models.errors import Misconfigured
from models.values import case_number
from workers.cli.command import Data, load, opened

app = typer.Typer(
    help="Messages that are held since a backup was restored: they waited when it was made, and may have gone out.",
    no_args_is_help=True,
)
Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="Ids of messages, as `firstline held list` shows them.")
]
Every = Annotated[bool, typer.Option("--all", help="All that are held.")]
_LISTED = 1000


@app.command("list")
def list_held(data: Data = None) -> None:
    """List the messages that are held, the oldest first."""
    with opened(load(data)) as database, database.reading() as session:
        rows = held.listed(session, _LISTED)
        if not rows:
            typer.echo("nothing is held")
            return
        table = Table("id", "written", "case", "what", "to", box=None)
        for row in rows:
            written = f"{row.created_at:%Y-%m-%d %H:%M}"
            table.add_row(row.id, written, case_number(row.case_id), row.kind, row.recipient)
        Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command()
def send(ids: Ids = None, every: Every = False, data: Data = None) -> None:
    """Have messages sent after all, each under the Message-ID that it always had."""
    wanted = _wanted(ids, every)
    with opened(load(data)) as database, database.transaction() as session:
        rows = held.take(session, wanted)
        held.send(rows, datetime.now(UTC))
    typer.echo(f"{len(rows)} to be sent")


@app.command()
def drop(
    reason: Annotated[str, typer.Option(help="Why they need not be sent; kept with your name.")],
    ids: Ids = None,
    every: Every = False,
    data: Data = None,
) -> None:
    """Never send messages: they had gone out before, say."""
    wanted = _wanted(ids, every)
    with opened(load(data)) as database, database.transaction() as session:
        rows = held.take(session, wanted)
        held.drop(session, rows, reason, getpass.getuser(), datetime.now(UTC))
    typer.echo(f"{len(rows)} dropped")


def _wanted(ids: list[str] | None, every: bool) -> list[str]:
    if bool(ids) == every:
        raise Misconfigured("name the messages, or say --all")
    return ids or []
