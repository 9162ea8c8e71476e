"""`firstline backup` and `firstline restore`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from workers.cli.command import Data, load
from workers.cli.progress import watched

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, a ZIP archive.")]


def backup(
    file: File,
    verify: Annotated[
        bool, typer.Option("--verify", help="Make none: read this one, and compare it with its checksums.")
    ] = False,
    data: Data = None,
) -> None:
    """Write all that cannot be had again into one file, of one moment, while everything runs; it is verified before it
    gets its name. Not in it: settings, secrets, and token_key of the data folder, which never changes: keep a copy."""
    from workers.backup import archive, make  # noqa: PLC0415 - the other commands start faster without it

    if verify:
        with archive.opened(file) as stored, watched("verifying") as progress:
            stored.verify(progress)
            manifest = stored.manifest
        typer.echo(f"{file} is whole: made {manifest.made_at} by Firstline {manifest.program}")
    else:
        with watched("backing up") as progress:
            manifest = make.backup(load(data), file, datetime.now(UTC), progress)
        typer.echo(f"{file} is written and verified: {file.stat().st_size:,} bytes")
    typer.echo(
        f"{len(manifest.tables)} tables at revision {manifest.revision}, {manifest.rows:,} rows,"
        f" {len(manifest.files)} files of trained models"
    )


def restore(
    file: File,
    send_waiting: Annotated[
        bool,
        typer.Option(
            "--send-waiting",
            help="Send and answer what waited when the backup was made, as after a move: nothing ran since.",
        ),
    ] = False,
    other_key: Annotated[
        bool, typer.Option("--other-key", help="Go on though token_key is not that of the backup, for a try, say.")
    ] = False,
    data: Data = None,
) -> None:
    """Fill an empty installation from a backup: it is verified first, and all of it is taken or nothing. Messages that
    waited to be sent are held, since they may have gone out meanwhile: `firstline held` sends or drops them."""
    from workers.backup.restore import restore as take_in  # noqa: PLC0415 - as above

    with watched("restoring") as progress:
        done = take_in(load(data), file, send_waiting, other_key, progress)
    typer.echo(f"restored as of {done.made_at}: {done.tables} tables, {done.rows:,} rows, {done.files} files, compared")
    if done.held:
        typer.echo(f"messages held, as they may have gone out since: {done.held}; see firstline held list")
    if done.unanswered:
        typer.echo(f"reports that waited, and will be recorded, but not answered by themselves: {done.unanswered}")
