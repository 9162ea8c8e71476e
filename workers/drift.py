"""The drift watch: what the classifier said of late, how often it asked, how often it was corrected.

Each as of the last week and of the four weeks before it: where the two part, the desk's reports have changed, or the
model has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.classifications import is_last_word
from models.tables import ClassificationRow, CorrectionRow
from models.values import CATEGORIES, LEVELS

_WEEK = timedelta(days=7)
# Shares of fewer reports than that change by chance.
ENOUGH = 200
# A person may also say that the machine was right.
_IS_CORRECTED = and_(
    is_last_word(),
    or_(
        CorrectionRow.level != CorrectionRow.predicted_level,
        CorrectionRow.category != CorrectionRow.predicted_category,
    ),
)


@dataclass(frozen=True, slots=True)
class Window:
    """What was said in some time: `labels` how often each level and category, `asked` how often a person was asked,
    `corrected` of how many cases one said otherwise in the end."""

    total: int
    asked: int
    corrected: int
    labels: dict[str, int]


def windows(session: Session, now: datetime) -> dict[str, Window]:
    """The last `week`, and the four weeks `before` it."""
    spans = {"week": (now - _WEEK, now), "before": (now - 5 * _WEEK, now - _WEEK)}
    return {name: _window(session, since, until) for name, (since, until) in spans.items()}


def gauges(session: Session, now: datetime) -> list[Metric]:
    """Counts and shares a window, `week` and `before`."""
    mix = GaugeMetricFamily(
        "firstline_classifier_reports", "Reports by the level or category given", labels=["window", "label"]
    )
    asked = GaugeMetricFamily(
        "firstline_classifier_review_share",
        "Share of the reports that a person was asked to look at",
        labels=["window"],
    )
    corrected = GaugeMetricFamily(
        "firstline_classifier_correction_share",
        "Corrected cases as a share of the reports classified",
        labels=["window"],
    )
    moved = GaugeMetricFamily(
        "firstline_classifier_drift_ratio",
        "How far the mix of the last week is from that of the four weeks before: 0 the same, 1 nothing in common",
        labels=["of"],
    )
    found = windows(session, now)
    for of, distance in _distances(found).items():
        moved.add_metric([of], distance)
    for name, window in found.items():
        for label, count in window.labels.items():
            mix.add_metric([name, label], count)
        asked.add_metric([name], window.asked / window.total if window.total else 0.0)
        corrected.add_metric([name], window.corrected / window.total if window.total else 0.0)
    return [mix, asked, corrected, moved]


def distances(session: Session, now: datetime) -> dict[str, float]:
    """How far the last week is from the four before, by question; of none where there are too few reports to say."""
    found = windows(session, now)
    return _distances(found) if min(window.total for window in found.values()) >= ENOUGH else {}


def _distances(found: dict[str, Window]) -> dict[str, float]:
    questions = {"level": LEVELS, "category": CATEGORIES}
    return {of: _distance(found["week"], found["before"], [*map(str, labels)]) for of, labels in questions.items()}


def _distance(week: Window, before: Window, labels: Sequence[str]) -> float:
    """Half the sum of the differences of the shares (total variation); 0 where one of the two says nothing."""
    if not week.total or not before.total:
        return 0.0
    return sum(abs(week.labels[one] / week.total - before.labels[one] / before.total) for one in labels) / 2


def _window(session: Session, since: datetime, until: datetime) -> Window:
    labels = [ClassificationRow.level == level for level in LEVELS]
    labels += [ClassificationRow.category == category for category in CATEGORIES]
    # One pass over the window by the index on `at`: grouping would sort.
    total, reviews, *counts = session.execute(
        select(func.count(), _how_many(ClassificationRow.needs_review), *map(_how_many, labels)).where(
            *_between(ClassificationRow.at, since, until), ClassificationRow.model.is_not(None)
        )
    ).one()
    fixed = session.scalar(
        select(func.count(CorrectionRow.id)).where(*_between(CorrectionRow.at, since, until), _IS_CORRECTED)
    )
    named = zip(map(str, (*LEVELS, *CATEGORIES)), counts, strict=True)
    return Window(total, reviews or 0, fixed or 0, {label: count or 0 for label, count in named})


def _how_many(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _between(
    column: InstrumentedAttribute[datetime], since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    return column >= since, column < until
