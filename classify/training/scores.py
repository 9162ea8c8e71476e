"""How right a classifier is: figures over labelled reports, and a table of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classify.model import Classification
from classify.training.corpus import Row
from classify.training.figures import Counts, calibration_error, macro_f1, share, weighted_kappa
from models.values import CATEGORIES, LEVELS


@dataclass(frozen=True, slots=True)
class Slice:
    """Figures from 0 to 1 over some of the reports. `critical_recall`: level 1 found; 1.0 where there was none.
    The macro F1 are means over the labels that occur."""

    count: int
    level_accuracy: float
    category_accuracy: float
    both_right: float
    critical_recall: float
    level_macro_f1: float
    category_macro_f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What an evaluation found.

    `kappa` is Cohen's, quadratically weighted, on level; `far_off` the share of levels wrong by two or more;
    `level_calibration` and `category_calibration` the expected calibration errors (ten steps of confidence).
    `confusion` has a row a true level and a column an answered one. `unreviewed` covers the reports that no
    person was asked to look at; `unseen_critical` is the share of all level-1 reports among those that were
    given another level and no review.
    """

    overall: Slice
    kappa: float
    far_off: float
    level_calibration: float
    category_calibration: float
    by_language: Mapping[str, Slice]
    by_channel: Mapping[str, Slice]
    by_category: Mapping[str, Slice]
    review_share: float
    unreviewed: Slice
    unseen_critical: float
    confusion: tuple[tuple[int, ...], ...]

    def table(self) -> str:
        """The same as text for a terminal."""
        lines = [
            f"{'':14}{'reports':>8}{'level':>8}{'category':>10}{'both':>8}{'level F1':>10}{'category F1':>13}"
            f"{'level-1 recall':>16}"
        ]
        named = {"all": self.overall, **self.by_language, **self.by_channel, "not reviewed": self.unreviewed}
        for name, part in named.items():
            lines.append(
                f"{name:14}{part.count:8}{part.level_accuracy:8.3f}{part.category_accuracy:10.3f}"
                f"{part.both_right:8.3f}{part.level_macro_f1:10.3f}{part.category_macro_f1:13.3f}"
                f"{part.critical_recall:16.3f}"
            )
        lines += [
            f"level: quadratic weighted kappa {self.kappa:.3f}, two or more off {self.far_off:.1%}",
            f"calibration error: level {self.level_calibration:.3f}, category {self.category_calibration:.3f}",
            f"review asked for {self.review_share:.1%}; level 1 missed without review {self.unseen_critical:.1%}",
            "true level (rows) against answered level (columns 1-4):",
            *(
                f"{level:3}" + "".join(f"{count:6}" for count in row)
                for level, row in zip(LEVELS, self.confusion, strict=True)
            ),
        ]
        return "\n".join(lines)


def score(rows: Sequence[Row], answers: Sequence[Classification]) -> Scores:
    """Compare answers with the labels of the rows, in the same order."""
    pairs = list(zip(rows, answers, strict=True))
    if not pairs:
        raise ValueError("there is nothing to score")
    unreviewed = [pair for pair in pairs if not pair[1].needs_review]
    critical = [answer for row, answer in pairs if row.level == 1]
    unseen = sum(answer.level != 1 and not answer.needs_review for answer in critical)
    confusion = confusion_of(pairs)
    return Scores(
        overall=_slice(pairs),
        kappa=weighted_kappa(confusion),
        far_off=share(sum(abs(row.level - answer.level) >= 2 for row, answer in pairs), len(pairs)),
        level_calibration=calibration_error([(a.level_probs, row.level) for row, a in pairs]),
        category_calibration=calibration_error([(a.category_probs, row.category) for row, a in pairs]),
        by_language=_by(pairs, lambda row: str(row.language)),
        by_channel=_by(pairs, lambda row: str(row.text.channel)),
        by_category=_by(pairs, lambda row: row.category),
        review_share=1 - len(unreviewed) / len(pairs),
        unreviewed=_slice(unreviewed),
        unseen_critical=share(unseen, len(critical)),
        confusion=tuple(tuple(line) for line in confusion.tolist()),
    )


def confusion_of(pairs: Sequence[tuple[Row, Classification]]) -> Counts:
    """How often each true level (rows) was given each level (columns)."""
    found = np.zeros((len(LEVELS), len(LEVELS)), np.int64)
    for row, answer in pairs:
        found[LEVELS.index(row.level), LEVELS.index(answer.level)] += 1
    return found


def _by(pairs: Sequence[tuple[Row, Classification]], key: Callable[[Row], str]) -> dict[str, Slice]:
    return {
        name: _slice([pair for pair in pairs if key(pair[0]) == name])
        for name in sorted({key(row) for row, _ in pairs})
    }


def _slice(pairs: Sequence[tuple[Row, Classification]]) -> Slice:
    levels = [row.level == answer.level for row, answer in pairs]
    categories = [row.category == answer.category for row, answer in pairs]
    critical = [answer.level == 1 for row, answer in pairs if row.level == 1]
    return Slice(
        count=len(pairs),
        level_accuracy=share(sum(levels), len(pairs)),
        category_accuracy=share(sum(categories), len(pairs)),
        both_right=share(sum(a and b for a, b in zip(levels, categories, strict=True)), len(pairs)),
        critical_recall=share(sum(critical), len(critical)) if critical else 1.0,
        level_macro_f1=macro_f1([(row.level, answer.level) for row, answer in pairs], LEVELS),
        category_macro_f1=macro_f1([(row.category, answer.category) for row, answer in pairs], CATEGORIES),
    )
