"""What `firstline up` and its worker processes tell each other."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.settings import Settings


@dataclass(frozen=True)
class Start:
    """To the worker, first of all: what it works by, and the name it claims under. `schemes` are the house's own, as
    they were when the desk was started."""

    settings: Settings
    owner: str
    schemes: dict[str, str]


@dataclass(frozen=True)
class Wake:
    """To the worker: something is due."""


@dataclass(frozen=True)
class Granted:
    """To the worker: it is its turn to write, or was not in the time it gave."""

    is_its_turn: bool


@dataclass(frozen=True)
class Stop:
    """To the worker: end what is begun, then yourself."""


@dataclass(frozen=True)
class Ready:
    """From the worker: a classifier is loaded; one in the folder `failed` could not be. `pid` is its process."""

    pid: int
    failed: Path | None = None


@dataclass(frozen=True)
class Failed:
    """From the worker: it cannot work with these settings; its last word."""

    because: str


@dataclass(frozen=True)
class Idle:
    """From the worker: it has found nothing more that is due."""


@dataclass(frozen=True)
class More:
    """From the worker: it has taken as many reports as it takes, and more may wait."""


@dataclass(frozen=True)
class Turn:
    """From the worker: it wants to write to SQLite, and waits for so many seconds."""

    seconds: float
    gives_way: bool


@dataclass(frozen=True)
class Written:
    """From the worker: its turn is over."""


@dataclass(frozen=True)
class Worked:
    """From the worker: the outcome of each report of a batch, and when it had been received; the folder of a
    classifier that `failed` to load."""

    outcomes: tuple[tuple[str, datetime], ...]
    failed: Path | None = None
