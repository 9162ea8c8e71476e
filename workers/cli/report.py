"""`firstline report`: what customers are sent: the service report of a month, the accident report of a case."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from models.errors import Misconfigured
from models.settings import Settings
from models.values import Language
from routing import profile as profiles
from workers.cli import report_text
from workers.cli.case_hand import find
from workers.cli.command import Data, load, opened
from workers.reports.accident import accident_report
from workers.reports.data import as_csv
from workers.reports.documents import file_stem
from workers.reports.monthly import Month, MonthlyReport, customers_with_cases, find_customer, month_of, monthly_report
from workers.reports.pages import accident_page, monthly_page

app = typer.Typer(no_args_is_help=True)
_Language = Annotated[Language | None, typer.Option(help="The customer's own if left out, else English.")]
_Html = Annotated[Path | None, typer.Option(help="Write a page that stands alone to this file.")]


@app.command()
def monthly(
    month: Annotated[str, typer.Option(help="The month, such as 2026-11.")],
    customer: Annotated[str | None, typer.Option(help="The customer's number.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every customer who had cases; with --folder.")] = False,
    folder: Annotated[Path | None, typer.Option(help="With --all: where a page and a CSV file of each go.")] = None,
    html: _Html = None,
    csv: Annotated[Path | None, typer.Option(help="Write a line a case to this file.")] = None,
    language: _Language = None,
    data: Data = None,
) -> None:
    """Say how a customer was served in a month: cases, promises kept, times, busy hours."""
    wanted = month_of(month)
    if every == (customer is not None):
        raise Misconfigured("name one customer with --customer NUMBER, or say --all --folder DIR")
    if every != (folder is not None) or (every and (html or csv)):
        raise Misconfigured("--all and --folder DIR go together; --html and --csv are for one customer")
    settings = load(data)
    if folder is not None:
        _write_all(settings, wanted, folder, language)
        return
    with opened(settings) as database, database.reading() as session:
        report = _one(session, settings, customer or "", wanted, language)
    report_text.monthly(report)
    if html is not None:
        _write(html, monthly_page(report).encode())
    if csv is not None:
        _write(csv, as_csv(report))


@app.command()
def accident(
    number: Annotated[str, typer.Argument(help="The case, such as FL-000042.")],
    html: _Html = None,
    language: _Language = None,
    data: Data = None,
) -> None:
    """Say what happened on a case, as its customer may read it; a draft until the case is closed."""
    settings = load(data)
    with opened(settings) as database, database.reading() as session:
        case = find(session, number)
        report = accident_report(session, case, language, profiles.load(settings.profile), datetime.now(UTC))
    report_text.accident(report)
    if html is not None:
        _write(html, accident_page(report).encode())


def _write_all(settings: Settings, month: Month, folder: Path, language: Language | None) -> None:
    default, now, written = profiles.load(settings.profile), datetime.now(UTC), 0
    with opened(settings) as database, database.reading() as session:
        for customer in customers_with_cases(session, month, default):
            report = monthly_report(session, customer, month, language, default, now)
            if not report.records:
                continue
            _write(folder / f"{file_stem(report)}.html", monthly_page(report).encode())
            _write(folder / f"{file_stem(report)}.csv", as_csv(report))
            written += 1
    typer.echo(f"{written} customers had cases in {month}" if written != 1 else f"1 customer had cases in {month}")


def _one(session: Session, settings: Settings, number: str, month: Month, language: Language | None) -> MonthlyReport:
    customer = find_customer(session, number)
    if customer is None:
        raise Misconfigured(f"there is no customer {number!r}")
    return monthly_report(session, customer, month, language, profiles.load(settings.profile), datetime.now(UTC))


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"written: {path}")
