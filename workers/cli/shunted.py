"""`firstline shunted`: what was set aside, and what to do with it. Works beside a running Firstline, which
finds what is given another round within a second."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from models import set_aside
from models.errors import Misconfigured
from models.settings import Settings
from models.tables import ReportRow
from models.values import ReportState
from workers.cli import editor
from workers.cli.command import Data, load, opened, print_json

app = typer.Typer(no_args_is_help=True)
_SHOWN = 50_000
_LISTED = 1000
_SUBJECT = 60


class Which(StrEnum):
    """The states that can be listed."""

    SHUNTED = "shunted"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"
    ALL = "all"


Ids = Annotated[
    list[str], typer.Argument(help="Ids of reports, as `firstline shunted list` shows them.", metavar="ID...")
]
Id = Annotated[str, typer.Argument(help="Id of a report, as `firstline shunted list` shows it.", metavar="ID")]


@app.command("list")
def list_reports(
    state: Annotated[Which, typer.Option(help="Which reports.")] = Which.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = None,
) -> None:
    """List what was set aside, with the reason; the newest last."""
    states = set_aside.SET_ASIDE if state == Which.ALL else (ReportState(state.value),)
    with _reading(load(data)) as session:
        rows = set_aside.newest(session, states, _LISTED)[::-1]
        if as_json:
            for row in rows:
                print_json(_facts(row))
        elif rows:
            Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))
        else:
            typer.echo("nothing is set aside")


@app.command()
def show(report_id: Id, data: Data = None) -> None:
    """Show one report: what is known of it, how it reads, and its source."""
    from intake.mail.parse import parse  # noqa: PLC0415 - the other commands start faster without it

    with _reading(load(data)) as session:
        row = set_aside.get(session, report_id)
        source = set_aside.source(session, row)
        for name, value in _facts(row).items():
            typer.echo(f"{name:12} {'' if value is None else value}")
    typer.echo(f"{'defects':12} {'; '.join(parse(source).defects) or 'none'}\n")
    typer.echo(source[:_SHOWN].decode("utf-8", "replace"))
    if len(source) > _SHOWN:
        typer.echo(f"... {len(source) - _SHOWN} more bytes: firstline shunted raw {report_id}")


@app.command()
def raw(
    report_id: Id,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    data: Data = None,
) -> None:
    """Write the source of a report, byte for byte, to standard output or a file."""
    with _reading(load(data)) as session:
        source = set_aside.source(session, set_aside.get(session, report_id))
    if output is None:
        sys.stdout.buffer.write(source)
        return
    try:
        output.write_bytes(source)
    except OSError as error:
        raise Misconfigured(f"{output} cannot be written: {error.strerror}") from error


@app.command()
def retry(
    report_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Ids of reports.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every shunted report.")] = False,
    data: Data = None,
) -> None:
    """Give shunted (or discarded) reports another round."""
    if bool(report_ids) == every:
        raise Misconfigured("name the reports, or say --all")
    ids = report_ids or []
    with _writing(load(data)) as session:
        for report_id in ids:
            set_aside.retry(set_aside.take(session, report_id), _now())
        count = set_aside.retry_all(session, _now()) if every else len(ids)
    typer.echo(f"{count} to be processed again")


@app.command()
def edit(
    report_id: Id,
    file: Annotated[Path | None, typer.Option(help="Take the mended mail from this file; else $EDITOR opens.")] = None,
    data: Data = None,
) -> None:
    """Mend the source of a report and give it another round. What arrived is kept beside it."""
    settings = load(data)
    with _reading(settings) as session:
        source = set_aside.source(session, set_aside.get(session, report_id))
    mended = editor.from_file(file) if file else editor.edit(source)
    if mended == source:
        typer.echo("nothing was changed; the report stays where it is")
        return
    with _writing(settings) as session:
        set_aside.mend(session, set_aside.take(session, report_id), mended, getpass.getuser(), _now())
    typer.echo("1 to be processed again, as mended")


@app.command()
def release(report_ids: Ids, data: Data = None) -> None:
    """Vouch for reports in quarantine: they are processed as if they were from where they say."""
    with _writing(load(data)) as session:
        for report_id in report_ids:
            set_aside.release(set_aside.take(session, report_id), _now())
    typer.echo(f"{len(report_ids)} released")


@app.command()
def discard(
    report_ids: Ids,
    reason: Annotated[str, typer.Option(help="Why nobody needs to look at it again; kept with your name.")],
    data: Data = None,
) -> None:
    """Put reports away for good. They are kept; `retry` takes them back."""
    with _writing(load(data)) as session:
        for report_id in report_ids:
            set_aside.discard(set_aside.take(session, report_id), reason, getpass.getuser(), _now())
    typer.echo(f"{len(report_ids)} discarded")


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    with opened(settings) as database, database.reading() as session:
        yield session


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    with opened(settings) as database, database.transaction() as session:
        yield session


def _facts(row: ReportRow) -> dict[str, object]:
    return {
        "id": row.id,
        "state": row.state,
        "received_at": row.received_at.isoformat(timespec="seconds"),
        "from": row.sender or row.mail_from,
        "subject": row.subject,
        "source": row.source,
        "attempts": row.attempts,
        "mended": row.part_seq > 0,
        "reason": row.outcome_because,
    }


def _table(rows: list[ReportRow]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "received", "state", "from", "subject", "reason"):
        table.add_column(name, overflow="fold", no_wrap=name in ("id", "received", "state"))
    for row in rows:
        received = row.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
        sender = row.sender or row.mail_from or ""
        table.add_row(row.id, received, row.state, sender, (row.subject or "")[:_SUBJECT], row.outcome_because or "")
    return table
