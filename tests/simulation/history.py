"""What happened to one case, told by its logs alone: its timeline and the log of its clocks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.tables import ClockEventRow, EventRow
from models.values import CaseState

_LEVEL = re.compile(r"(?:^|to )level (\d)")
_TEAM = re.compile(r"team ([\w-]+)")
_PASSED = re.compile(r"\S+ passes (\S+) on: told (.*)")
_STATE = {
    "acknowledged": CaseState.ACKNOWLEDGED,
    "reopened": CaseState.ACKNOWLEDGED,
    "taken-back": CaseState.ACKNOWLEDGED,
    "accepted": CaseState.ACCEPTED,
    "begun": CaseState.IN_PROGRESS,
    "waiting": CaseState.WAITING,
    "recovered": CaseState.RECOVERED,
    "solved": CaseState.SOLVED,
    "closed": CaseState.CLOSED,
}
_FREE = (CaseState.NEW, CaseState.ACKNOWLEDGED)
_LATE = (CaseState.RECOVERED, CaseState.SOLVED, CaseState.CLOSED)


class Contradiction(Exception):
    """A log says what cannot be."""


@dataclass
class Running:
    """One clock from its start to its end. `dues` are its deadlines, each with the moment from which it counts."""

    name: str
    start: datetime
    dues: list[tuple[datetime, datetime]]
    hours: str
    end: datetime | None = None
    is_met: bool = False
    breached: datetime | None = None
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def due(self) -> datetime:
        return self.dues[-1][1]

    @property
    def paused(self) -> datetime | None:
        return self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None


@dataclass(frozen=True)
class Done:
    """A step that happened: in which lap, when, whom it says it told."""

    name: str
    lap: int
    at: datetime
    told: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """The case from `at` until before `until`. `levels` and `states` are all that it had at `at`, the last remains."""

    at: datetime
    until: datetime
    lap: int
    levels: tuple[int, ...]
    states: tuple[CaseState, ...]
    clocks: tuple[
        tuple[Running, datetime, bool], ...
    ]  # those that run, the newest last; deadline, whether it is paused

    @property
    def level(self) -> int:
        return self.levels[-1]

    @property
    def state(self) -> CaseState:
        return self.states[-1]


@dataclass
class History:
    """Everything that happened to a case until `end`."""

    clocks: list[Running]
    done: list[Done]
    moments: list[Moment]
    causes: list[datetime]  # when the next step was called for at once


def read(events: Sequence[EventRow], log: Sequence[ClockEventRow], end: datetime) -> History:
    """The history of one case from its logs, both in order.

    Raises:
        Contradiction: the log of a clock is none that a clock can have.
    """
    case = _Case()
    clocks = _Clocks()
    history = History(clocks.all, case.done, [], case.causes)
    ticks = sorted({row.at for row in events} | {row.at for row in log})
    said, logged = _by_tick(events), _by_tick(log)
    for at, until in zip(ticks, [*ticks[1:], end], strict=True):
        levels, states = [case.level] if case.level else [], [case.state]
        for event in said.get(at, ()):
            case.note(event)
            levels.append(case.level)
            states.append(case.state)
        for entry in logged.get(at, ()):
            clocks.note(entry)
        running = tuple((clock, clock.due, clock.paused is not None) for clock in clocks.all if clock.end is None)
        history.moments.append(Moment(at, until, case.lap, tuple(levels), tuple(states), running))
    return history


def _by_tick(rows: Iterable[EventRow] | Iterable[ClockEventRow]) -> dict[datetime, list]:  # type: ignore[type-arg]
    found: dict[datetime, list] = {}  # type: ignore[type-arg]
    for row in rows:
        found.setdefault(row.at, []).append(row)
    return found


class _Case:
    def __init__(self) -> None:
        self.level = 0
        self.lap = 0
        self.state = CaseState.NEW
        self.done: list[Done] = []
        self.causes: list[datetime] = []
        self._raised_at: datetime | None = None  # and the step that raised it is still to come

    def note(self, event: EventRow) -> None:
        if event.kind in ("classified", "raised", "corrected"):
            self.level = int(_LEVEL.findall(event.text)[0])
        if event.kind == "corrected" and self.state in _FREE and len(set(_TEAM.findall(event.text))) > 1:
            self.lap += 1  # others are meant now
        if event.kind == "raised":
            self.lap += 1
            self._raised_at = event.at
        elif event.kind == "escalated":
            self._step(event)
        elif event.kind == "passed-on":
            self._passed_on(event)
        elif (state := _STATE.get(event.kind)) is not None:
            self._move(event.kind, state)

    def _step(self, event: EventRow) -> None:
        name, _, rest = event.text.partition(": ")
        said = rest.partition("; ")[0]
        told = tuple(said.removeprefix("told ").split(", ")) if said.startswith("told ") else ()
        # A step that raises the level belongs to the lap that it ends.
        has_raised = self._raised_at == event.at
        self._raised_at = None
        self.done.append(Done(name, self.lap - has_raised, event.at, told))
        if said.startswith("nobody could be told"):
            self.causes.append(event.at)

    def _passed_on(self, event: EventRow) -> None:
        """More people were told of a step that was done before."""
        found = _PASSED.fullmatch(event.text)
        if found is None:
            return
        place = max(place for place, step in enumerate(self.done) if step.name == found[1] and step.told)
        step = self.done[place]
        self.done[place] = replace(step, told=(*step.told, *found[2].split(", ")))

    def _move(self, kind: str, state: CaseState) -> None:
        if kind == "acknowledged" and self.state != CaseState.NEW:
            return
        if kind == "taken-back" or (self.state in _LATE and state not in _LATE):
            self.lap += 1
        self.state = state


class _Clocks:
    def __init__(self) -> None:
        self.all: list[Running] = []

    def note(self, entry: ClockEventRow) -> None:
        if entry.kind == "started":
            hours = "working" if "working hours in " in entry.because else "always"
            self.all.append(Running(entry.name, entry.at, [(entry.at, entry.due_at)], hours))
            return
        clock = self._meant(entry)
        if entry.kind == "paused":
            clock.pauses.append((entry.at, None))
        elif entry.kind == "resumed":
            clock.pauses[-1] = (clock.pauses[-1][0], entry.at)
            clock.dues.append((entry.at, entry.due_at))
        elif entry.kind == "breached":
            clock.breached = entry.at
        else:
            clock.end, clock.is_met = entry.at, entry.kind == "met"

    def _meant(self, entry: ClockEventRow) -> Running:
        for clock in self._candidates(entry):
            if clock.name == entry.name and clock.end is None:
                return clock
        raise Contradiction(f"{entry.name} {entry.kind} at {entry.at}, and none is there that can be")

    def _candidates(self, entry: ClockEventRow) -> Iterator[Running]:
        for clock in self.all:
            is_paused = clock.paused is not None
            if entry.kind == "resumed":
                if is_paused:
                    yield clock
            elif clock.due == entry.due_at and (entry.kind in ("met", "stopped") or not (is_paused or clock.breached)):
                yield clock
