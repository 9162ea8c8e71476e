"""Training on a part of the corpus, and the classifier that comes of it."""

import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from classify.model import Classification, Classifier, Keyed, ReportText
from classify.spacy_classifier import SpacyClassifier
from classify.text import prepare
from classify.training import corpus
from classify.training.evaluate import answers, evaluate_model
from classify.training.train import train
from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Channel

CORPUS = Path(__file__).parents[2] / "classify" / "corpus"
TRAINED_ON = 900


@pytest.fixture(scope="module")
def some_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fourth report or so, from all writers."""
    folder = tmp_path_factory.mktemp("corpus")
    lines = [line for path in corpus.files(CORPUS) for line in path.read_text(encoding="utf-8").splitlines()]
    step = len(lines) // TRAINED_ON
    (folder / "w00.jsonl").write_text("\n".join(lines[::step][:TRAINED_ON]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model_folder(some_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(some_corpus, tmp_path_factory.mktemp("models"), lambda _done, _what: None)


@pytest.fixture(scope="module")
def classifier(model_folder: Path) -> Classifier:
    return SpacyClassifier.load(model_folder)


def said(classifier: Classifier, body: str, subject: str = "") -> Classification:
    (answer,) = classifier.classify([ReportText(Channel.EMAIL, subject, body)])
    return answer


@pytest.mark.long
def test_the_same_corpus_gives_the_same_model(some_corpus: Path, model_folder: Path, tmp_path: Path) -> None:
    reports = [row.text for row in corpus.read(CORPUS)[:40]]

    again = train(some_corpus, tmp_path, lambda _done, _what: None)

    assert again.name == model_folder.name
    first, second = SpacyClassifier.load(model_folder), SpacyClassifier.load(again)
    assert first.classify(reports) == second.classify(reports)


def test_several_threads_get_the_answers_that_one_gets(classifier: Classifier) -> None:
    reports = [[row.text for row in corpus.read(CORPUS)[start::60][:20]] for start in range(8)]
    one_by_one = [classifier.classify(batch) for batch in reports]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(classifier.classify, reports)) == one_by_one


def test_a_model_that_is_there_is_not_trained_again(some_corpus: Path, model_folder: Path) -> None:
    heard: list[str] = []

    again = train(some_corpus, model_folder.parent, lambda _done, what: heard.append(what))

    assert again == model_folder
    assert len(heard) == 1


@pytest.mark.long
def test_of_two_who_train_the_same_at_once_both_have_it(some_corpus: Path, model_folder: Path, tmp_path: Path) -> None:
    def other_is_faster(_done: float, what: str) -> None:
        if what.startswith("training on all"):
            shutil.copytree(model_folder, tmp_path / model_folder.name)

    model = train(some_corpus, tmp_path, other_is_faster)

    assert [path.name for path in tmp_path.iterdir()] == [model.name]
    assert SpacyClassifier.load(model).version == model_folder.name


def test_training_leaves_one_complete_folder_and_its_figures(model_folder: Path) -> None:
    meta = json.loads((model_folder / "meta.json").read_text(encoding="utf-8"))

    assert [path.name for path in model_folder.parent.iterdir()] == [model_folder.name]
    assert meta["version"] == model_folder.name
    assert meta["corpus_size"] == TRAINED_ON
    assert meta["held_out"]["overall"]["count"] == TRAINED_ON
    assert 0 < meta["calibration"]["most_risk"] < 2


@pytest.mark.long
def test_it_beats_chance_clearly_on_reports_it_never_saw(classifier: Classifier, some_corpus: Path) -> None:
    seen = {row.id for row in corpus.read(some_corpus)}
    fresh = [row for row in corpus.read(CORPUS)[::5] if row.id not in seen]

    scores = evaluate_model(classifier, fresh)

    assert scores.overall.level_accuracy > 0.5  # chance: 0.26
    assert scores.overall.category_accuracy > 0.5  # chance: 0.12
    assert scores.unreviewed.both_right > scores.overall.both_right
    assert "not reviewed" in scores.table()


def test_probabilities_sum_to_one_and_the_likeliest_label_is_given(classifier: Classifier) -> None:
    for answer in classifier.classify([row.text for row in corpus.read(CORPUS)[::40]]):
        assert set(answer.level_probs) == set(LEVELS)
        assert set(answer.category_probs) == set(CATEGORIES)
        assert math.isclose(sum(answer.level_probs.values()), 1, abs_tol=1e-6)
        assert math.isclose(sum(answer.category_probs.values()), 1, abs_tol=1e-6)
        assert answer.category == max(CATEGORIES, key=answer.category_probs.__getitem__)
        assert answer.confidence <= answer.level_probs[answer.level]


def test_a_batch_is_answered_in_its_order(classifier: Classifier) -> None:
    reports = [row.text for row in corpus.read(CORPUS)[::9]]

    together = classifier.classify(reports)

    for report, answer in list(zip(reports, together, strict=True))[::10]:
        (alone,) = classifier.classify([report])
        assert alone.level == answer.level
        assert alone.level_probs == pytest.approx(answer.level_probs, abs=1e-4)


@pytest.mark.parametrize("body", ["", "   \n", "???", "……", "\u200b"])
def test_a_report_without_text_is_left_to_a_person(classifier: Classifier, body: str) -> None:
    answer = said(classifier, body)

    assert answer.needs_review
    assert "no readable text" in answer.because
    assert (answer.level, answer.category) == (3, "usage")
    assert math.isclose(sum(answer.level_probs.values()), 1)


def test_no_report_is_no_answer(classifier: Classifier) -> None:
    assert classifier.classify([]) == []


@pytest.mark.parametrize("body", ["\ud800\udc00 broken", "x" * 200_000, "\x00\x01", "😀" * 50, "ديسك", "a\n" * 5000])
def test_no_text_is_too_odd(classifier: Classifier, body: str) -> None:
    assert said(classifier, body).level in LEVELS


@pytest.mark.parametrize(
    "body",
    [
        "核心交换机坏了，全院系统都用不了，门诊全部手写",
        "核心交換器壞了，全院系統都用不了，門診全部手寫",
        "The core switch is dead, nobody in the whole hospital can work, everything is done on paper",
    ],
)
def test_a_stopped_hospital_is_critical_in_every_language(classifier: Classifier, body: str) -> None:
    assert said(classifier, body).level == 1


@pytest.mark.parametrize(
    "body",
    [
        "请问在哪里下载用户手册？不急",
        "請問在哪裡下載使用手冊？不急",
        "Where can I download the manual? No rush, nothing is broken.",
    ],
)
def test_a_question_is_general_in_every_language(classifier: Classifier, body: str) -> None:
    assert said(classifier, body).level == 4


def test_evidence_is_a_piece_of_the_report_as_it_was_written(classifier: Classifier) -> None:
    for row in corpus.read(CORPUS)[::25]:
        shown = prepare(row.text).shown

        (answer,) = classifier.classify([row.text])

        assert all(piece.text in shown for piece in answer.evidence)
        assert all(piece.label.split(":")[0] in {"level", "category"} for piece in answer.evidence)
        assert all(0 < piece.weight <= 1 for piece in answer.evidence)


def test_traditional_evidence_is_shown_in_traditional(classifier: Classifier) -> None:
    answer = said(classifier, "核心交換器壞了，全院系統都用不了，門診全部手寫")

    assert any("門診" in piece.text or "全院系統" in piece.text for piece in answer.evidence)


def test_danger_is_raised_with_its_words_as_evidence(classifier: Classifier) -> None:
    answer = said(classifier, "請問使用手冊在哪裡下載？另外機櫃著火了")

    assert answer.level == 1
    assert answer.evidence[0].label == "level:1"
    assert answer.evidence[0].weight == 1.0
    assert "著火" in answer.evidence[0].text


def test_a_folder_that_is_no_model_is_refused_with_what_to_do(tmp_path: Path, model_folder: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(model_folder, half)
    shutil.rmtree(half / "category")

    with pytest.raises(Misconfigured, match="firstline train"):
        SpacyClassifier.load(tmp_path)
    with pytest.raises(Misconfigured, match="firstline train"):
        SpacyClassifier.load(half)


@pytest.mark.parametrize(
    ("file", "holds"),
    [
        ("level/textcat/cfg", None),
        ("level/vocab/vectors", b""),
        ("category/vocab/lookups.bin", b"\x00"),
        ("category/vocab/vectors", b"\x93NUMPY\x01\x00v\x00{'descr'"),
        ("meta.json", b'{"version": "x", "calib'),
    ],
)
def test_a_model_that_is_damaged_is_refused_with_what_to_do(
    tmp_path: Path, model_folder: Path, file: str, holds: bytes | None
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(model_folder, damaged)
    (damaged / file).unlink()
    if holds is not None:
        (damaged / file).write_bytes(holds)

    with pytest.raises(Misconfigured, match="firstline train"):
        SpacyClassifier.load(damaged)
    with pytest.raises(Misconfigured, match="firstline train"):
        answers(damaged, ())


@pytest.mark.parametrize("file", ["level/textcat/model", "category/vocab/vectors", "meta.json"])
def test_a_flipped_bit_in_the_weights_is_noticed(tmp_path: Path, model_folder: Path, file: str) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(model_folder, damaged)
    whole = bytearray((damaged / file).read_bytes())
    at = whole.rindex(b".") + 1 if file == "meta.json" else len(whole) // 2  # there: in a figure behind its point
    whole[at] ^= 1
    (damaged / file).write_bytes(whole)

    with pytest.raises(Misconfigured, match=r"not as it was written.*remove that folder"):
        SpacyClassifier.load(damaged)


def test_a_model_of_before_there_were_digests_is_loaded(tmp_path: Path, model_folder: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(model_folder, older)
    meta = json.loads((older / "meta.json").read_text("utf-8"))
    del meta["sha256"]
    (older / "meta.json").write_text(json.dumps(meta), "utf-8")

    assert SpacyClassifier.load(older).version == model_folder.name


def test_a_key_alone_is_level_one_to_be_looked_at_and_the_key_is_the_evidence(classifier: Classifier) -> None:
    pressed = Keyed(True, "The business is stopped.")

    (answer,) = classifier.classify([ReportText(Channel.PHONE, "", "", pressed)])

    assert (answer.level, answer.needs_review) == (1, True)
    assert sum(answer.level_probs.values()) == pytest.approx(1)
    assert [(piece.text, piece.label) for piece in answer.evidence] == [("The business is stopped.", "level:1")]


def test_a_key_weighs_on_what_the_words_say(classifier: Classifier) -> None:
    words = "The array is slow today and two hosts time out."
    stopped, running = Keyed(True, "stopped"), Keyed(False, "not stopped")

    plain, up, down = classifier.classify(
        [ReportText(Channel.PHONE, "", words, keyed) for keyed in (None, stopped, running)]
    )

    assert down.level_probs[1] < plain.level_probs[1] < up.level_probs[1]
    assert down.category_probs == plain.category_probs == up.category_probs


def test_what_is_saved_and_loaded_says_the_same(classifier: Classifier, tmp_path: Path) -> None:
    """Also where both questions hold their weights side by side, as they do once loaded."""
    assert isinstance(classifier, SpacyClassifier)
    reports = [
        ReportText(Channel.EMAIL, "Array down", "The array is down, nobody can work."),
        ReportText(Channel.EMAIL, "", "如何升级固件？"),
    ]

    classifier.save(tmp_path, {})

    assert SpacyClassifier.load(tmp_path).classify(reports) == classifier.classify(reports)
