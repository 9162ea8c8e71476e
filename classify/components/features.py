"""The architecture of both pipelines: words, pairs of words and concepts of a report under one linear layer.

Linear on purpose: 1,300 reports do not feed more (sub-word features measured worse), and what each
piece of a text contributed can be read off exactly; that is the evidence people are shown.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import NORM
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model

from classify.components.concepts import CONCEPTS, NEGATIONS
from classify.components.tokenizer import norms

Ids = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating]
LinearModel = Model[Any, Any]

# Once is chance: a feature counts when it occurs in two reports.
LEAST_REPORTS = 2

_PAIR = np.uint64(0x9E3779B97F4A7C15)  # golden ratio: spreads two ids over 64 bits
_NEGATED = 0x5851F42D4C957F2D
_NEWLINE = np.uint64(get_string_id("\n"))
_NEGATION_REACH = 3  # tokens: `no data was lost`, 没有发现丢包
_CACHE = "firstline_features"


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one Doc: feature ids[i] stands on the tokens starts[i] to ends[i] (exclusive)."""

    ids: Ids
    starts: Places
    ends: Places


@dataclass(frozen=True, slots=True)
class Weighed:
    """Features a model knows, of several Docs in a row: rows of its weight matrix, values, and docs' bounds."""

    rows: Places
    values: Floats
    starts: Places
    ends: Places
    bounds: Places


def features_of(doc: Doc) -> Features:
    """Words, pairs of neighbours on the same line, and concepts, each negated one under another id."""
    cached: Features | None = doc.user_data.get(_CACHE)
    if cached is None:
        cached = doc.user_data[_CACHE] = _extract(doc)
    return cached


def learn_vocabulary(model: LinearModel, docs: Sequence[Doc]) -> None:
    """Fix which features the model has and how rare each is (smoothed idf). Before `initialize`."""
    seen: Counter[int] = Counter()
    for doc in docs:
        seen.update(np.unique(features_of(doc).ids).tolist())
    keys = np.array(sorted(key for key, count in seen.items() if count >= LEAST_REPORTS), dtype=np.uint64)
    counts = np.array([seen[key] for key in keys.tolist()], dtype=np.float32)
    model.attrs["keys"] = keys
    model.attrs["rarity"] = (np.log((1 + len(docs)) / (1 + counts)) + 1).astype(np.float32)


def weigh(model: LinearModel, docs: Sequence[Doc]) -> Weighed:
    """What the model sees of each Doc: (1 + ln count) · idf a feature, shared out over its places, unit length."""
    keys, rarity = model.attrs["keys"], model.attrs["rarity"]
    rows, values, starts, ends, bounds = [], [], [], [], [0]
    for doc in docs:
        found = features_of(doc)
        at = np.minimum(np.searchsorted(keys, found.ids), max(len(keys) - 1, 0))
        known = keys[at] == found.ids if len(keys) else np.zeros(len(found.ids), dtype=bool)
        at = at[known]
        unique, back, counts = np.unique(at, return_inverse=True, return_counts=True)
        weights = (1 + np.log(counts)) * rarity[unique]
        length = float(np.sqrt((weights**2).sum())) or 1.0
        rows.append(at)
        values.append((weights / (counts * length))[back].astype(np.float32))
        starts.append(found.starts[known])
        ends.append(found.ends[known])
        bounds.append(bounds[-1] + len(at))
    return Weighed(
        np.concatenate(rows), np.concatenate(values), np.concatenate(starts), np.concatenate(ends), np.array(bounds)
    )


def build(nO: int | None = None) -> LinearModel:
    """A linear layer and softmax over the features of Docs. `nO`, spaCy's name: how many labels.

    `learn_vocabulary` comes before `initialize`.
    """
    return Model(
        "report_textcat",
        _forward,
        init=_init,
        dims={"nO": nO},
        params={"W": None, "b": None},
        attrs={"keys": np.zeros(0, np.uint64), "rarity": np.zeros(0, np.float32), "multi_label": False},
    )


registry.architectures.register("firstline.ReportTextCat.v1", func=build)


def parameters(model: LinearModel) -> tuple[Floats, Floats]:
    """The weights, a row a feature and a column a label, and the bias of each label."""
    return np.asarray(model.get_param("W")), np.asarray(model.get_param("b"))


def softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Probabilities along the last axis, in the precision given."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _init(model: LinearModel, X: Any = None, Y: Any = None) -> None:
    if Y is not None and model.has_dim("nO") is None:
        model.set_dim("nO", Y.shape[1])
    labels = model.get_dim("nO")
    blank: Any = np.zeros((len(model.attrs["keys"]), labels), np.float32), np.zeros(labels, np.float32)
    model.set_param("W", blank[0])
    model.set_param("b", blank[1])


def _forward(model: LinearModel, docs: Sequence[Doc], is_train: bool) -> tuple[Floats, Callable[[Floats], list[Doc]]]:
    weights, bias = parameters(model)
    seen = weigh(model, docs)
    scores = softmax(sums(weights[seen.rows] * seen.values[:, None], seen.bounds) + bias)

    def backprop(d_scores: Floats) -> list[Doc]:
        # (probability - truth) is already the gradient of the cross entropy for the layer's sums.
        d_places = np.repeat(d_scores, np.diff(seen.bounds), axis=0) * seen.values[:, None]
        d_weights = [np.bincount(seen.rows, d_places[:, label], minlength=len(weights)) for label in range(len(bias))]
        gradients: Any = np.stack(d_weights, axis=1).astype(np.float32), d_scores.sum(axis=0)
        model.inc_grad("W", gradients[0])
        model.inc_grad("b", gradients[1])
        return []

    return scores, backprop


def sums(values: Floats, bounds: Places) -> Floats:
    """The sum of values[bounds[i]:bounds[i + 1]] for every i; an empty stretch sums to zero."""
    running = np.zeros((len(values) + 1, values.shape[1]), np.float64)
    np.cumsum(values, axis=0, out=running[1:])
    return np.asarray(running[bounds[1:]] - running[bounds[:-1]], dtype=np.float32)


def _extract(doc: Doc) -> Features:
    ids = doc.to_array([NORM]).astype(np.uint64).reshape(len(doc))
    places = np.arange(len(ids), dtype=np.int64)
    words = places[ids != _NEWLINE]
    pairs = places[:-1][(ids[:-1] != _NEWLINE) & (ids[1:] != _NEWLINE)]
    with np.errstate(over="ignore"):
        pair_ids = ids[pairs] * _PAIR + ids[pairs + 1]
    concepts = _concepts(ids.tolist())
    concept_ids = np.array([hit[0] for hit in concepts], dtype=np.uint64)
    concept_starts = np.array([hit[1] for hit in concepts], dtype=np.int64)
    concept_ends = np.array([hit[2] for hit in concepts], dtype=np.int64)
    return Features(
        np.concatenate([ids[words], pair_ids, concept_ids]),
        np.concatenate([words, pairs, concept_starts]),
        np.concatenate([words + 1, pairs + 2, concept_ends]),
    )


def _concepts(ids: list[int]) -> list[tuple[int, int, int]]:
    hits = []
    for start, first in enumerate(ids):
        for phrase, meanings in _PHRASES.get(first, ()):
            end = start + len(phrase)
            if ids[start:end] == phrase:
                is_negated = not _NEGATION_IDS.isdisjoint(ids[max(0, start - _NEGATION_REACH) : start])
                hits += [(meaning ^ _NEGATED if is_negated else meaning, start, end) for meaning in meanings]
    return hits


def _phrase_table() -> dict[int, list[tuple[list[int], list[int]]]]:
    meanings: dict[tuple[int, ...], list[int]] = {}
    for name, phrases in CONCEPTS.items():
        meaning = get_string_id(f"concept:{name}")
        for phrase in dict.fromkeys(tuple(map(get_string_id, norms(text))) for text in phrases):
            meanings.setdefault(phrase, []).append(meaning)
    table: dict[int, list[tuple[list[int], list[int]]]] = {}
    for phrase, of_phrase in meanings.items():
        table.setdefault(phrase[0], []).append((list(phrase), of_phrase))
    return table


_PHRASES = _phrase_table()
_NEGATION_IDS = frozenset(get_string_id(word) for text in NEGATIONS for word in norms(text))
