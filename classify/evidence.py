"""Which clauses of a report decided: what the winning label would lose without each of them.

The model is linear, so leaving a clause out is a subtraction; nothing is classified a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from classify.components.clauses import Clauses
from classify.components.features import Floats, LinearModel, said, softmax
from classify.components.layout import Text

LEAST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Clause:
    """text[start:end] of the Doc and its weight: the probability that the label would lose without it."""

    start: int
    end: int
    weight: float


def explain(model: LinearModel, docs: Sequence[Doc | Text], probs: Floats, most: int) -> list[list[Clause]]:
    """For each Doc at most `most` clauses that spoke for its likeliest label, the weightiest first.

    `probs` has a row a Doc and a column a label.
    """
    reasons = []
    for doc, row, label in zip(docs, probs, probs.argmax(axis=1).tolist(), strict=True):
        clauses, spoken = said(model, doc)
        without = softmax(np.log(row + 1e-9) - spoken)
        reasons.append(_weightiest(clauses, row[label] - without[:, label], most))
    return reasons


def _weightiest(clauses: Clauses, lost: npt.NDArray[np.floating], most: int) -> list[Clause]:
    order = np.argsort(-lost, kind="stable")[:most]
    return [
        Clause(int(clauses.starts[index]), int(clauses.ends[index]), round(float(lost[index]), 4))
        for index in order
        if lost[index] >= LEAST_WEIGHT
    ]
