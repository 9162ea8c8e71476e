"""Service schemes, the simulator and the letters as their pages are given them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in the scheme's words, and in its parts: `unit` is minutes, hours, working-days, calendar-days,
    same-day or at-once; `by` the time of day at which days end, if they do."""

    words: str
    unit: str
    number: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that a scheme says, the row of SERVICE.md it is from, and whether the source states it."""

    name: str
    text: str
    row: str
    is_stated: bool


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of a scheme: its span by level (None: it has none there), and what starts, keeps and narrows it."""

    name: str
    is_promise: bool
    spans: tuple[Span | None, ...]
    hours: str
    starts: str
    after: str
    is_received_working: bool
    met_by: str
    repeats: bool
    only_for: tuple[str, ...]
    row: str
    is_stated: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of a scheme's ladder: so long `after` the deadline of its clock."""

    name: str
    clock: str
    after: Span | None
    levels: tuple[int, ...]
    tell: tuple[str, ...]
    by: tuple[str, ...]
    does: tuple[str, ...]
    row: str
    is_stated: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """A service scheme. `levels` are pairs of a level's description (its number, and for which categories alone) and
    its names by language; `warnings` say what the scheme leaves open."""

    name: str
    title: str
    source: str
    version: str
    tiers: tuple[str, ...]
    site_classes: tuple[str, ...]
    levels: Sequence[tuple[int, tuple[str, ...], Mapping[str, str]]]
    figures: Sequence[Figure]
    teams: Sequence[tuple[str, tuple[int, ...], tuple[str, ...]]]
    clocks: Sequence[ClockView]
    ladder: Sequence[StepView]
    warnings: Sequence[str]


class Schemes(Protocol):
    def names(self) -> Sequence[str]: ...
    def show(self, name: str) -> Scheme:
        """Raises NotPossible where there is none of that name."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is simulated: a mail that is judged so arrives `at` that moment, and nobody does anything for `days`. Tier
    and site class may be empty: then the scheme's first counts."""

    profile: str
    level: int
    category: str
    tier: str
    site_class: str
    language: str
    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    name: str
    due_at: datetime
    is_promise: bool
    because: str


@dataclass(frozen=True, slots=True)
class SimulatedStep:
    """A step of the ladder: it tells these roles `by` these ways, and `does` something. `told` names the people of the
    directory who were told, and how; nobody where the step is still to come."""

    name: str
    at: datetime
    is_done: bool
    tell: tuple[str, ...]
    by: tuple[str, ...]
    does: tuple[str, ...]
    told: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class SimulatedMessage:
    number: int
    at: datetime
    channel: str
    kind: str
    recipient: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """What would come of it, in the order of time."""

    level_name: str
    process: str
    team: str
    because: str
    quiet: str
    ends_at: datetime
    clocks: Sequence[SimulatedClock]
    steps: Sequence[SimulatedStep]
    messages: Sequence[SimulatedMessage]


class Simulate(Protocol):
    """Answers a question; nothing is sent, and nothing of the desk is written. Raises NotPossible where the scheme has
    no such tier or site class, or another simulation is still running."""

    def __call__(self, question: Question) -> Simulated: ...


@dataclass(frozen=True, slots=True)
class LetterSample:
    """A letter with sample data: `kind` names it; `html` is None where the mail has none. An SMS and what is said on
    the telephone have no subject."""

    kind: str
    subject: str
    text: str
    html: str | None = None


class LetterSamples(Protocol):
    """(scheme, language) -> one sample of everything that the desk writes or says."""

    def __call__(self, profile: str, language: str) -> Sequence[LetterSample]: ...
