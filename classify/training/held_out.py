"""What to expect of a model: every report judged by one that saw nothing of its writer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from classify import caution
from classify.components.features import Vocabulary
from classify.decide import Calibration, choose
from classify.model import Classification
from classify.text import prepare
from classify.training import pipelines
from classify.training.calibrate import calibrate
from classify.training.corpus import CorpusError, Row, folds
from classify.training.linear import Labels, Layer, Margins, Scaling, fit, scale
from classify.training.reading import Reading, Rows, values_of, vocabulary_of
from models.values import CATEGORIES, LEVELS

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Both questions' layers over one vocabulary, not scaled yet."""

    vocabulary: Vocabulary
    digest: bytes
    level: Layer
    category: Layer


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What cross-validation found: how margins become probabilities, when to ask, and the answer to each report of a
    model that had seen nothing of its writer."""

    level: Scaling
    category: Scaling
    limits: Calibration
    answers: tuple[Classification, ...]


def learn(reading: Reading, level: Labels, category: Labels, rows: Rows) -> Learnt:
    """Fit both questions on these rows of what was read; the labels are places in LEVELS and CATEGORIES."""
    settings = pipelines.settings()
    vocabulary, digest = vocabulary_of(reading, rows)
    values = values_of(reading, rows, vocabulary)
    layers = (
        fit(values, truth[rows], count, settings["C"], settings["seed"])
        for truth, count in ((level, len(LEVELS)), (category, len(CATEGORIES)))
    )
    return Learnt(vocabulary, digest, *layers)


def held_out(rows: Sequence[Row], reading: Reading, progress: Progress) -> HeldOut:
    """Cross-validate. Scaling and limit come from the same held-out margins as the answers: some hundred
    numbers fitted on thousands of answers, so that they judge themselves costs next to nothing.

    Raises CorpusError where the rows have too few writers and themes to hold any of them out.
    """
    fold = np.array(folds(rows))
    parts = [part for part in np.unique(fold) if 0 < (fold == part).sum() < len(rows)]
    if not parts:
        raise CorpusError("too few themes in the corpus to hold any of them out")
    truth = levels(rows), categories(rows)
    level: Margins = np.zeros((len(rows), len(LEVELS)))
    category: Margins = np.zeros((len(rows), len(CATEGORIES)))
    for place, part in enumerate(parts):
        progress(place / len(parts), f"training without part {place + 1} of {len(parts)}")
        inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        learnt = learn(reading, *truth, inside)
        values = values_of(reading, outside, learnt.vocabulary)
        level[outside], category[outside] = learnt.level.margins(values), learnt.category.margins(values)
    progress(1.0, "calibrating")
    scaling = scale(level, truth[0]), scale(category, truth[1])
    probs = scaling[0].probabilities(level), scaling[1].probabilities(category)
    limits = calibrate(rows, _answers(rows, *probs, Calibration()))
    return HeldOut(*scaling, limits, tuple(_answers(rows, *probs, limits)))


def levels(rows: Sequence[Row]) -> Labels:
    return np.array([LEVELS.index(row.level) for row in rows])


def categories(rows: Sequence[Row]) -> Labels:
    return np.array([CATEGORIES.index(row.category) for row in rows])


def _answers(rows: Sequence[Row], level: Margins, category: Margins, limits: Calibration) -> list[Classification]:
    answers = []
    for row, level_row, category_row in zip(rows, level.tolist(), category.tolist(), strict=True):
        probs = dict(zip(LEVELS, level_row, strict=True)), dict(zip(CATEGORIES, category_row, strict=True))
        choice = choose(*probs, caution.find(prepare(row.text).text), limits)
        answers.append(
            Classification(choice.level, choice.category, *probs, choice.needs_review, choice.because, (), "held out")
        )
    return answers
