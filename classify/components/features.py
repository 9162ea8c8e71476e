"""The architecture of both pipelines: the pieces of a report, weighted by rarity, under one linear layer.

Linear on purpose: what each piece contributed can be read off exactly, which is the evidence people are
shown, and nothing that was tried beside it did better on unseen writers (docs/decisions/0011).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model

from classify.components.grams import KINDS, Grams, Ids, Places, grams_of

Floats = npt.NDArray[np.floating]
LinearModel = Model[Any, Any]

_CACHE = "firstline_weighed"
_WEIGHTS = tuple(KINDS.values())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces a model knows: sorted ids, and how rare each is (smoothed idf)."""

    keys: Ids
    rarity: npt.NDArray[np.float32]

    def find(self, ids: Ids) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The row of each id, and whether it is known at all."""
        if not len(self.keys):
            return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
        rows = np.minimum(np.searchsorted(self.keys, ids), len(self.keys) - 1)
        return rows, self.keys[rows] == ids


@dataclass(frozen=True, slots=True)
class Weighed:
    """The pieces of one Doc that a model knows: rows of its weight matrix, values, and the tokens they begin at."""

    rows: Places
    values: npt.NDArray[np.float32]
    starts: Places


def rarity(reports: Places, of: int) -> npt.NDArray[np.float32]:
    """How rare pieces are that occur in so many `reports` of `of`: smoothed idf."""
    return (np.log((1 + of) / (1 + reports)) + 1).astype(np.float32)


def worth(counts: Floats | Places, rare: npt.NDArray[np.float32], weight: float, of_report: Places) -> Floats:
    """(1 + ln count) · rarity of pieces of one kind; those of each report are brought to the length `weight`."""
    values = (1 + np.log(counts)) * rare
    length = np.sqrt(np.bincount(of_report, values**2))
    return np.asarray(values * (weight / length[of_report]), dtype=np.float32)


def weigh(model: LinearModel, doc: Doc) -> Weighed:
    """What the model sees of a Doc; a piece's value is shared out over its places. Both questions share the work."""
    cached: tuple[bytes, Weighed] | None = doc.user_data.get(_CACHE)
    if cached is not None and cached[0] == model.attrs["digest"]:
        return cached[1]
    vocabulary = Vocabulary(model.attrs["keys"], model.attrs["rarity"])
    parts = [_weigh(vocabulary, grams, weight) for grams, weight in zip(grams_of(doc), _WEIGHTS, strict=True)]
    weighed = Weighed(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    doc.user_data[_CACHE] = (model.attrs["digest"], weighed)
    return weighed


def _weigh(vocabulary: Vocabulary, grams: Grams, weight: float) -> tuple[Places, Floats, Places]:
    # Sorted, they are found in a vocabulary of half a million in a fifth of the time, and stand together to be counted.
    order = np.argsort(grams.ids)
    rows, known = vocabulary.find(grams.ids[order])
    rows, starts = rows[known], grams.starts[order][known]
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    counts = np.diff(first, append=len(rows))
    values = worth(counts, vocabulary.rarity[rows[first]], weight, np.zeros(len(first), np.int64)) / counts
    return rows, np.repeat(values.astype(np.float32), counts), starts


def build(nO: int | None = None) -> LinearModel:
    """A linear layer and softmax over the pieces of Docs. `nO`, spaCy's name: how many labels.

    `install` gives it its vocabulary and weights: the layer is fitted in one go, not by small steps.
    """
    return Model(
        "report_textcat",
        _forward,
        init=_init,
        dims={"nO": nO},
        params={"W": None, "b": None},
        attrs={"keys": np.zeros(0, np.uint64), "rarity": np.zeros(0, np.float32), "digest": b"", "multi_label": False},
    )


registry.architectures.register("firstline.ReportTextCat.v2", func=build)


def install(model: LinearModel, vocabulary: Vocabulary, digest: bytes, weights: Floats, bias: Floats) -> None:
    """Give the model what was learnt: `weights` has a row a piece and a column a label.

    `digest` names the vocabulary, so that two models of the same one need not look at a Doc twice.
    """
    model.attrs["keys"], model.attrs["rarity"], model.attrs["digest"] = vocabulary.keys, vocabulary.rarity, digest
    learnt: Any = np.ascontiguousarray(weights, np.float32), np.ascontiguousarray(bias, np.float32)
    model.set_param("W", learnt[0])
    model.set_param("b", learnt[1])


def parameters(model: LinearModel) -> tuple[Floats, Floats]:
    """The weights, a row a piece and a column a label, and the bias of each label."""
    return np.asarray(model.get_param("W")), np.asarray(model.get_param("b"))


def softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Probabilities along the last axis, in the precision given."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _init(model: LinearModel, X: Any = None, Y: Any = None) -> None:
    if Y is not None and model.has_dim("nO") is None:
        model.set_dim("nO", Y.shape[1])
    blank: Any = np.zeros((0, model.get_dim("nO")), np.float32), np.zeros(model.get_dim("nO"), np.float32)
    model.set_param("W", blank[0])
    model.set_param("b", blank[1])


def _forward(model: LinearModel, docs: Sequence[Doc], is_train: bool) -> tuple[Floats, Callable[[Floats], list[Doc]]]:
    weights, bias = parameters(model)
    logits = np.empty((len(docs), len(bias)), np.float32)
    for place, doc in enumerate(docs):
        seen = weigh(model, doc)
        logits[place] = seen.values @ weights[seen.rows] + bias
    return softmax(logits), lambda _gradient: []
