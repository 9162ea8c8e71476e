"""The classifier that ships: two spaCy text classifiers, calibrated, with evidence and a safety lexicon."""

from classify import spacy_alone as spacy_alone  # isort: skip - it has to be before spaCy

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import spacy
from spacy.language import Language
from spacy.vocab import Vocab

from classify import caution, decide, evidence, keyed, matters, whole
from classify.components.features import Floats, LinearModel, share
from classify.components.layout import Text
from classify.decide import Calibration, Choice
from classify.model import Classification, Evidence, Keyed, ReportText
from classify.text import PreparedText, prepare
from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Channel

LEVEL_LABELS = tuple(str(level) for level in LEVELS)
LEVEL_FOLDER, CATEGORY_FOLDER, META_FILE = "level", "category", "meta.json"

_MOST_FOR_LEVEL = 3
_MOST_FOR_CATEGORY = 2
_BATCH = 64  # PERFORMANCE.md: large batches of long texts lose
_EDGES = " \n,.!?;:、。，！？；：…()（）【】\"'“”-*#>"


class SpacyClassifier:
    """Implements `classify.model.Classifier`. May be called from several threads at once."""

    def __init__(self, level: Language, category: Language, limits: Calibration, version: str) -> None:
        self._pipelines = level, category
        self.version = version
        self.limits = limits
        self._questions = (
            _Question(level, LEVEL_LABELS),
            _Question(category, CATEGORIES),
        )
        share(*(question.model for question in self._questions))

    @classmethod
    def load(cls, path: Path) -> "SpacyClassifier":
        """The model in a folder that `classify.training.train` wrote. Raises Misconfigured if it is none."""
        try:
            meta = json.loads((path / META_FILE).read_text(encoding="utf-8"))
            whole.check(path, meta)
            limits, version = Calibration(**meta["calibration"]), str(meta["version"])
            vocab = Vocab()
            level = spacy.load(path / LEVEL_FOLDER, vocab=vocab)
            category = spacy.load(path / CATEGORY_FOLDER, vocab=vocab)
            return cls(level, category, limits, version)
        except Exception as error:  # of a damaged file spaCy and NumPy raise whatever its bytes lead them to
            raise Misconfigured(
                f"{path} holds no usable model ({error}): remove that folder, and train one with `firstline train`"
            ) from error

    def save(self, path: Path, facts: dict[str, Any]) -> None:
        """Write the model into an existing folder, `facts` beside the version into its meta.json."""
        for name, pipeline in zip((LEVEL_FOLDER, CATEGORY_FOLDER), self._pipelines, strict=True):
            pipeline.to_disk(path / name)
        meta = {"version": self.version, "calibration": asdict(self.limits), **facts}
        (path / META_FILE).write_text(
            json.dumps(whole.sealed(path, meta), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )

    def classify(self, reports: Sequence[ReportText]) -> list[Classification]:
        """One classification a report, in the order given. Matters that a person numbers are read one by one, too."""
        texts = [prepare(report) for report in reports]
        answers = self._in_batches(texts)
        for index, (report, text) in enumerate(zip(reports, texts, strict=True)):
            places = () if report.channel is Channel.MACHINE or text.keyed else matters.numbered(text.text)
            if places:
                single = [PreparedText(text.text[start:end], text.shown[start:end]) for start, end in places]
                said = zip((one.shown for one in single), self._in_batches(single), strict=True)
                answers[index] = matters.gravest(answers[index], list(said))
        return answers

    def _in_batches(self, texts: Sequence[PreparedText]) -> list[Classification]:
        # Similar lengths side by side; the answers go back to their places.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index].text))
        answers: dict[int, Classification] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            answers.update(zip(batch, self._classify([texts[index] for index in batch]), strict=True))
        return [answers[index] for index in range(len(texts))]

    def _classify(self, texts: Sequence[PreparedText]) -> list[Classification]:
        read = [Text(text.text) for text in texts]
        level, category = (question.probabilities(read) for question in self._questions)
        reasons = [
            evidence.explain(question.model, read, probs, most)
            for question, probs, most in zip(
                self._questions, (level, category), (_MOST_FOR_LEVEL, _MOST_FOR_CATEGORY), strict=True
            )
        ]
        return [
            self._answer(text, *row)
            for text, *row in zip(texts, level.tolist(), category.tolist(), *reasons, strict=True)
        ]

    def _answer(
        self,
        text: PreparedText,
        level_row: list[float],
        category_row: list[float],
        level_reasons: list[evidence.Clause],
        category_reasons: list[evidence.Clause],
    ) -> Classification:
        level_probs = dict(zip(LEVELS, level_row, strict=True))
        category_probs = dict(zip(CATEGORIES, category_row, strict=True))
        if text.is_empty:
            return self._unreadable(text.keyed)
        likeliest = max(LEVELS, key=level_probs.__getitem__)
        words_alone, level_probs = level_probs, _weighed(level_probs, text.keyed)
        cautions = caution.find(text.text)
        choice = decide.choose(level_probs, category_probs, cautions, self.limits)
        if text.keyed is not None:
            choice = decide.keyed(words_alone, choice, level_probs)
        pieces = [
            *(Evidence(text.piece(hit.start, hit.end), f"level:{hit.level}", 1.0) for hit in cautions),
            *_pieces(text, level_reasons, f"level:{likeliest}"),
            *_pieces(text, category_reasons, f"category:{choice.category}"),
            *_pressed(text.keyed, words_alone, level_probs),
        ]
        return self._classification(choice, level_probs, category_probs, tuple(pieces))

    def _unreadable(self, by_key: Keyed | None) -> Classification:
        """Without a word of the reporter's a key is all there is."""
        even = dict.fromkeys(LEVELS, 1 / len(LEVELS))
        level_probs = _weighed(even, by_key)
        choice = decide.unreadable("The report holds no readable text.")
        if by_key is not None:
            level = min(LEVELS, key=lambda given: decide.expected_cost(level_probs, given))
            choice = decide.unreadable("Only a key was pressed, and no word understood.", level)
        category_probs = dict.fromkeys(CATEGORIES, 1 / len(CATEGORIES))
        return self._classification(choice, level_probs, category_probs, _pressed(by_key, even, level_probs))

    def _classification(
        self,
        choice: Choice,
        level_probs: dict[int, float],
        category_probs: dict[str, float],
        pieces: tuple[Evidence, ...],
    ) -> Classification:
        return Classification(
            level=choice.level,
            category=choice.category,
            level_probs=level_probs,
            category_probs=category_probs,
            needs_review=choice.needs_review,
            because=choice.because,
            evidence=pieces,
            model=self.version,
        )


class _Question:
    """One pipeline, and its labels in our order."""

    def __init__(self, nlp: Language, labels: Sequence[str]) -> None:
        textcat = cast(Any, nlp.get_pipe("textcat"))
        self.model: LinearModel = textcat.model
        if tuple(textcat.labels) != tuple(labels):
            raise ValueError(f"the model knows the labels {textcat.labels}, not {tuple(labels)}")

    def probabilities(self, texts: Sequence[Text]) -> Floats:
        """A row a text, a column a label; each row sums to 1."""
        return np.asarray(self.model.predict(texts), np.float64)


def _weighed(level_probs: dict[int, float], by_key: Keyed | None) -> dict[int, float]:
    return keyed.weigh(level_probs, by_key.is_stopped) if by_key is not None else level_probs


def _pressed(by_key: Keyed | None, before: dict[int, float], after: dict[int, float]) -> tuple[Evidence, ...]:
    """The key as evidence for the level that has gained most by it."""
    if by_key is None:
        return ()
    level = max(LEVELS, key=lambda each: after[each] - before[each])
    return (Evidence(by_key.words, f"level:{level}", after[level] - before[level]),)


def _pieces(text: PreparedText, clauses: Sequence[evidence.Clause], label: str) -> list[Evidence]:
    pieces = []
    for clause in clauses:
        piece = text.piece(clause.start, clause.end).strip(_EDGES)
        if piece:
            pieces.append(Evidence(piece, label, clause.weight))
    return pieces
