"""Which clauses of a report decided: what the winning label would lose without each of them.

The model is linear, so leaving a clause out is a subtraction; nothing is classified a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.attrs import LENGTH, NORM, SPACY
from spacy.strings import get_string_id
from spacy.tokens import Doc

from classify.components.features import Floats, LinearModel, parameters, softmax, weigh
from classify.components.grams import Places, code_points
from classify.components.tokenizer import text_of

LEAST_WEIGHT = 0.02
# Telephone transcripts have no punctuation; after so many tokens a clause ends anyway.
MOST_TOKENS = 24

_BREAKS = frozenset(get_string_id(mark) for text in ",.!?;:、。…\n" for mark in (text, text * 2))


@dataclass(frozen=True, slots=True)
class Clause:
    """text[start:end] of the Doc and its weight: the probability that the label would lose without it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Clauses:
    """How one Doc falls into clauses: the clause of every token, and each clause's place in the text."""

    of_token: Places
    starts: Places
    ends: Places


def split(doc: Doc) -> Clauses:
    """Clauses end at punctuation, at a line's end, at a blank between two ideographs, or when they grow long."""
    if not len(doc):
        nothing = np.zeros(0, np.int64)
        return Clauses(nothing, nothing, nothing)
    columns = doc.to_array([NORM, SPACY, LENGTH])
    spaces, lengths = columns[:, 1].astype(np.int64), columns[:, 2].astype(np.int64)
    token_ends = np.cumsum(lengths + spaces) - spaces
    token_starts = token_ends - lengths

    ends_clause = np.array([norm in _BREAKS for norm in columns[:, 0].tolist()])
    codes = np.append(code_points(text_of(doc)), [0, 0])
    is_han = (codes >= 0x3400) & (codes <= 0x9FFF)
    ends_clause |= (spaces > 0) & is_han[token_ends - 1] & is_han[token_ends + 1]
    stops = np.append(np.flatnonzero(ends_clause), len(doc))
    for stop in np.flatnonzero(np.diff(stops, prepend=-1) > MOST_TOKENS).tolist():
        start = stops[stop - 1] + 1 if stop else 0
        ends_clause[start + MOST_TOKENS - 1 : stops[stop] : MOST_TOKENS] = True

    of_token = np.concatenate([[0], np.cumsum(ends_clause)[:-1]]).astype(np.int64)
    first = np.flatnonzero(np.diff(of_token, prepend=-1))
    return Clauses(of_token, token_starts[first], token_ends[np.append(first[1:], len(doc)) - 1])


def explain(
    model: LinearModel,
    docs: Sequence[Doc],
    clauses: Sequence[Clauses],
    probs: Floats,
    chosen: Sequence[int],
    most: int,
) -> list[list[Clause]]:
    """For each Doc at most `most` clauses that spoke for its chosen label, the weightiest first.

    `probs` has a row a Doc and a column a label; `chosen` is the label's column.
    """
    weights, _ = parameters(model)
    reasons = []
    for doc, found, row, label in zip(docs, clauses, probs, chosen, strict=True):
        seen = weigh(model, doc)
        parts = weights.take(seen.rows, axis=0) * seen.values[:, None]
        of_clause = found.of_token[seen.starts]
        spoken = [np.bincount(of_clause, column, minlength=len(found.starts)) for column in parts.T]
        without = softmax(np.log(row + 1e-9) - np.stack(spoken, axis=1))
        reasons.append(_weightiest(found, row[label] - without[:, label], most))
    return reasons


def _weightiest(clauses: Clauses, lost: npt.NDArray[np.floating], most: int) -> list[Clause]:
    order = np.argsort(-lost, kind="stable")[:most]
    return [
        Clause(int(clauses.starts[index]), int(clauses.ends[index]), round(float(lost[index]), 4))
        for index in order
        if lost[index] >= LEAST_WEIGHT
    ]
