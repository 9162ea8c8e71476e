"""Fits the linear layer: one support vector machine a label, then one scaling to honest probabilities.

A machine a label (squared hinge, liblinear's coordinate descent) takes seconds where softmax regression takes minutes
and was right more often on unseen writers; its margins are no probabilities, so a multinomial regression on margins
of held-out reports turns them into some (Platt scaling for several labels). Both are linear and become one layer.

Pieces that occur far more often, or far more seldom, with a label than without it are told to its machine louder: their
values are multiplied by the log-count ratio of naive Bayes (Wang & Manning 2012, "Baselines and Bigrams").
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from classify.components.features import Floats, softmax

Labels = npt.NDArray[np.int64]
Margins = npt.NDArray[np.float64]

# How much of a value is multiplied by what naive Bayes says of its piece; flat between 0.5 and 0.6 on held-out writers.
TOLD = 0.5
_SMOOTHING = 1.0
# How far the logit of a label that was never seen lies below the others.
_NEVER = -12.0


@dataclass(frozen=True, slots=True)
class Layer:
    """Logits are values @ weights + bias: `weights` has a row a piece and a column a label."""

    weights: Floats
    bias: Floats

    def margins(self, values: csr_matrix) -> Margins:
        """A row a report, a column a label."""
        return np.asarray(values @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Scaling:
    """From margins to logits: margins @ mix + shift."""

    mix: Floats
    shift: Floats

    def probabilities(self, margins: Margins) -> Margins:
        return softmax(margins @ self.mix + self.shift)

    def over(self, layer: Layer) -> Layer:
        """The layer whose logits need no scaling any more."""
        return Layer(layer.weights @ self.mix, layer.bias @ self.mix + self.shift)


def fit(values: csr_matrix, truth: Labels, labels: int, C: float, seed: int, told: float = TOLD) -> Layer:
    """One machine a label against the rest. `C`, its usual name, is the weight of a wrong report; `told`, from 0 to 1,
    how much naive Bayes counts."""
    weights = np.zeros((values.shape[1], labels), np.float32)
    bias = np.full(labels, -1.0)
    reports = np.bincount(values.indices, minlength=values.shape[1])
    for label in range(labels):
        is_label = truth == label
        if is_label.any() and not is_label.all():
            louder = _loudness(values, reports, is_label, told)
            machine = LinearSVC(C=C, tol=1e-2, random_state=seed).fit(_times(values, louder), is_label)
            weights[:, label], bias[label] = machine.coef_[0] * louder, machine.intercept_[0]
    return Layer(weights, bias)


def _times(values: csr_matrix, louder: Floats) -> csr_matrix:
    """Each column times its number. A product with a diagonal matrix gives the same, and took longer than the fits."""
    return csr_matrix((values.data * louder[values.indices], values.indices, values.indptr), shape=values.shape)


def _loudness(values: csr_matrix, reports: Labels, is_label: npt.NDArray[np.bool_], told: float) -> Floats:
    """By what to multiply the values of each piece, which so many `reports` have: how much more, or less, often those
    of a label have it than the others."""
    labelled = np.bincount(values[is_label].indices, minlength=values.shape[1])
    inside, outside = labelled + _SMOOTHING, reports - labelled + _SMOOTHING
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return np.asarray(1 - told + told * np.abs(ratio), np.float32)


def scale(margins: Margins, truth: Labels) -> Scaling:
    """The scaling with the least log loss on held-out margins (a row a report, a column a label)."""
    labels = margins.shape[1]
    seen = np.unique(truth)
    mix, shift = np.zeros((labels, labels)), np.full(labels, _NEVER)
    if len(seen) < 2:
        shift[seen] = 0.0
        return Scaling(mix, shift)
    model = LogisticRegression(C=10.0, max_iter=1000).fit(margins, truth)
    if len(seen) == 2:  # sklearn then describes the second label alone
        mix[:, seen[1]], shift[seen] = model.coef_[0], (0.0, model.intercept_[0])
    else:
        mix[:, seen], shift[seen] = model.coef_.T, model.intercept_
    return Scaling(mix, shift)
