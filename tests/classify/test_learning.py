"""The learning loop on a small scale: a desk whose reports the corpus does not know corrects its classifier.

`bench/learning.py` shows the same with the whole corpus and 200 corrections.
"""

from pathlib import Path

import pytest

from classify.spacy_classifier import SpacyClassifier
from classify.training import compare, corpus
from classify.training.compare import Contest
from classify.training.corpus import Row
from classify.training.evaluate import answers
from classify.training.train import train, version_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]  # trains twice

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "classify" / "corpus"
# Corrections are a small part of what a desk's classifier learns from: of 2,400 reports they were a sixteenth, and
# moved the level of others by a hundredth.
CORRECTIONS, TRAINED_ON = 150, 5000


@pytest.fixture(scope="module")
def pumps() -> tuple[Row, ...]:
    """Mails that name a fault by the maker's own code alone, each a theme of its own as corrections are."""
    rows = [row for row in corpus.read(ROOT / "fixtures" / "corrections") if row.writer == "pumps"]
    return tuple(rows[number * 7 % len(rows)] for number in range(len(rows)))  # both languages throughout


@pytest.fixture(scope="module")
def some_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    lines = [line for path in corpus.files(CORPUS) for line in path.read_text("utf-8").splitlines()]
    (folder / "w.jsonl").write_text("\n".join(lines[:: len(lines) // TRAINED_ON][:TRAINED_ON]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def models(some_corpus: Path, pumps: tuple[Row, ...], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Champion and challenger: without the corrections, and with them."""
    folder = tmp_path_factory.mktemp("models")
    return (
        train(some_corpus, folder, lambda _done, _what: None),
        train(some_corpus, folder, lambda _done, _what: None, pumps[:CORRECTIONS]),
    )


def contest(models: tuple[Path, Path], rows: tuple[Row, ...]) -> Contest:
    champion, challenger = (tuple(answers(model, rows)) for model in models)
    return Contest("some reports", rows, champion, challenger)


def test_corrections_make_the_challenger_better_at_reports_of_their_kind(
    models: tuple[Path, Path], pumps: tuple[Row, ...]
) -> None:
    found = {(d.slice, d.question): d for d in compare.differences(contest(models, pumps[CORRECTIONS:]))}

    assert found["all", "level"].verdict == "better"
    assert found["all", "category"].verdict == "better"
    assert found["all", "level"].challenger >= found["all", "level"].champion + 0.2


def test_corrections_do_no_harm_elsewhere(models: tuple[Path, Path]) -> None:
    rows = corpus.read(CORPUS / "test")

    for difference in compare.differences(contest(models, rows))[:2]:
        assert difference.verdict != "worse"


def test_a_model_is_not_examined_on_what_it_was_told(models: tuple[Path, Path], pumps: tuple[Row, ...]) -> None:
    told = pumps[:CORRECTIONS]
    by_heart = SpacyClassifier.load(models[1]).classify([row.text for row in told])
    examined = answers(models[1], told)

    right, honest = (
        sum(answer.level == row.level for row, answer in zip(told, found, strict=True))
        for found in (by_heart, examined)
    )
    assert honest < right


def test_a_changed_mind_is_another_model(some_corpus: Path, pumps: tuple[Row, ...]) -> None:
    files = corpus.files(some_corpus)

    assert version_of(files, pumps[:2]) == version_of(files, pumps[:2])
    assert len({version_of(files), version_of(files, pumps[:1]), version_of(files, pumps[:2])}) == 3
