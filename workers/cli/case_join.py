"""`firstline case merge`, `unmerge`, `link`, `unlink`, `split`: cases that belong together, at the command line."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.settings import Settings
from models.tables import OutgoingRow
from models.values import LinkKind
from workers import modelstore
from workers.cli.case_hand import find, office
from workers.cli.command import Data, load, opened

if TYPE_CHECKING:
    from workers.cases.joining import Joining

Number = Annotated[str, typer.Argument(help="The case's number.", metavar="FL-000042")]
Other = Annotated[str, typer.Argument(help="The other case's number.", metavar="FL-000043")]
By = Annotated[str, typer.Option(help="The address of who does it; your login name if left out.")]
Reason = Annotated[str, typer.Option(help="Why; kept on the timeline.")]


@dataclass(frozen=True, slots=True)
class _Hands:
    """What cases are joined with, and who does it, within one transaction."""

    joins: Joining
    session: Session
    by: str

    def id(self, number: str) -> int:
        """Raises Misconfigured where that is no number, NotPossible where there is no such case."""
        return find(self.session, number).id


def add_to(app: typer.Typer) -> None:
    commands: tuple[Callable[..., None], ...] = (merge, unmerge, link, unlink, split)
    for command in commands:
        app.command()(command)


def merge(
    number: Number,
    into: Other,
    by: By = "",
    reason: Reason = "",
    tell: Annotated[bool, typer.Option(help="Write to the customer under which number it goes on.")] = True,
    data: Data = None,
) -> None:
    """Let a duplicate go on in another case: its reports go over, and nothing rings for it any more."""
    with _in_hands(load(data), by) as at:
        known = _letters(at.session)
        survivor = at.joins.merge(at.session, at.id(number), at.id(into), at.by, reason, tell)
        at.session.flush()
        said = [f"{find(at.session, number).number} goes on in {survivor.number}, level {survivor.level}"]
        said += [f"the {kind} letter to {recipient} is queued" for key, kind, recipient in _letters(at.session) - known]
        typer.echo("; ".join(said))


def unmerge(number: Number, by: By = "", reason: Reason = "", data: Data = None) -> None:
    """Take a merge back, as long as nothing was added to the surviving case since."""
    with _in_hands(load(data), by) as at:
        case = at.joins.unmerge(at.session, at.id(number), at.by, reason)
        typer.echo(f"{case.number} is {case.state}, and a case of its own again")


def link(
    number: Number,
    other: Other,
    kind: Annotated[LinkKind, typer.Option(help="How they belong together; the later one follows the earlier.")] = (
        LinkKind.RELATED
    ),
    by: By = "",
    reason: Reason = "",
    data: Data = None,
) -> None:
    """Link two cases; both show it."""
    with _in_hands(load(data), by) as at:
        case = at.joins.link(at.session, at.id(number), at.id(other), at.by, kind, reason)
        typer.echo(f"{case.number} is linked with {find(at.session, other).number}")


def unlink(number: Number, other: Other, by: By = "", reason: Reason = "", data: Data = None) -> None:
    """Take the link between two cases away."""
    with _in_hands(load(data), by) as at:
        case = at.joins.unlink(at.session, at.id(number), at.id(other), at.by, reason)
        typer.echo(f"{case.number} is not linked with {find(at.session, other).number} any more")


def split(
    number: Number,
    reports: Annotated[list[str], typer.Argument(help="Ids of the reports, as `case show` lists them.")],
    by: By = "",
    reason: Reason = "",
    data: Data = None,
) -> None:
    """Make a case of its own of some reports: a second matter in the same thread."""
    with _in_hands(load(data), by, reads=True) as at:
        known = _letters(at.session)
        new = at.joins.split(at.session, at.id(number), reports, at.by, reason)
        at.session.flush()
        said = [f"{new.number} is {new.state}, level {new.level}, {new.category}"]
        said += [f"the {kind} letter to {recipient} is queued" for key, kind, recipient in _letters(at.session) - known]
        typer.echo("; ".join(said))


@contextmanager
def _in_hands(settings: Settings, by: str, reads: bool = False) -> Iterator[_Hands]:
    """With `reads` the classifier is loaded, before the transaction begins."""
    from workers.cases.joining import Joining  # noqa: PLC0415 - it brings the pipeline, as `case_hand.office` does

    with opened(settings) as database:
        classifier = modelstore.load_classifier(settings) if reads else None
        joins = Joining(office(settings), lambda: classifier or modelstore.load_classifier(settings))
        with database.transaction() as session:
            yield _Hands(joins, session, by or getpass.getuser())


def _letters(session: Session) -> set[tuple[str, str, str]]:
    """What is to be sent to customers: id, kind and recipient."""
    waiting = select(OutgoingRow.id, OutgoingRow.kind, OutgoingRow.recipient).where(
        OutgoingRow.due_at.is_not(None), OutgoingRow.kind != "notice"
    )
    return {(row.id, row.kind, row.recipient) for row in session.execute(waiting)}
