"""What training knows of all reports at once: how often each piece occurs in each, as sparse matrices."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from spacy.vocab import Vocab

from classify.components.features import Vocabulary, rarity, worth
from classify.components.grams import KINDS, grams_of
from classify.components.layout import Ids
from classify.components.tokenizer import MixedTokenizer

# Twice is chance: a piece counts when it occurs in three reports.
LEAST_REPORTS = 3

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """`counts` has a matrix a kind of piece: a row a report, a column one of `keys`."""

    keys: Ids
    counts: tuple[csr_matrix, ...]

    @property
    def size(self) -> int:
        """How many reports were read."""
        return int(self.counts[0].shape[0])


def read(texts: Sequence[str]) -> Reading:
    """The pieces of prepared texts, in their order."""
    tokenize = MixedTokenizer(Vocab())
    kinds: list[list[Ids]] = [[] for _ in KINDS]
    for text in texts:
        for found, grams in zip(kinds, grams_of(tokenize(text)), strict=True):
            found.append(grams.ids)
    bounds = [np.concatenate([[0], np.cumsum([len(ids) for ids in found])]) for found in kinds]
    flat = [np.concatenate(found) for found in kinds]
    del kinds
    keys, columns = np.unique(np.concatenate(flat), return_inverse=True)
    shape = (len(texts), len(keys))
    places = np.cumsum([0, *(len(ids) for ids in flat)])
    counts = []
    for kind, bound in enumerate(bounds):
        of_kind = columns[places[kind] : places[kind + 1]].astype(np.int32)
        matrix = csr_matrix((np.ones(len(of_kind), np.float32), of_kind, bound), shape=shape)
        matrix.sum_duplicates()
        counts.append(matrix)
    return Reading(keys, tuple(counts))


def vocabulary_of(reading: Reading, rows: Rows) -> tuple[Vocabulary, bytes]:
    """The pieces that are known after these reports, and the digest of that vocabulary."""
    seen = np.zeros(len(reading.keys), np.int64)
    for matrix in reading.counts:
        seen += np.bincount(matrix[rows].indices, minlength=len(seen))
    kept = np.flatnonzero(seen >= LEAST_REPORTS)
    vocabulary = Vocabulary(reading.keys[kept], rarity(seen[kept], len(rows)))
    return vocabulary, hashlib.sha256(vocabulary.keys.tobytes() + vocabulary.rarity.tobytes()).digest()


def values_of(reading: Reading, rows: Rows, vocabulary: Vocabulary, kinds: Mapping[str, float] = KINDS) -> csr_matrix:
    """A row a report, a column a piece of the vocabulary: the values that `features.weigh` gives. `kinds` is the weight
    of each kind of piece; other than KINDS only where something is tried."""
    columns, known = vocabulary.find(reading.keys)
    kept = np.flatnonzero(known)
    values = csr_matrix((len(rows), len(vocabulary.keys)), dtype=np.float32)
    for matrix, weight in zip(reading.counts, kinds.values(), strict=True):
        part = matrix[rows][:, kept]
        of_report = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
        part.indices = columns[kept][part.indices].astype(part.indices.dtype)
        part.data = worth(part.data, vocabulary.rarity[part.indices], weight, of_report)
        values = values + part
    return values
