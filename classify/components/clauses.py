"""The clauses that a report falls into: evidence names them, and what a report says is added up by them."""

from dataclasses import dataclass

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc

from classify.components.layout import Places, Text, changes, layout
from classify.components.sieve import Sieve

# Telephone transcripts have no punctuation; after so many tokens a clause ends anyway.
MOST_TOKENS = 24

_BREAKS = Sieve(get_string_id(mark) for text in ",.!?;:、。…\n" for mark in (text, text * 2))


@dataclass(frozen=True, slots=True)
class Clauses:
    """How one Doc falls into clauses: the clause of every token, and each clause's place in the text."""

    of_token: Places
    starts: Places
    ends: Places


def split(doc: Doc | Text) -> Clauses:
    """Clauses end at punctuation, at a line's end, at a blank between two ideographs, or when they grow long."""
    laid_out = layout(doc)
    count = len(laid_out.norms)
    if not count:
        nothing = np.zeros(0, np.int64)
        return Clauses(nothing, nothing, nothing)
    ends_clause = np.zeros(count, np.bool_)
    ends_clause[[place for place, _ in _BREAKS.find(laid_out.norms)]] = True
    codes = laid_out.chars
    is_han = np.zeros(len(codes) + 2, np.bool_)
    is_han[:-2] = (codes >= 0x3400) & (codes <= 0x9FFF)
    ends_clause |= laid_out.is_apart & is_han[laid_out.ends - 1] & is_han[laid_out.ends + 1]
    stops = np.append(np.flatnonzero(ends_clause), count)
    for stop in np.flatnonzero(np.diff(stops, prepend=-1) > MOST_TOKENS).tolist():
        start = stops[stop - 1] + 1 if stop else 0
        ends_clause[start + MOST_TOKENS - 1 : stops[stop] : MOST_TOKENS] = True

    of_token = np.zeros(count, np.int64)
    np.cumsum(ends_clause[:-1], out=of_token[1:])
    first = changes(of_token)
    return Clauses(of_token, laid_out.starts[first], laid_out.ends[np.append(first[1:], count) - 1])
