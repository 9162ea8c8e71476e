"""Fits what a model must know about its own confidence, on reports that it was not trained on."""

from collections.abc import Sequence

import numpy as np

from classify.decide import Calibration, risk
from classify.model import Classification
from classify.training.corpus import Row

# Decided without a person: so many right, and of all level-1 reports at most so many placed lower. Both are a little
# stricter than what is promised (95 % and 3 %), since a desk's reports differ more than the corpus' writers do.
LEAST_RIGHT = 0.96
MOST_CRITICAL_MISSED = 0.02
# A model too weak to be right so often still decides its surest reports.
_LEAST_DECIDED = 0.1


def calibrate(rows: Sequence[Row], answers: Sequence[Classification]) -> Calibration:
    """From held-out answers, in the order of the rows, to the greatest risk that is taken without asking."""
    risks = np.array([risk(answer.level_probs, answer.category_probs) for answer in answers])
    right = [
        (row.level, row.category) == (answer.level, answer.category) for row, answer in zip(rows, answers, strict=True)
    ]
    missed = [row.level == 1 != answer.level for row, answer in zip(rows, answers, strict=True)]
    order = np.argsort(risks, kind="stable")
    shares = np.cumsum(np.array(right)[order]) / np.arange(1, len(order) + 1)
    lost = np.cumsum(np.array(missed)[order]) / max(1, sum(row.level == 1 for row in rows))
    good = np.flatnonzero((shares >= LEAST_RIGHT) & (lost <= MOST_CRITICAL_MISSED))
    last = max(int(good[-1]) if len(good) else 0, int(_LEAST_DECIDED * len(order)))
    return Calibration(most_risk=round(float(risks[order[last]]), 4))
