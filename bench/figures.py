"""What was measured, and how far it is from what is to be reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

T = TypeVar("T")
ROUNDS = 3
# Of next to nothing, growth for example, nobody needs to know how often it goes into what is allowed.
_ENOUGH = 100.0


class NotHere(Exception):
    """Something cannot be measured on this machine; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One contestant's figures, a round each; the median counts."""

    name: str
    values: tuple[float, ...]

    @property
    def value(self) -> float:
        return median(self.values)


@dataclass(frozen=True, slots=True)
class Bar:
    """Something to be reached. `ratio` is how much of it we have, 1 and more being enough, and `needed` the figure that
    would be enough; None where what it is compared with was not measured."""

    text: str
    ratio: float | None
    needed: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: ours, beside it what others reach in the same run."""

    title: str
    unit: str
    ours: Measure
    anchors: tuple[Measure, ...] = ()
    at_least: tuple[Bar, ...] = ()
    goal: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Lines over time or size: by name, points of x and y."""

    title: str
    x: str
    y: str
    lines: Mapping[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """What one row of the report has found. `missing` says by name why a contestant was not measured."""

    name: str
    title: str
    how: str
    figures: tuple[Figure, ...]
    series: tuple[Series, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured, and where progress is said."""

    say: Callable[[str], None]
    quick: bool = False
    whole: bool = False
    hour: bool = False

    @property
    def rounds(self) -> int:
        return 1 if self.quick else ROUNDS

    def mails(self, usual: int, quick: int = 20) -> int:
        return quick if self.quick else usual


def reached(bars: tuple[Bar, ...]) -> str:
    """In a word: `reached`, `not reached`, or `not measured`; empty where nothing was to be reached."""
    ratios = [bar.ratio for bar in bars]
    if not ratios:
        return ""
    if any(ratio is not None and ratio < 1 for ratio in ratios):
        return "not reached"
    return "not measured" if None in ratios else "reached"


def least(ours: Measure, value: float, unit: str) -> Bar:
    """At least so much."""
    return Bar(f"{value:g} {unit}", ours.value / value, value)


def most(ours: Measure, value: float, unit: str) -> Bar:
    """At most so much."""
    return Bar(f"at most {value:g} {unit}", value / max(ours.value, value / _ENOUGH), value)


def times(ours: Measure, factor: float, anchor: Measure | None, name: str) -> Bar:
    """At least so many times what another reaches."""
    text = f"{factor:g} x {name}" if factor >= 1 else f"{factor:.0%} of {name}"
    if anchor is None:
        return Bar(text, None)
    return Bar(text, ours.value / (factor * anchor.value), factor * anchor.value)


def in_turn(contestants: Mapping[str, Callable[[], T]], rounds: int) -> tuple[dict[str, list[T]], dict[str, str]]:
    """Measure each, in turn within each round; by name the samples, and why there are none."""
    found: dict[str, list[T]] = {}
    missing: dict[str, str] = {}
    for _ in range(rounds):
        for name, measure in contestants.items():
            if name in missing:
                continue
            try:
                found.setdefault(name, []).append(measure())
            except NotHere as error:
                missing[name] = str(error)
                found.pop(name, None)
    return found, missing


def measures(samples: Mapping[str, list[T]], value: Callable[[T], float]) -> dict[str, Measure]:
    """One figure of each sample, by contestant."""
    return {name: Measure(name, tuple(value(sample) for sample in each)) for name, each in samples.items()}
