"""How right a classifier is: figures over labelled reports, and a table of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classify.model import Classification
from classify.training.corpus import Row
from models.values import CATEGORIES, LEVELS


@dataclass(frozen=True, slots=True)
class Slice:
    """Shares (0 to 1) over some of the reports. `critical_recall`: level 1 found; 1.0 where there was none."""

    count: int
    level_accuracy: float
    category_accuracy: float
    both_right: float
    critical_recall: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What an evaluation found.

    `confusion` has a row a true level and a column an answered one. `unreviewed` covers the reports that no
    person was asked to look at; `unseen_critical` is the share of all level-1 reports among those that were
    given another level and no review.
    """

    overall: Slice
    level_macro_f1: float
    category_macro_f1: float
    by_language: Mapping[str, Slice]
    by_channel: Mapping[str, Slice]
    review_share: float
    unreviewed: Slice
    unseen_critical: float
    confusion: tuple[tuple[int, ...], ...]

    def table(self) -> str:
        """The same as text for a terminal."""
        lines = [f"{'':14}{'reports':>8}{'level':>8}{'category':>10}{'both':>8}{'level-1 recall':>16}"]
        named = {"all": self.overall, **self.by_language, **self.by_channel, "not reviewed": self.unreviewed}
        for name, part in named.items():
            lines.append(
                f"{name:14}{part.count:8}{part.level_accuracy:8.3f}{part.category_accuracy:10.3f}"
                f"{part.both_right:8.3f}{part.critical_recall:16.3f}"
            )
        lines += [
            f"macro F1: level {self.level_macro_f1:.3f}, category {self.category_macro_f1:.3f}",
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
    return Scores(
        overall=_slice(pairs),
        level_macro_f1=_macro_f1([(row.level, answer.level) for row, answer in pairs], LEVELS),
        category_macro_f1=_macro_f1([(row.category, answer.category) for row, answer in pairs], CATEGORIES),
        by_language={
            name: _slice([pair for pair in pairs if pair[0].language == name])
            for name in sorted({row.language for row in rows})
        },
        by_channel={
            name: _slice([pair for pair in pairs if pair[0].text.channel == name])
            for name in sorted({row.text.channel for row in rows})
        },
        review_share=1 - len(unreviewed) / len(pairs),
        unreviewed=_slice(unreviewed),
        unseen_critical=_share(unseen, len(critical)),
        confusion=tuple(
            tuple(sum(row.level == true and answer.level == said for row, answer in pairs) for said in LEVELS)
            for true in LEVELS
        ),
    )


def _slice(pairs: Sequence[tuple[Row, Classification]]) -> Slice:
    levels = [row.level == answer.level for row, answer in pairs]
    categories = [row.category == answer.category for row, answer in pairs]
    critical = [answer.level == 1 for row, answer in pairs if row.level == 1]
    return Slice(
        count=len(pairs),
        level_accuracy=_share(sum(levels), len(pairs)),
        category_accuracy=_share(sum(categories), len(pairs)),
        both_right=_share(sum(a and b for a, b in zip(levels, categories, strict=True)), len(pairs)),
        critical_recall=_share(sum(critical), len(critical)) if critical else 1.0,
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _macro_f1(pairs: Sequence[tuple[object, object]], labels: Sequence[object]) -> float:
    """The mean F1 of the labels that occur in truth or answers."""
    found = []
    for label in labels:
        both = sum(true == label == said for true, said in pairs)
        either = sum(true == label for true, _ in pairs) + sum(said == label for _, said in pairs)
        if either:
            found.append(2 * both / either)
    return round(sum(found) / len(found), 4)
