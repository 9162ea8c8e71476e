"""From probabilities and cautions to a level, a category, and whether a person should look. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from classify.caution import Caution
from models.values import CATEGORIES, LEVELS

# A report without a readable word may be a caller who hung up over a dead array or a stray mail: the middle
# of the queue, and a person reads it first.
UNREADABLE_LEVEL = 3
UNREADABLE_CATEGORY = "usage"

# What a wrong level costs, by the true level (rows) and the one given: a level 1 placed lower costs three and a half
# times as much as any neighbour taken for another, and more than anything else; what is further off costs more.
COSTS: Mapping[int, Mapping[int, float]] = {
    1: {1: 0.0, 2: 3.5, 3: 5.0, 4: 6.5},
    2: {1: 1.0, 2: 0.0, 3: 1.0, 4: 2.25},
    3: {1: 2.25, 2: 1.0, 3: 0.0, 4: 1.0},
    4: {1: 2.9, 2: 2.25, 3: 1.0, 4: 0.0},
}

# From this share on, a review is explained by the level 1 that it might be.
_WORTH_NAMING = 0.1


@dataclass(frozen=True, slots=True)
class Calibration:
    """What held-out reports taught about when to ask: a person looks where the risk is greater than `most_risk`.

    The risk is the expected cost of the level given, by COSTS, plus the chance that the category is wrong.
    """

    most_risk: float = 0.25


@dataclass(frozen=True, slots=True)
class Choice:
    """The labels, and one sentence on them."""

    level: int
    category: str
    needs_review: bool
    because: str


def choose(
    level_probs: Mapping[int, float],
    category_probs: Mapping[str, float],
    cautions: Sequence[Caution],
    limits: Calibration,
) -> Choice:
    """The level of least expected cost and the likeliest category; a caution may raise the level."""
    level = min(LEVELS, key=lambda given: expected_cost(level_probs, given))
    category = max(CATEGORIES, key=lambda name: category_probs[name])
    if cautions and cautions[0].level < level:
        caution = cautions[0]
        return Choice(
            caution.level,
            category,
            True,
            f"The report speaks of {caution.danger}; the model alone would have said level {level}.",
        )
    if risk(level_probs, category_probs) > limits.most_risk:
        return Choice(level, category, True, _doubt(level, category, level_probs, category_probs))
    return Choice(
        level,
        category,
        False,
        f"Level {level} at {level_probs[level]:.0%} and {category} at {category_probs[category]:.0%}.",
    )


def expected_cost(level_probs: Mapping[int, float], given: int) -> float:
    """What giving this level costs on average, by COSTS."""
    return sum(level_probs[true] * COSTS[true][given] for true in LEVELS)


def risk(level_probs: Mapping[int, float], category_probs: Mapping[str, float]) -> float:
    """What deciding without a person costs on average; 0 is certainty."""
    return min(expected_cost(level_probs, given) for given in LEVELS) + 1 - max(category_probs.values())


def unreadable(why: str, level: int = UNREADABLE_LEVEL) -> Choice:
    """The choice where there is not a word to judge by."""
    return Choice(level, UNREADABLE_CATEGORY, True, why)


def keyed(level_probs: Mapping[int, float], choice: Choice, after: Mapping[int, float]) -> Choice:
    """The choice once a key has made `after` of `level_probs`; `choice` is the one by `after`. A person looks where
    the key has moved the level."""
    words_alone = min(LEVELS, key=lambda given: expected_cost(level_probs, given))
    if min(LEVELS, key=lambda given: expected_cost(after, given)) == words_alone:
        return choice
    return replace(
        choice,
        needs_review=True,
        because=f"The key that was pressed counts: the words alone read as level {words_alone}.",
    )


def _doubt(level: int, category: str, level_probs: Mapping[int, float], category_probs: Mapping[str, float]) -> str:
    if level != 1 and level_probs[1] >= _WORTH_NAMING:
        return f"It may be level 1 ({level_probs[1]:.0%}) although level {level} is likelier."
    likeliest = max(LEVELS, key=level_probs.__getitem__)
    if level_probs[level] < level_probs[likeliest]:
        return (
            f"Level {likeliest} is likelier ({level_probs[likeliest]:.0%}), but level {level} "
            f"({level_probs[level]:.0%}) is the one that does least harm if it is wrong."
        )
    if expected_cost(level_probs, level) >= 1 - category_probs[category]:
        return f"The level is unsure: {level} at {level_probs[level]:.0%}."
    return f"The category is unsure: {category} at {category_probs[category]:.0%}."
