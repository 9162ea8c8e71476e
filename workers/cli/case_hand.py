"""A case in the hands of somebody at the command line."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from models.tables import CaseRow, EventRow, OutgoingRow
from models.values import CaseState, case_id
from workers import datafolder
from workers.basics import secret
from workers.cli.command import opened

if TYPE_CHECKING:
    from workers.cases.acts import Acts
    from workers.cases.office import Office

_TEXT_FILES = (".txt", ".md", ".eml", ".html")


@dataclass(frozen=True, slots=True)
class InHand:
    """The case, who has it in hand, and what can be done to it, within one transaction."""

    acts: "Acts"
    session: Session
    case: CaseRow
    by: str

    def move(self, to: CaseState, because: str, cause: str | None = None, solution: str | None = None) -> None:
        self.acts.move(self.session, self.case.id, to, self.by, because, cause, solution)


@contextmanager
def in_hand(settings: Settings, number: str, by: str, writes: bool = False) -> Iterator[InHand]:
    """Do something to a case; where it was possible, say how the case is now and what is written to its customer, or,
    for an act that `writes`, that nothing is.

    Raises:
        Misconfigured: that is no number.
        NotPossible: there is no such case, or it is not in a state for what is done.
    """
    from workers.cases.acts import Acts  # noqa: PLC0415 - brings schemes and letters, which lists do without

    with opened(settings) as database:
        with database.transaction() as session:
            case = find(session, number)
            last = session.scalar(select(func.max(EventRow.id)).where(EventRow.case_id == case.id)) or 0
            known = set(session.scalars(select(OutgoingRow.id).where(OutgoingRow.case_id == case.id)))
            yield InHand(Acts(office(settings)), session, case, by or getpass.getuser())
            session.flush()
            state, said = f"{case.number} is {case.state}", list(_written(session, case, known, last))
        if writes and not said:
            said = ["nothing is written: a machine reported it, and nobody reads what it is sent"]
        typer.echo("; ".join([state, *said]))


def _written(session: Session, case: CaseRow, known: set[str], last: int) -> Iterator[str]:
    for row in session.scalars(select(OutgoingRow).where(OutgoingRow.case_id == case.id).order_by(OutgoingRow.id)):
        if row.id not in known:
            yield f"the {row.kind} letter to {row.recipient} is queued"
    yield from session.scalars(
        select(EventRow.text).where(EventRow.case_id == case.id, EventRow.id > last, EventRow.kind == "not-written")
    )


def find(session: Session, number: str) -> CaseRow:
    """The case of that number, FL-000042 or 42.

    Raises:
        Misconfigured: that is no number.
        NotPossible: there is no such case.
    """
    found = case_id(number)
    if found is None:
        raise Misconfigured(f"{number[:32]!r} is no case number; they look like FL-000042")
    case = session.get(CaseRow, found)
    if case is None:
        raise NotPossible(f"there is no case {number[:32]}")
    return case


def office(settings: Settings) -> "Office":
    from workers.office import make_office  # noqa: PLC0415 - likewise

    datafolder.prepare(settings.data)
    return make_office(settings, secret(settings, "token_key").encode())


def zone_of(settings: Settings, session: Session, case: CaseRow) -> ZoneInfo:
    """The zone of the scheme that the case is served by."""
    return office(settings).profile(session, case.profile, case.profile_version).hours.zone


def read_text(text: str) -> str:
    """What somebody wants to write: the text as it is, the contents of the file of that name, or with "-" what is
    typed in.

    Raises:
        Misconfigured: it looks like the name of a file, and that cannot be read.
    """
    if text == "-":
        return sys.stdin.read()
    if not text or any(character.isspace() for character in text):
        return text
    path = Path(text)
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error
    if path.suffix.lower() in _TEXT_FILES:
        raise Misconfigured(f"there is no file {path}")
    return text
