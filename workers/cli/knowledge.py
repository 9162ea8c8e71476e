"""`firstline knowledge`: takes in, searches and forgets the desk's documents. Works beside a running Firstline."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from intake.mail import charset, html
from intake.mail.language import detect
from models import knowledge
from models.errors import Misconfigured
from workers import datafolder
from workers.cli.command import Data, load, opened, print_json

app = typer.Typer(no_args_is_help=True)
_PLAIN, _HTML = (".md", ".markdown", ".txt"), (".html", ".htm")
_LIMIT_BYTES = 1_000_000
_TITLE_CHARS = 200
_SOURCE_CHARS = 1000
_SHOWN = 200


@app.command("import")
def import_folder(
    folder: Annotated[
        Path, typer.Argument(help="A folder of Markdown, text or HTML files; the first line is the title.")
    ],
    data: Data = None,
) -> None:
    """Take in documents. A file takes the place of what was imported from it before, by its folder's name and its path
    in it."""
    settings = load(data)
    files = _files(folder)
    datafolder.prepare(settings.data)
    new = changed = 0
    unusable = []
    with opened(settings, is_made=True) as database, database.transaction() as session:
        for path in files:
            read = _read(path)
            if read is None:
                unusable.append(path)
                continue
            title, text = read
            source = (Path(folder.resolve().name) / path.relative_to(folder)).as_posix()[-_SOURCE_CHARS:]
            is_new = knowledge.put_document(session, source, title, text, detect(f"{title}\n{text}"), datetime.now(UTC))
            new, changed = new + is_new, changed + (not is_new)
    for path in unusable:
        typer.echo(f"not taken in, since it is empty, larger than 1 MB or unreadable: {path}", err=True)
    typer.echo(f"{new} new, {changed} replaced, {len(unusable)} not taken in")
    if unusable:
        raise typer.Exit(1)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What is asked, in the customer's words.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="At most so many.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = None,
) -> None:
    """Show like past cases and documents, the best first, with a score from 0 to 1."""
    with opened(load(data)) as database, database.reading() as session:
        found = knowledge.like(session, "", text, None, None, limit)
    for match in found:
        if as_json:
            print_json(asdict(match))
            continue
        typer.echo(f"{match.score:.2f}  {match.number or 'document'}  {match.title}")
        typer.echo(f"      {' '.join(match.solution.split())[:_SHOWN]}")
    if not found and not as_json:
        typer.echo("nothing like it is known")


@app.command()
def forget(
    title: Annotated[str, typer.Argument(help="The whole title, as `firstline knowledge search` shows it.")],
    data: Data = None,
) -> None:
    """Take a document away. What closed cases have taught stays."""
    with opened(load(data)) as database, database.transaction() as session:
        count = knowledge.forget(session, title)
    if not count:
        raise Misconfigured(f"there is no document {title!r}; `firstline knowledge search` shows the titles")
    typer.echo(f"{count} forgotten")


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Misconfigured(f"there is no folder {folder}")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (*_PLAIN, *_HTML) and path.is_file())
    if not files:
        raise Misconfigured(f"{folder} holds no file that ends in {', '.join((*_PLAIN, *_HTML))}")
    return files


def _read(path: Path) -> tuple[str, str] | None:
    """Title and text of a file; None where there is nothing to show of it."""
    try:
        raw = path.read_bytes() if path.stat().st_size <= _LIMIT_BYTES else b""
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        return None
    is_html = path.suffix.lower() in _HTML
    declared = charset.in_html(raw) if is_html else None
    text = charset.decode(raw, declared)[0].removeprefix("\ufeff").replace("\0", "")
    lines = (html.to_text(text) if is_html else text).strip().splitlines()
    title = lines[0].strip().strip("#= ").strip()[:_TITLE_CHARS] if lines else ""
    body = "\n".join(lines[1:]).lstrip("=-\n").strip()
    return (title, body or title) if title else None
