"""How a desk has served: counts, promises kept, times and busy hours of the cases of some period."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Literal
from zoneinfo import ZoneInfo

from models.values import LEVELS
from routing.calendar import BusinessTime
from routing.figures import percentile, wilson

Outcome = Literal["kept", "missed", "running", "overtaken"]
_LATE = 0.9
_WEEK = timedelta(days=7)
# In the order of the fields of `Promise`. One that was overtaken is neither kept nor missed.
_COUNTED: tuple[Outcome, ...] = ("kept", "missed", "running")


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """One promise and what became of it by now. `overtaken`: its case was over before it was due, so that nothing is
    waited for any more."""

    name: str
    starts_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached: bool
    overtaken: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.breached:
            return "missed"
        if self.met_at is not None:
            return "kept"
        return "overtaken" if self.overtaken else "running"


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What is counted of a case. `steps` are those of its ladder that were climbed, `reopened` is how often it was
    opened again, `score` what the customer gave afterwards, 1 to 5."""

    number: str
    subject: str
    level: int
    category: str
    channel: str
    profile: str
    customer: str
    state: str
    created_at: datetime
    acknowledged_at: datetime | None = None
    accepted_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    clocks: tuple[ClockRecord, ...] = ()
    steps: tuple[str, ...] = ()
    reopened: int = 0
    score: int | None = None

    def promises(self, outcome: Outcome) -> tuple[str, ...]:
        """The names of the promises that ended so."""
        return tuple(clock.name for clock in self.clocks if clock.outcome == outcome)


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many cases there were. Every level is there; weeks are ISO 8601 (2026-W46), without gaps."""

    total: int
    by_level: dict[int, int]
    by_category: dict[str, int]
    by_channel: dict[str, int]
    by_week: dict[str, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """How often one promise was kept; `level` is None for all levels together."""

    name: str
    level: int | None
    kept: int
    missed: int
    running: int

    @property
    def share(self) -> float | None:
        """The share kept of those that are decided; None where none is."""
        decided = self.kept + self.missed
        return self.kept / decided if decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.kept, self.kept + self.missed)


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took from the arrival of the report: median and 90th percentile, by the clock on the wall
    and in working time. All four are None where it never happened."""

    what: str
    count: int
    median: timedelta | None
    late: timedelta | None
    working_median: timedelta | None
    working_late: timedelta | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything that is counted. `busy` has a line a weekday, Monday first, of 24 hours each."""

    volumes: Volumes
    promises: tuple[Promise, ...]
    times: tuple[Times, ...]
    escalations: dict[str, int]
    escalated: int
    reopened: int
    survey_count: int
    survey_mean: float | None
    busy: tuple[tuple[int, ...], ...]


def summarise(records: Sequence[CaseRecord], zone: ZoneInfo, business: Mapping[str, BusinessTime]) -> Statistics:
    """All figures of these cases. Days and hours are those of `zone`; `business` has the working time of each profile
    that a case was planned by."""
    scores = [record.score for record in records if record.score is not None]
    return Statistics(
        volumes=volumes(records, zone),
        promises=promises(records),
        times=times(records, business),
        escalations=_counted(step for record in records for step in record.steps),
        escalated=sum(bool(record.steps) for record in records),
        reopened=sum(record.reopened > 0 for record in records),
        survey_count=len(scores),
        survey_mean=fmean(scores) if scores else None,
        busy=busy_hours(records, zone),
    )


def volumes(records: Sequence[CaseRecord], zone: ZoneInfo) -> Volumes:
    levels = Counter(record.level for record in records)
    return Volumes(
        total=len(records),
        by_level={level: levels[level] for level in LEVELS},
        by_category=_counted(record.category for record in records),
        by_channel=_counted(record.channel for record in records),
        by_week=_weeks([record.created_at.astimezone(zone) for record in records]),
    )


def promises(records: Iterable[CaseRecord]) -> tuple[Promise, ...]:
    """Each promise over all levels, followed by its levels; the most frequent promise first."""
    found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for record in records:
        for place, outcome in enumerate(_COUNTED):
            for name in record.promises(outcome):
                found[name][record.level][place] += 1
    order = sorted(found, key=lambda name: (-sum(map(sum, found[name].values())), name))
    return tuple(line for name in order for line in _lines(name, found[name]))


def times(records: Sequence[CaseRecord], business: Mapping[str, BusinessTime]) -> tuple[Times, ...]:
    """From the arrival of the report until it was acknowledged, accepted and solved."""
    return tuple(
        _times(
            what, [(record, end) for record in records if (end := getattr(record, f"{what}_at")) is not None], business
        )
        for what in ("acknowledged", "accepted", "solved")
    )


def busy_hours(records: Iterable[CaseRecord], zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    """How many cases came in each hour of the week: seven lines, Monday first, of 24 hours in `zone`."""
    table = [[0] * 24 for _ in range(7)]
    for record in records:
        local = record.created_at.astimezone(zone)
        table[local.weekday()][local.hour] += 1
    return tuple(tuple(line) for line in table)


def _lines(name: str, by_level: Mapping[int, list[int]]) -> list[Promise]:
    kept, missed, running = (sum(counts[place] for counts in by_level.values()) for place in range(3))
    return [Promise(name, None, kept, missed, running), *(Promise(name, n, *by_level[n]) for n in sorted(by_level))]


def _times(what: str, ended: Sequence[tuple[CaseRecord, datetime]], business: Mapping[str, BusinessTime]) -> Times:
    wall = [end - record.created_at for record, end in ended]
    working = [business[record.profile].between(record.created_at, end) for record, end in ended]
    return Times(
        what,
        len(ended),
        percentile(wall, 0.5),
        percentile(wall, _LATE),
        percentile(working, 0.5),
        percentile(working, _LATE),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, the most frequent first; equals by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _weeks(moments: Sequence[datetime]) -> dict[str, int]:
    counts = Counter(f"{year}-W{week:02}" for year, week, _ in (moment.isocalendar() for moment in moments))
    if not moments:
        return {}
    first, last = min(moments).date(), max(moments).date()
    day, found = first - timedelta(days=first.weekday()), {}
    while day <= last:
        year, week, _ = day.isocalendar()
        found[f"{year}-W{week:02}"] = counts[f"{year}-W{week:02}"]
        day += _WEEK
    return found
