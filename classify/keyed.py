"""What a caller has said by a key: whether his business is stopped. It weighs on the level as one fact among others,
and as much whatever the language; it is no verdict."""

from collections.abc import Mapping

from models.values import LEVELS

# How likely a caller with a fault of that level is to press that his business is stopped. No calls have been counted
# for it: it follows from what the levels mean, with room for who presses the wrong key, or in anger.
_PRESSED: Mapping[int, float] = {1: 0.9, 2: 0.3, 3: 0.05, 4: 0.03}


def weigh(level_probs: Mapping[int, float], is_stopped: bool) -> dict[int, float]:
    """The probabilities of the levels once the answer is known (Bayes' rule); they sum to 1."""
    weighed = {level: level_probs[level] * (_PRESSED[level] if is_stopped else 1 - _PRESSED[level]) for level in LEVELS}
    total = sum(weighed.values())
    return {level: weight / total for level, weight in weighed.items()}
