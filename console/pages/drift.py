"""Whether what the classifier says of late is what it used to say, as the page draws it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.pages.admin_services import Window
from models.values import CATEGORIES, LEVELS

# By the rule of thumb of credit scoring, from where the index comes: below 0.1 nothing has changed, above 0.25 much.
_FAR = 0.25
# With fewer reports than that in a week the index is mostly chance.
_ENOUGH = 50
# What was never said counts as said half a time: the index would be infinite.
_UNSEEN = 0.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One level or category: `name` finds its word; its share before, and in the last week."""

    name: str
    before: float
    week: float


@dataclass(frozen=True, slots=True)
class DriftView:
    week: Window
    before: Window

    @property
    def bars(self) -> Sequence[Bar]:
        names = [(f"level.{level}", str(level)) for level in LEVELS]
        names += [(f"category.{category}", category) for category in CATEGORIES]
        return [Bar(name, self.before.share(label), self.week.share(label)) for name, label in names]

    @property
    def most(self) -> float:
        """What the highest bar may be: the next tenth above the largest share."""
        highest = max(max(bar.before, bar.week) for bar in self.bars)
        return max(math.ceil(highest * 10) / 10, 0.1)

    @property
    def distance(self) -> float | None:
        """The population stability index over the categories; None where too little was said to tell."""
        if min(self.week.total, self.before.total) < _ENOUGH:
            return None
        return sum(self._part(category) for category in CATEGORIES)

    @property
    def is_far(self) -> bool:
        return self.distance is not None and self.distance > _FAR

    def share(self, window: Window, name: str) -> str:
        count = window.asked if name == "asked" else window.corrected
        return f"{round(100 * count / window.total)} %" if window.total else "–"

    def _part(self, label: str) -> float:
        week = max(self.week.labels[label], _UNSEEN) / self.week.total
        before = max(self.before.labels[label], _UNSEEN) / self.before.total
        return (week - before) * math.log(week / before)
