"""The architecture of both pipelines: the pieces of a report, weighted by rarity, under one linear layer.

Linear on purpose: what each piece contributed can be read off exactly, which is the evidence people are
shown, and nothing that was tried beside it did better on unseen writers (docs/decisions/0011).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model

from classify.components.clauses import Clauses, split
from classify.components.grams import KINDS, grams_of
from classify.components.layout import Ids, Places, Text, changes

Floats = npt.NDArray[np.floating]
LinearModel = Model[Any, Any]

_SAID, _JOINT = "firstline_said", "joint"
_WEIGHTS = np.array(list(KINDS.values()))
# A piece in one number of 32 bits: its kind above its row in the vocabulary.
_KIND_BIT = 29
_ROW = (1 << _KIND_BIT) - 1


class Vocabulary:
    """The pieces a model knows: `keys`, their ids in order, and how rare each is (smoothed idf).

    Ids are hashes, so their leading bits say nearly where they are: what is left to look at is a key or two, where
    halving takes twenty steps through a vocabulary that no cache of a processor holds.
    """

    def __init__(self, keys: Ids, rarity: npt.NDArray[np.float32]) -> None:
        self.keys = keys
        self.rarity = rarity
        bits = max(1, len(keys).bit_length())
        self._shift = np.uint64(64 - bits)
        sizes = np.bincount(self._bucket(keys), minlength=1 << bits)
        self._starts = (np.cumsum(sizes) - sizes).astype(np.int32)

    def find(self, ids: Ids) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The row of each id, and whether it is known at all; what is not has a row that means nothing."""
        rows = self._starts[self._bucket(ids)].astype(np.int64)
        if not len(self.keys):
            return rows, np.zeros(len(ids), bool)
        keys = self.keys.take(rows, mode="clip")
        behind = np.flatnonzero((keys < ids) & (ids <= self.keys[-1]))
        while len(behind):
            rows[behind] += 1
            keys[behind] = self.keys.take(rows[behind], mode="clip")
            behind = behind[keys[behind] < ids[behind]]
        return rows, keys == ids

    def _bucket(self, ids: Ids) -> Places:
        return (ids >> self._shift).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The pieces of one Doc that a model knows: rows of its weight matrix, values, and the tokens they begin at."""

    rows: Places
    values: npt.NDArray[np.float32]
    starts: Places


def rarity(reports: Places, of: int) -> npt.NDArray[np.float32]:
    """How rare pieces are that occur in so many `reports` of `of`: smoothed idf."""
    return (np.log((1 + of) / (1 + reports)) + 1).astype(np.float32)


def worth(
    counts: Floats | Places, rare: npt.NDArray[np.float32], weight: Floats | float, of_group: Places
) -> npt.NDArray[np.float32]:
    """(1 + ln count) · rarity of pieces; those of each group (one kind in one report) are brought to the length
    `weight`, which may be one for each piece."""
    values = (1 + np.log(counts)) * rare
    length = np.sqrt(np.bincount(of_group, values**2))
    return np.asarray(values * (weight / length[of_group]), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Joint:
    """The weights of models of one vocabulary side by side: one look at a place in memory finds what a piece says to
    all questions. Of a model's own are the `columns`."""

    weights: Floats
    columns: slice


def said(model: LinearModel, doc: Doc | Text) -> tuple[Clauses, Floats]:
    """The clauses of a Doc, and what each says to each label of a model: a row a clause, a column a label. Their sum
    and the bias are the logits. Models that `share` share the work."""
    joint: _Joint = model.attrs.get(_JOINT) or _Joint(parameters(model)[0], slice(None))
    cached: tuple[Floats, Clauses, Floats] | None = doc.user_data.get(_SAID)
    if cached is None or cached[0] is not joint.weights:
        clauses, seen = split(doc), weigh(model, doc)
        cached = doc.user_data[_SAID] = joint.weights, clauses, _by_clause(joint.weights, seen, clauses)
    return cached[1], cached[2][:, joint.columns]


def _by_clause(weights: Floats, seen: Weighed, clauses: Clauses) -> Floats:
    # Numbers of 16 bits are sorted without comparing them.
    of_clause = clauses.of_token[seen.starts].astype(np.uint16)
    order = np.argsort(of_clause, kind="stable")
    values, spoken = seen.values[order], weights.take(seen.rows[order], axis=0)
    added = np.empty((len(clauses.starts), weights.shape[1]), np.float32)
    begin = 0
    for clause, end in enumerate(np.cumsum(np.bincount(of_clause, minlength=len(added))).tolist()):
        np.dot(values[begin:end], spoken[begin:end], out=added[clause])
        begin = end
    return added


def weigh(model: LinearModel, doc: Doc | Text) -> Weighed:
    """What the model sees of a Doc; a piece's value is shared out over its places."""
    vocabulary, grams = _vocabulary(model, model.attrs["digest"]), grams_of(doc)
    pieces, known = vocabulary.find(np.concatenate([each.ids for each in grams]))
    # The same piece is another one in another kind; sorted, they stand together to be counted.
    pieces |= np.repeat(np.arange(len(grams)) << _KIND_BIT, [len(each.ids) for each in grams])
    pieces = pieces[known]
    order = _order(pieces)
    pieces, starts = pieces[order], np.concatenate([each.starts for each in grams])[known][order]
    first = changes(pieces)
    counts = np.append(first[1:], len(pieces)) - first
    rows, kind = pieces & _ROW, pieces[first] >> _KIND_BIT
    values = worth(counts, vocabulary.rarity[rows[first]], _WEIGHTS[kind], kind) / counts
    return Weighed(rows, np.repeat(values.astype(np.float32), counts), starts)


def _order(numbers: Places) -> Places:
    """What sorts numbers of 32 bits. Those of 16 are sorted without comparing them."""
    return np.lexsort((numbers.astype(np.uint16), (numbers >> 16).astype(np.uint16)))


# One, since both questions share it, and a classifier that is no longer used shall not be kept.
@lru_cache(maxsize=1)
def _vocabulary(model: LinearModel, _digest: bytes) -> Vocabulary:
    return Vocabulary(model.attrs["keys"], model.attrs["rarity"])


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


def share(model: LinearModel, other: LinearModel) -> None:
    """Let two models of the same vocabulary hold it once, and look at a Doc once."""
    if model.attrs["digest"] != other.attrs["digest"]:
        return
    other.attrs["keys"], other.attrs["rarity"] = model.attrs["keys"], model.attrs["rarity"]
    parts = parameters(model)[0], parameters(other)[0]
    weights = np.hstack(parts)
    begin = 0
    for each, part in zip((model, other), parts, strict=True):
        columns = slice(begin, begin + part.shape[1])
        own: Any = weights[:, columns]
        each.set_param("W", own)
        each.attrs[_JOINT] = _Joint(weights, columns)  # which thinc does not store, for it is no plain value
        begin = columns.stop


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


def _forward(
    model: LinearModel, docs: Sequence[Doc | Text], is_train: bool
) -> tuple[Floats, Callable[[Floats], list[Doc]]]:
    bias = parameters(model)[1]
    logits = np.empty((len(docs), len(bias)), np.float32)
    for place, doc in enumerate(docs):
        logits[place] = said(model, doc)[1].sum(axis=0) + bias
    return softmax(logits), lambda _gradient: []
