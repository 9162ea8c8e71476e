"""From probabilities and cautions to a level, a category, and whether a person should look. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classify.caution import Caution
from models.values import CATEGORIES, LEVELS

# A report without a readable word may be a caller who hung up over a dead array or a stray mail: the middle
# of the queue, and a person reads it first.
UNREADABLE_LEVEL = 3
UNREADABLE_CATEGORY = "usage"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the held-out reports taught about the model's own confidence.

    A temperature over 1 means that its probabilities are flattened. Below `least_level` or `least_category`
    a person looks; so does one where level 1 is not chosen and still as likely as `critical_suspicion`.
    """

    level_temperature: float = 1.0
    category_temperature: float = 1.0
    least_level: float = 0.5
    least_category: float = 0.5
    critical_suspicion: float = 0.2


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
    """The likeliest labels; a caution may raise the level. The most serious reason for a review is named."""
    likeliest = max(LEVELS, key=lambda level: level_probs[level])
    category = max(CATEGORIES, key=lambda name: category_probs[name])
    if cautions and cautions[0].level < likeliest:
        caution = cautions[0]
        return Choice(
            caution.level,
            category,
            True,
            f"The report speaks of {caution.danger}; the model alone would have said level {likeliest}.",
        )

    doubt = _doubt(likeliest, category, level_probs, category_probs, limits)
    if doubt:
        return Choice(likeliest, category, True, doubt)
    return Choice(
        likeliest,
        category,
        False,
        f"Level {likeliest} at {level_probs[likeliest]:.0%} and {category} at {category_probs[category]:.0%}.",
    )


def unreadable(why: str) -> Choice:
    """The choice where there is nothing to judge by."""
    return Choice(UNREADABLE_LEVEL, UNREADABLE_CATEGORY, True, why)


def _doubt(
    level: int,
    category: str,
    level_probs: Mapping[int, float],
    category_probs: Mapping[str, float],
    limits: Calibration,
) -> str:
    if level != 1 and level_probs[1] >= limits.critical_suspicion:
        return f"It may be level 1 ({level_probs[1]:.0%}) although level {level} is likelier."
    if level_probs[level] < limits.least_level:
        return f"The level is unsure: {level} at {level_probs[level]:.0%}."
    if category_probs[category] < limits.least_category:
        return f"The category is unsure: {category} at {category_probs[category]:.0%}."
    return ""
