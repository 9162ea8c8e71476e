"""The model in force against one that would follow it: on the frozen test, and on what people corrected last."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classify.model import Classification
from classify.training.corpus import Row
from models.values import CATEGORIES, LEVELS, Channel, Language

_RESAMPLES = 1000
# A slice of fewer reports says nothing.
_LEAST = 10
# Some of the reports: how they are called, and which they are.
Slice = tuple[str, Callable[[Row], bool]]


@dataclass(frozen=True, slots=True)
class Contest:
    """Two models' answers to the same reports, in the order of `rows`. A contest with one model has no challenger.
    `by_champion` where people have chosen the reports by the champion's answers: whoever confirms what is right has it
    right on all of them, and how right it is on the whole they do not tell."""

    name: str
    rows: tuple[Row, ...]
    champion: tuple[Classification, ...]
    challenger: tuple[Classification, ...] | None
    by_champion: bool = False

    @property
    def critical_recalls(self) -> tuple[float, float] | None:
        """The share of true level 1 that champion and challenger found; None where there is no such report."""
        critical = [place for place, row in enumerate(self.rows) if row.level == 1]
        if not critical or self.challenger is None:
            return None
        first, second = (sum(side[i].level == 1 for i in critical) for side in (self.champion, self.challenger))
        return first / len(critical), second / len(critical)


@dataclass(frozen=True, slots=True)
class Difference:
    """How often both were right on one question over some reports, and the 95 % interval of the challenger's gain
    (bootstrap over reports, paired)."""

    slice: str
    question: str
    count: int
    champion: float
    challenger: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """`better` or `worse` where the interval leaves out 0, else `even`."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "even"


def differences(contest: Contest) -> list[Difference]:
    """Overall, and for each language, channel, level and category with enough reports."""
    return _differences(contest, (_ALL, *_slices()))


def _differences(contest: Contest, slices: Sequence[Slice]) -> list[Difference]:
    if contest.challenger is None:
        return []
    found = []
    for name, belongs in slices:
        places = [i for i, row in enumerate(contest.rows) if belongs(row)]
        if len(places) >= _LEAST:
            for question, right in _QUESTIONS.items():
                first = _right(right, contest.rows, contest.champion, places)
                second = _right(right, contest.rows, contest.challenger, places)
                found.append(_difference(name, question, first, second))
    return found


def refusal(contests: Sequence[Contest]) -> str | None:
    """Why the challenger must not follow: it finds fewer of the level-1 reports, or is right less often on the whole by
    more than chance; who takes everything for level 1 finds as many. None where nothing is against it."""
    for contest in contests:
        recalls = contest.critical_recalls
        if recalls is not None and recalls[1] < recalls[0]:
            return (
                f"level-1 recall on {contest.name} fell from {recalls[0]:.1%} to {recalls[1]:.1%}: "
                "more dead production lines would be filed as something smaller"
            )
        for found in _differences(contest, [_ALL]):
            if found.verdict == "worse" and not contest.by_champion:
                return (
                    f"right on {found.question} on {contest.name} fell from {found.champion:.1%} to "
                    f"{found.challenger:.1%}: that is more than chance"
                )
    return None


_QUESTIONS: dict[str, Callable[[Row, Classification], bool]] = {
    "level": lambda row, answer: row.level == answer.level,
    "category": lambda row, answer: row.category == answer.category,
}


_ALL: Slice = ("all", lambda _row: True)


def _slices() -> Iterator[Slice]:
    for language in Language:
        yield language, lambda row, language=language: row.language == language  # type: ignore[misc]
    for channel in Channel:
        yield channel, lambda row, channel=channel: row.text.channel == channel  # type: ignore[misc]
    for level in LEVELS:
        yield f"level {level}", lambda row, level=level: row.level == level  # type: ignore[misc]
    for category in CATEGORIES:
        yield category, lambda row, category=category: row.category == category  # type: ignore[misc]


def _right(
    right: Callable[[Row, Classification], bool],
    rows: Sequence[Row],
    answers: Sequence[Classification],
    places: Sequence[int],
) -> npt.NDArray[np.float64]:
    return np.array([right(rows[i], answers[i]) for i in places], dtype=np.float64)


def _difference(
    name: str, question: str, first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]
) -> Difference:
    gain = second - first
    draws = np.random.default_rng(len(gain)).integers(0, len(gain), (_RESAMPLES, len(gain)))
    low, high = np.quantile(gain[draws].mean(axis=1), (0.025, 0.975))
    means = float(first.mean()), float(second.mean())
    return Difference(name, question, len(gain), *means, round(float(low), 4), round(float(high), 4))
