"""The command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from models.errors import FirstlineError, Misconfigured
from models.settings import Settings
from workers.cli import backup, erasing, keeping, learning
from workers.cli.command import Data, load, print_json
from workers.cli.groups import Groups
from workers.cli.streams import make_usable, utf8_input

app = typer.Typer(
    cls=Groups,
    help="Firstline: takes in support mail, calls and machine alerts, classifies, routes and acknowledges each report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_verbose = False
_LEFT_SHOWN = 10


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - takes 20 ms

        typer.echo(f"firstline {version('firstline')}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show a traceback where a command fails.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    global _verbose
    _verbose = verbose


@app.command()
def up(data: Data = None) -> None:
    """Run everything: SMTP, mailboxes, web, timers, and the processes that work on reports. Ctrl-C ends it cleanly."""
    _serve(data, None)


@app.command()
def smtp(data: Data = None) -> None:
    """Run the SMTP (or LMTP) endpoint alone."""
    _serve(data, "smtp")


@app.command()
def poll(data: Data = None) -> None:
    """Run the mailbox pollers alone."""
    _serve(data, "poll")


@app.command()
def web(data: Data = None) -> None:
    """Run the web alone: the staff's pages, API, hotline, health, metrics."""
    _serve(data, "web")


@app.command()
def worker(data: Data = None) -> None:
    """Run a worker alone: it processes reports and sends what we write."""
    _serve(data, "worker")


@app.command()
def timers(data: Data = None) -> None:
    """Run the timers alone: they note broken promises and climb the ladders. Any number may run."""
    _serve(data, "timers")


def _serve(data: Path | None, part: str | None) -> None:
    from workers.serve import serve  # noqa: PLC0415 - the other commands start faster without it

    settings = load(data)
    if part in (None, "worker"):
        _ensure_model(settings)
    serve(settings, part)


def _ensure_model(settings: Settings) -> None:
    """Build the base model at first use, where `make setup` has not."""
    from workers import modelstore  # noqa: PLC0415

    if modelstore.find(settings) is None:
        # On stderr: what a command prints is read by programs.
        typer.echo("no classifier is built yet; building it once, which takes some minutes", err=True)
        typer.echo(f"classifier {learning.build_base()} is in force", err=True)


@app.command()
def parse(
    file: Annotated[Path | None, typer.Argument(help="A raw e-mail; standard input where it is left out.")] = None,
    batch: Annotated[Path | None, typer.Option(help="Read each *.eml in this folder, one JSON object a line.")] = None,
) -> None:
    """Read a raw e-mail and print what it says as JSON."""
    from workers.cli.parse_json import as_json, print_all  # noqa: PLC0415

    if batch is not None:
        if not batch.is_dir():
            raise Misconfigured(f"there is no folder {batch}")
        if not print_all(path for path in sorted(batch.iterdir()) if path.suffix.lower() == ".eml"):
            raise typer.Exit(1)
        return
    try:
        raw = file.read_bytes() if file else sys.stdin.buffer.read()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from error
    print_json(as_json(raw), indent=2)


@app.command()
def classify(
    batch: Annotated[str, typer.Option(help="JSON lines {id, channel, subject, body}; - for standard input.")],
    data: Data = None,
) -> None:
    """Say level and category of reports, one JSON object a line, in the same order."""
    from workers.cli.classify_json import classify_lines  # noqa: PLC0415
    from workers.modelstore import load_classifier  # noqa: PLC0415

    settings = load(data)
    try:
        stream = utf8_input() if batch == "-" else Path(batch).open(encoding="utf-8")  # noqa: SIM115 - it is just below
        with stream:
            _ensure_model(settings)  # which takes minutes where there is none
            for result in classify_lines(stream, load_classifier(settings)):
                print_json(result)
    except (OSError, UnicodeDecodeError) as error:
        because = getattr(error, "strerror", None) or error
        raise Misconfigured(f"{batch} cannot be read: {because}") from error


@app.command("import")
def import_mail(
    path: Annotated[Path, typer.Argument(help="A maildir, an mbox file, or a folder of .eml files.")],
    acknowledge: Annotated[
        bool, typer.Option(help="Send acknowledgements, as for mail that has just arrived.")
    ] = False,
    data: Data = None,
) -> None:
    """Take in a maildir, an mbox or a folder of .eml with the folders in it. What is stored already is not taken twice;
    what else lies there, such as the folders below a maildir, is named."""
    from rich.console import Console  # noqa: PLC0415 - the other commands do without

    from workers.importing import import_path  # noqa: PLC0415

    totals = import_path(load(data), path, acknowledge, Console(stderr=True))
    typer.echo(f"{totals.stored} stored, {totals.known} known already, {totals.unreadable} unreadable")
    for left in totals.left[:_LEFT_SHOWN]:
        typer.echo(f"not taken: {left}", err=True)
    if len(totals.left) > _LEFT_SHOWN:
        typer.echo(f"not taken: {len(totals.left) - _LEFT_SHOWN} more", err=True)
    if totals.unreadable:
        raise typer.Exit(1)


@app.command()
def doctor(data: Data = None) -> None:
    """Check settings, database, broker, relay, mailboxes, model, people, rota, timers, held messages, hotline,
    transcriber, provider; say what to mend."""
    from workers.cli.doctor import examine  # noqa: PLC0415

    is_well = True
    for finding in examine(load(data)):
        typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.text}")
        is_well = is_well and finding.ok
    if not is_well:
        raise typer.Exit(1)


_COMMANDS = (
    *(learning.train, learning.evaluate, learning.promote),
    *(backup.backup, backup.restore, keeping.forget, keeping.rekey, erasing.erase, erasing.export),
)
for command in _COMMANDS:
    app.command()(command)


def _said(error: BaseException) -> str:
    """What is told of it, in a line; nothing where the user has ended it himself."""
    if isinstance(error, BrokenPipeError | KeyboardInterrupt):
        return ""
    if isinstance(error, UnicodeEncodeError):
        return "what was typed is not text in the encoding of this terminal"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def main() -> None:
    """The entry point: faults become one clear line on stderr and status 1."""
    make_usable()
    try:
        app()
    except (FirstlineError, OSError, UnicodeEncodeError, KeyboardInterrupt) as error:
        if _verbose or (isinstance(error, UnicodeEncodeError) and "".join(sys.argv).isprintable()):
            raise  # what was typed is text: it is a defect
        if said := _said(error):
            typer.echo(f"firstline: {said}", err=True)
        sys.stdout = None  # a closed pipe must not complain a second time
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
