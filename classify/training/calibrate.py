"""Fits what a model must know about its own confidence, on reports that it was not trained on."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from classify.components.features import softmax
from classify.decide import Calibration
from classify.model import Classification
from classify.training.corpus import Row
from models.values import CATEGORIES, LEVELS

# People can look at less than half of the reports before the desk drowns; within that, the most is to be right.
MOST_REVIEWED = 0.45

_TEMPERATURES = np.exp(np.linspace(-1.5, 1.0, 76))
_LEAST = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
_SUSPICIONS = (0.15, 0.2, 0.25)

Probs = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def calibrate(rows: Sequence[Row], raw: Sequence[Classification]) -> Calibration:
    """From uncalibrated held-out answers (temperature 1), in the order of the rows, to temperatures and limits."""
    level, level_truth = _levels(rows, raw)
    category, category_truth = _categories(rows, raw)
    level_temperature = _temperature(level, level_truth)
    category_temperature = _temperature(category, category_truth)
    level, category = _soften(level, level_temperature), _soften(category, category_temperature)

    is_right = (level.argmax(1) == level_truth) & (category.argmax(1) == category_truth)
    best, best_share = (0.5, 0.5, 0.2), -1.0
    for least_level, least_category, suspicion in product(_LEAST, _LEAST, _SUSPICIONS):
        suspected = (level.argmax(1) != 0) & (level[:, 0] >= suspicion)
        kept = (level.max(1) >= least_level) & (category.max(1) >= least_category) & ~suspected
        if kept.mean() >= 1 - MOST_REVIEWED and is_right[kept].mean() > best_share:
            best, best_share = (least_level, least_category, suspicion), float(is_right[kept].mean())
    return Calibration(level_temperature, category_temperature, *best)


def _levels(rows: Sequence[Row], raw: Sequence[Classification]) -> tuple[Probs, Labels]:
    probs = np.array([[answer.level_probs[level] for level in LEVELS] for answer in raw])
    return probs, np.array([LEVELS.index(row.level) for row in rows])


def _categories(rows: Sequence[Row], raw: Sequence[Classification]) -> tuple[Probs, Labels]:
    probs = np.array([[answer.category_probs[name] for name in CATEGORIES] for answer in raw])
    return probs, np.array([CATEGORIES.index(row.category) for row in rows])


def _temperature(probs: Probs, truth: Labels) -> float:
    """The one with the least log loss (Guo et al. 2017, On Calibration of Modern Neural Networks)."""
    places = np.arange(len(truth))
    losses = [-np.log(_soften(probs, value)[places, truth] + 1e-9).mean() for value in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def _soften(probs: Probs, temperature: float) -> Probs:
    return softmax(np.log(probs + 1e-9) / temperature)
