"""A ready model's answers to labelled reports, and how right they are."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from classify.model import Classification, Classifier
from classify.spacy_classifier import META_FILE, SpacyClassifier
from classify.training.corpus import Row
from classify.training.scores import Scores, score


def evaluate_model(classifier: Classifier, rows: Sequence[Row]) -> Scores:
    """How right a ready model is on rows; only rows that it was not trained on say anything."""
    return score(rows, classifier.classify([row.text for row in rows]))


def answers(model: Path, rows: Sequence[Row]) -> list[Classification]:
    """What the model in a folder says to these reports.

    Of corrections that it has learnt from, what cross-validation said before it had is given: nobody is examined
    on what he was told. Raises Misconfigured where the folder holds no usable model.
    """
    found = SpacyClassifier.load(model).classify([row.text for row in rows])
    known = json.loads((model / META_FILE).read_text(encoding="utf-8")).get("held_out_corrections", {})
    return [_unlearnt(answer, known.get(row.theme)) for row, answer in zip(rows, found, strict=True)]


def _unlearnt(answer: Classification, held_out: list[Any] | None) -> Classification:
    if held_out is None:
        return answer
    level, category, needs_review = held_out
    return replace(answer, level=level, category=category, needs_review=needs_review)
