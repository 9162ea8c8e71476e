"""What the model that `make setup` has built reaches on the frozen test, which it has never seen."""

from pathlib import Path

import pytest

from classify.model import Classifier
from classify.training import corpus
from classify.training.evaluate import evaluate_model
from classify.training.scores import Scores

CORPUS = Path(__file__).parents[2] / "classify" / "corpus"


@pytest.fixture(scope="module")
def scores(classifier: Classifier) -> Scores:
    return evaluate_model(classifier, corpus.read(CORPUS / "test"))


def test_levels_are_right(scores: Scores) -> None:
    assert scores.overall.level_macro_f1 >= 0.85
    assert scores.kappa >= 0.90
    assert scores.overall.critical_recall >= 0.93
    assert scores.far_off <= 0.03


def test_categories_are_right_in_every_language_and_channel(scores: Scores) -> None:
    assert scores.overall.category_macro_f1 >= 0.88
    for part in (*scores.by_language.values(), *scores.by_channel.values()):
        assert part.category_macro_f1 >= scores.overall.category_macro_f1 - 0.05


def test_it_is_as_sure_as_it_is_right(scores: Scores) -> None:
    assert scores.level_calibration <= 0.05
    assert scores.category_calibration <= 0.05


def test_what_is_decided_alone_can_be_relied_on(scores: Scores) -> None:
    assert scores.unreviewed.both_right >= 0.95
    assert scores.unseen_critical <= 0.03
    assert scores.review_share <= 0.5


def test_a_few_words_are_understood(classifier: Classifier) -> None:
    found = evaluate_model(classifier, corpus.read(CORPUS / "terse"))

    assert found.overall.level_accuracy >= 0.93
    assert found.overall.critical_recall >= 0.93
    assert found.confusion[0][3] == 0  # nothing that stands still is filed as a question
    assert found.unseen_critical == 0
