"""Arithmetic of evaluation: kappa, calibration, F1, and how sure a share is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_CONFIDENCE_STEPS = 10
_RESAMPLES = 400

Counts = npt.NDArray[np.int64]


def share(part: int, whole: int) -> float:
    """part / whole, 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def macro_f1(pairs: Sequence[tuple[object, object]], labels: Sequence[object]) -> float:
    """The mean F1 of the labels that occur in truth or answers, from pairs (true, answered)."""
    found = []
    for label in labels:
        both = sum(true == label == said for true, said in pairs)
        either = sum(true == label for true, _ in pairs) + sum(said == label for _, said in pairs)
        if either:
            found.append(2 * both / either)
    return round(sum(found) / len(found), 4) if found else 0.0


def calibration_error(answers: Sequence[tuple[Mapping[Any, float], Any]]) -> float:
    """The expected calibration error of the likeliest labels, from pairs (probabilities, truth): how far
    confidence and the share that is right lie apart, in ten steps of confidence (Guo et al. 2017)."""
    sure = np.array([max(probs.values()) for probs, _ in answers])
    right = np.array([max(probs, key=probs.__getitem__) == true for probs, true in answers])
    step = np.minimum((sure * _CONFIDENCE_STEPS).astype(int), _CONFIDENCE_STEPS - 1)
    gaps = np.bincount(step, sure - right, minlength=_CONFIDENCE_STEPS)
    return round(float(np.abs(gaps).sum() / len(answers)), 4)


def weighted_kappa(confusion: Counts) -> float:
    """Cohen's kappa with quadratic weights of a confusion matrix; 1.0 where there is nothing to disagree on."""
    places = np.arange(len(confusion))
    weights = np.subtract.outer(places, places) ** 2
    expected = np.outer(confusion.sum(1), confusion.sum(0)) / confusion.sum()
    if not (weights * expected).sum():
        return 1.0
    return round(float(1 - (weights * confusion).sum() / (weights * expected).sum()), 4)


def interval(right: Sequence[bool], seed: int = 1) -> tuple[float, float]:
    """The 95 % bootstrap interval of a share."""
    found = np.array(right, dtype=float)
    if not len(found):
        return (0.0, 1.0)
    draws = np.random.default_rng(seed).integers(0, len(found), (_RESAMPLES, len(found)))
    low, high = np.quantile(found[draws].mean(axis=1), (0.025, 0.975))
    return (round(float(low), 4), round(float(high), 4))
