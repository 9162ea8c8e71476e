"""What the model reads of a report: words, word pairs near each other, runs of characters, concepts, and codes.

Every piece is a 64-bit id and the token it begins at. The kinds are kept apart, since each is brought to unit
length by itself: five thousand runs of characters must not drown a hundred words.
"""

import re
from dataclasses import dataclass

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc

from classify.components.concepts import CONCEPTS, NEGATIONS
from classify.components.layout import Ids, Layout, Places, Text, layout
from classify.components.sieve import Sieve
from classify.components.tokenizer import norms

NEAR = 5  # tokens: `payments … not … arrive` is a pair whatever stands between
SHORTEST, LONGEST = 2, 5  # characters of a run

_PAIR = np.uint64(0x9E3779B97F4A7C15)  # golden ratio: spreads two ids over 64 bits
_NEAR = np.uint64(0xD6E8FEB86659FD93)
_RUN = np.uint64(0xC2B2AE3D27D4EB4F)
_NEGATED = 0x5851F42D4C957F2D
_NEWLINE = np.uint64(get_string_id("\n"))
_NEGATION_REACH = (1, 2, 3)  # tokens on: `no data was lost`, 没有发现丢包
_BLANK, _LINE_END = 32, 10
_CODE = re.compile(r"(?a:\b)[a-z]{1,8}[-_]?\d{1,8}(?![a-z0-9_])")  # in lower case

_Phrases = list[tuple[list[int], list[int]]]


@dataclass(frozen=True, slots=True)
class Grams:
    """The pieces of one kind: ids[i] begins at the token starts[i]."""

    ids: Ids
    starts: Places


def grams_of(doc: Doc | Text) -> tuple[Grams, ...]:
    """The pieces of a Doc, one entry a kind, always in the order of `KINDS`."""
    laid_out = layout(doc)
    ids = laid_out.norms
    is_word = ids != _NEWLINE
    words = np.flatnonzero(is_word)
    with np.errstate(over="ignore"):
        pairs = ids[:-1] * _PAIR + ids[1:]
        neighbours = np.flatnonzero(is_word[:-1] & is_word[1:])
        return (
            Grams(ids[words], words),
            Grams(pairs[neighbours], neighbours),
            _near(ids[words], words),
            _runs(laid_out),
            _concepts(ids, pairs),
            _codes(laid_out),
        )


# How much each kind counts, in the order of `grams_of`; found by cross-validation over writers.
KINDS = {"words": 0.7, "neighbours": 1.0, "near": 1.5, "runs": 1.0, "concepts": 0.15, "codes": 1.0}


def _near(words: Ids, places: Places) -> Grams:
    """Ordered pairs of words at most NEAR apart, the distance forgotten; line ends do not part them."""
    spans = [(words[:-gap], words[gap:], places[:-gap]) for gap in range(1, min(NEAR, len(words) - 1) + 1)]
    if not spans:
        return Grams(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    pairs = np.concatenate([first * _NEAR + (second ^ _PAIR) for first, second, _ in spans])
    return Grams(pairs, np.concatenate([starts for _, _, starts in spans]))


def _runs(laid_out: Layout) -> Grams:
    """Runs of characters inside words and inside stretches of ideographs, their edges marked by a blank."""
    chars, tokens = _characters(laid_out)
    ids, starts = [], []
    blanks = np.zeros(len(chars) + 1, np.int64)
    np.cumsum(chars == _BLANK, out=blanks[1:])
    rolled = chars
    for length in range(SHORTEST, LONGEST + 1):
        rolled = rolled[:-1] * _RUN + chars[length - 1 :] if len(rolled) > 1 else rolled[:0]
        is_whole = blanks[length - 1 :][: len(rolled)] == blanks[1:][: len(rolled)]
        ids.append((rolled[is_whole] ^ np.uint64(length)) * _PAIR)
        starts.append(tokens[: len(rolled)][is_whole])
    return Grams(np.concatenate(ids), np.concatenate(starts))


def _codes(laid_out: Layout) -> Grams:
    """Letters and digits in one, `E17` or `ORA-00600`: a maker's own names for what can happen."""
    found = [(get_string_id(f"code:{code[0]}"), code.start()) for code in _CODE.finditer(laid_out.text)]
    starts = laid_out.tokens_at(np.array([start for _, start in found], dtype=np.int64))
    return Grams(np.array([code for code, _ in found], dtype=np.uint64), starts)


def _characters(laid_out: Layout) -> tuple[Ids, Places]:
    """The characters in lower case, one blank between words; and the token of each. Digits stay what they are
    here, where words know but their number: E17 and E71 are two faults."""
    kept = np.flatnonzero((laid_out.chars != _BLANK) & (laid_out.chars != _LINE_END))
    if not len(kept):
        return np.full(1, _BLANK, np.uint64), np.zeros(1, np.int64)
    codes = laid_out.chars[kept]
    is_han = ((codes >= 0x3400) & (codes <= 0x9FFF)) | ((codes >= 0xF900) & (codes <= 0xFAFF))
    begins = np.ones(len(kept), np.bool_)
    begins[1:] = (kept[1:] - kept[:-1] > 1) | (is_han[1:] != is_han[:-1])
    token = laid_out.tokens_at(kept)
    places = np.arange(len(kept)) + np.cumsum(begins)
    chars = np.full(int(places[-1]) + 2, _BLANK, np.uint64)
    chars[places] = codes
    tokens = np.full(len(chars), token[-1], np.int64)
    tokens[places] = token
    tokens[places[begins] - 1] = token[begins]
    return chars, tokens


def _concepts(ids: Ids, pairs: Ids) -> Grams:
    """What words and phrases mean, or its opposite behind a negation; `pairs` are the ids of neighbours."""
    words = ids.tolist()
    hits = [(start, _WORDS[word]) for start, word in _WORD_SIEVE.find(ids)]
    for start, pair in _PAIR_SIEVE.find(pairs):
        for rest, meanings in _PHRASES[pair]:
            if not rest or words[start + 2 : start + 2 + len(rest)] == rest:
                hits.append((start, meanings))
    denied = {start + reach for start, _ in _NEGATION_SIEVE.find(ids) for reach in _NEGATION_REACH}
    found: list[int] = []
    starts: list[int] = []
    for start, meanings in hits:
        found += [meaning ^ _NEGATED for meaning in meanings] if start in denied else meanings
        starts += [start] * len(meanings)
    return Grams(np.array(found, dtype=np.uint64), np.array(starts, dtype=np.int64))


def _phrase_tables() -> tuple[dict[int, list[int]], dict[int, _Phrases]]:
    """What words by themselves mean, and what phrases mean, by the pair that they begin with, each with its rest."""
    meanings: dict[tuple[int, ...], list[int]] = {}
    for name, phrases in CONCEPTS.items():
        meaning = get_string_id(f"concept:{name}")
        for phrase in dict.fromkeys(tuple(map(get_string_id, norms(text))) for text in phrases):
            meanings.setdefault(phrase, []).append(meaning)
    words = {phrase[0]: of_phrase for phrase, of_phrase in meanings.items() if len(phrase) == 1}
    longer: dict[int, _Phrases] = {}
    for phrase, of_phrase in meanings.items():
        if len(phrase) > 1:
            pair = (phrase[0] * int(_PAIR) + phrase[1]) % (1 << 64)
            longer.setdefault(pair, []).append((list(phrase[2:]), of_phrase))
    return words, longer


_WORDS, _PHRASES = _phrase_tables()
_WORD_SIEVE, _PAIR_SIEVE = Sieve(_WORDS), Sieve(_PHRASES)
_NEGATION_SIEVE = Sieve(get_string_id(word) for text in NEGATIONS for word in norms(text))
