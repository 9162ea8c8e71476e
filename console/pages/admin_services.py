"""What the pages of administration need from the composition root."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from console.pages.people_services import People
from console.pages.rota_services import Rotas
from console.pages.scheme_services import LetterSamples, Schemes, Simulate


@dataclass(frozen=True, slots=True)
class ListPlan:
    """What becomes of one list of the directory: `changes` in words, and how many rows there are of each sort; `absent`
    are those of the directory that the file does not have, and that stay."""

    name: str
    new: int
    changed: int
    unchanged: int
    refused: int
    absent: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row, or with it a whole file, is not taken."""

    file: str
    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ListsPlan:
    """What files would change in the directory. `digest` is another one as soon as they would change something else."""

    lists: tuple[ListPlan, ...]
    refused: tuple[Refused, ...]
    digest: str

    @property
    def writes(self) -> int:
        return sum(part.new + part.changed for part in self.lists)


# What `read` has made of files: nobody else looks into it.
Sheets = Sequence[Any]


class Lists(Protocol):
    """The lists of the directory, within the session; files are given by the name of their list."""

    @property
    def names(self) -> Sequence[str]: ...
    def read(self, files: Mapping[str, bytes]) -> Sheets:
        """What the files say; takes its time, and needs no session."""
        ...

    def plan(self, session: Session, sheets: Sheets) -> ListsPlan: ...
    def take_in(self, session: Session, sheets: Sheets, digest: str) -> ListsPlan | None:
        """Write what was planned; None, and nothing written, where it would be something else by now."""
        ...

    def export(self, session: Session, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier. `verdict` is None until it has been compared with the one in force; then it says why it
    must not follow, and is empty where nothing speaks against it. Of one that `is_damaged` nothing else is known."""

    version: str
    trained_at: datetime
    corrections: int
    is_in_force: bool
    has_report: bool
    verdict: str | None
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class Promotion:
    """A model was put in force."""

    at: datetime
    by: str
    version: str
    why: str


@dataclass(frozen=True, slots=True)
class Models:
    """The desk's classifiers, the newest first. `fixed` says that a setting names the model: nothing can be promoted.
    `may_go_back` where there is one to go back to."""

    in_force: str
    models: Sequence[Model]
    history: Sequence[Promotion]
    fixed: str
    may_go_back: bool


class Classifiers(Protocol):
    """Which classifier is in force. Each act raises NotPossible where it cannot be done; `by` signs it."""

    def show(self) -> Models: ...
    def evaluate(self, version: str) -> None:
        """Compare a model with the one in force; takes some seconds."""
        ...

    def report(self, version: str) -> bytes | None:
        """The comparison as an HTML page."""
        ...

    def promote(self, version: str, anyway: str, by: str) -> None: ...
    def back(self, version: str, by: str) -> str:
        """Go back from that version, if it is in force still; returns the one that is in force again."""
        ...

    def ledger(self, session: Session, form: str) -> Iterator[bytes]:
        """What people said of what the machine had said, as csv or jsonl, piece by piece."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """What the classifier said in some time: `labels` how often each level and category, `asked` how often it asked a
    person, `corrected` how often a person said otherwise."""

    total: int
    asked: int
    corrected: int
    labels: Mapping[str, int]

    def share(self, label: str) -> float:
        return self.labels[label] / self.total if self.total else 0.0


class Drift(Protocol):
    """(session, now) -> the last week, and the four weeks before it."""

    def __call__(self, session: Session, now: datetime) -> tuple[Window, Window]: ...


@dataclass(frozen=True, slots=True)
class AdminServices:
    """The collaborators of the pages of administration."""

    rota: Rotas
    schemes: Schemes
    simulate: Simulate
    letters: LetterSamples
    lists: Lists
    classifiers: Classifiers
    drift: Drift
    people: People
