"""Measures a model on reports that it has not seen."""

from collections.abc import Callable, Sequence
from pathlib import Path

from classify.decide import Calibration
from classify.model import Classification, Classifier
from classify.spacy_classifier import LEVEL_LABELS, SpacyClassifier
from classify.text import prepare
from classify.training import corpus, pipelines
from classify.training.calibrate import calibrate
from classify.training.corpus import FOLDS, Row
from classify.training.scores import Scores, score
from models.values import CATEGORIES

Progress = Callable[[float, str], None]


def evaluate(corpus_dir: Path, progress: Progress = lambda _done, _what: None) -> Scores:
    """What to expect of a model trained on this corpus: every report is judged by one that never saw its theme."""
    rows = corpus.read(corpus_dir)
    return held_out(rows, progress)[1]


def evaluate_model(classifier: Classifier, rows: Sequence[Row]) -> Scores:
    """How right a ready model is on rows; only rows that it was not trained on say anything."""
    return score(rows, classifier.classify([row.text for row in rows]))


def held_out(rows: Sequence[Row], progress: Progress) -> tuple[Calibration, Scores]:
    """Cross-validation over the folds; the calibration comes from the same held-out answers as the scores.

    Five numbers fitted on more than a thousand answers: that they judge themselves costs next to nothing.
    """
    folds = [fold for fold in range(FOLDS) if {row.fold == fold for row in rows} == {True, False}]
    if not folds:
        raise corpus.CorpusError("too few themes in the corpus to hold any of them out")
    models: dict[int, SpacyClassifier] = {}
    for place, fold in enumerate(folds):
        progress(place / len(folds), f"training without part {place + 1} of {len(folds)}")
        models[fold] = train_classifier([row for row in rows if row.fold != fold], Calibration(), f"fold-{fold}")
    progress(1.0, "calibrating")
    judged = [row for row in rows if row.fold in models]
    limits = calibrate(judged, _answers(judged, models))
    calibrated = {fold: model.with_limits(limits) for fold, model in models.items()}
    return limits, score(judged, _answers(judged, calibrated))


def train_classifier(rows: Sequence[Row], limits: Calibration, version: str) -> SpacyClassifier:
    """Both pipelines over these rows."""
    texts = [prepare(row.text).text for row in rows]
    level = pipelines.fit(texts, [str(row.level) for row in rows], LEVEL_LABELS)
    category = pipelines.fit(texts, [row.category for row in rows], CATEGORIES)
    return SpacyClassifier(level, category, limits, version)


def _answers(rows: Sequence[Row], models: dict[int, SpacyClassifier]) -> list[Classification]:
    answers: dict[str, Classification] = {}
    for fold, model in models.items():
        part = [row for row in rows if row.fold == fold]
        answers.update(zip((row.id for row in part), model.classify([row.text for row in part]), strict=True))
    return [answers[row.id] for row in rows]
