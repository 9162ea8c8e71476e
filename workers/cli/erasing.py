"""`firstline erase`, `firstline export`: what the desk holds on one person, forgotten or given to him."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from workers.cli.command import Data, load, opened

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workers.erasing.person import Person

Whom = Annotated[str, typer.Option("--person", help="His mail address or telephone number (+8613800138000).")]
Customer = Annotated[str, typer.Option("--customer", help="The number of a customer: all its people, and itself.")]


def erase(
    whom: Whom = "",
    customer: Customer = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is; nothing is changed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Erase one person, or one customer, wherever the desk has something of theirs, for good. Figures stay."""
    from workers.erasing.erase import Eraser  # noqa: PLC0415 - it takes a second to import

    settings, console = load(data), Console(stderr=True)
    with opened(settings) as database, console.status("looking") as status:
        eraser = Eraser(
            database,
            lambda: datetime.now(UTC),
            f"command line: {getpass.getuser()}",
            settings.data / "outbox",
            lambda done, of: status.update(f"erasing: case {done} of {of}"),
        )
        with database.reading() as session:
            asked = _whom(session, whom, customer, settings)
        found = eraser.preview(asked)
        status.stop()
        typer.echo(
            f"there are {len(found.reports)} reports, {len(found.letters)} messages, {len(found.cases)} cases, "
            f"{len(found.mentions)} mentions elsewhere, {len(asked.contacts)} entries of the directory"
        )
        if not (found or asked.contacts):
            raise NotPossible(f"the desk holds nothing of {whom or customer}, so nothing is erased")
        if dry_run:
            return
        if not yes:
            typer.confirm("Erase them for good?", abort=True)
        status.start()
        outcome = eraser.erase(asked)
    typer.echo(f"erased: {outcome}; from now on they are {outcome.id}")
    if outcome.lessons:
        typer.echo(
            f"the classifier has learnt from {outcome.lessons} texts of theirs: run `firstline train` and "
            "`firstline promote`, which leave them out, and delete the models from before"
        )
    typer.echo("backups and the logs of mail servers still hold what they held: see docs/privacy.md")


def export(
    file: Annotated[Path, typer.Argument(help="The ZIP file to write; - for standard output.")],
    whom: Whom = "",
    customer: Customer = "",
    data: Data = None,
) -> None:
    """Write everything that is held on one person, or one customer, into a ZIP file: JSON, mails, recordings."""
    from workers.erasing.export import write  # noqa: PLC0415 - as above

    settings = load(data)
    with opened(settings) as database, database.reading() as session:
        asked = _whom(session, whom, customer, settings)
        try:
            if str(file) == "-":
                count = write(session, asked, sys.stdout.buffer, datetime.now(UTC))
            else:
                with _new(file) as stream:
                    count = write(session, asked, stream, datetime.now(UTC))
        except OSError as error:
            raise Misconfigured(f"{file} cannot be written: {error.strerror}") from error
    typer.echo(f"{count} reports and messages written to {file}", err=str(file) == "-")


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner may read, for it holds all that is known of somebody; one that cannot be written to
    its end is taken away again, since it would be taken for whole."""
    stream = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    try:
        with stream:
            yield stream
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _whom(session: "Session", whom: str, number: str, settings: Settings) -> "Person":
    from workers.erasing.person import customer, person  # noqa: PLC0415 - as above

    if bool(whom) == bool(number):
        raise Misconfigured("say whom: --person ADDRESS or NUMBER, or --customer NUMBER")
    return customer(session, number) if number else person(session, whom, (*settings.addresses, *settings.staff))
