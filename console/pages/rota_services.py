"""The rota as its page is given it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody who is on call; `stands_in_for` names in whose place, empty where it is his own."""

    name: str
    role: str
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """From `starts_at` until before `ends_at` these people are on call; `is_gap` where they are too few, and that time
    is not over."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[OnCall, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class RotaDay:
    """A day of the calendar: `kind` is working, weekend, holiday or make-up (a weekend that is worked), `name` the
    holiday's; the watches by team."""

    date: date
    kind: str
    name: str
    watches: Mapping[str, tuple[Watch, ...]]


@dataclass(frozen=True, slots=True)
class Shift:
    """One entry of the rota; `is_over` where nothing can be changed any more."""

    id: int
    team: str
    name: str
    role: str
    starts_at: datetime
    ends_at: datetime
    stands_in_for: str
    is_override: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A time to come in which nobody is on call for a team, or these few."""

    team: str
    starts_at: datetime
    ends_at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rota:
    """Some days of the rota. `kept` are the teams that have one, `teams` all that could; `staff` are id, name and role
    of whom may be put on it."""

    teams: Sequence[str]
    kept: Sequence[str]
    days: Sequence[RotaDay]
    shifts: Sequence[Shift]
    gaps: Sequence[Gap]
    staff: Sequence[tuple[int, str, str]]


class Rotas(Protocol):
    """Reads and changes the rota, within the session. What is changed is returned in words, for the log of acts; each
    raises NotPossible where it cannot be."""

    def show(self, session: Session, first: date, count: int, team: str, role: str, language: str) -> Rota:
        """`count` days from `first`; of one team where it is named, and only those of one role."""
        ...

    def put_on(
        self,
        session: Session,
        team: str,
        staff_id: int,
        replaces_id: int | None,
        starts_at: datetime,
        ends_at: datetime,
    ) -> str: ...

    def take_off(self, session: Session, shift_id: int) -> str: ...
