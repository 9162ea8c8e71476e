"""Passages of a long or polite mail that say that something stands still, though the whole reads as a question, or as a
fault without an impact yet. Pure.

The model weighs a text as a whole: pages on contracts and training, or a list of amber lamps, outweigh one calm
sentence in their middle, and so does "please, may I ask". Which passages are worth being read by themselves is said
here; the model reads them.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from classify import caution
from classify import passage_words as words
from classify.model import Classification
from classify.text import abridge, simplify

# By cross-validation over the corpus: of 9,000 mails, passages that are this sure raise none wrongly, at 0.9 eight.
_SURE = 0.98
# From here on it raises nothing, but a person is asked: by cross-validation four mails in 9,000, one of level 1.
_WORTH_ASKING = 0.9
# What somebody answers between the lines of another mail says more of him than the questions that he answers.
_SURE_APART = 0.75
# No share is: of what such a text says a person is asked, at most.
_NEVER_SURE = 2.0
# The levels of a whole that passages are read of; where something has stopped people are told at once anyway.
MINOR, GENERAL = 3, 4
_CRITICAL = 1
BECAUSE = "A passage reads as level 1;"
_MOST = 40
# Chinese says in a hundred characters what English says in twice as many.
_AROUND, _AROUND_HAN = 250, 100

_LEAST_HAN, _LEAST_WORDS = 9, 5


@dataclass(frozen=True, slots=True)
class Passage:
    """Words to be read by themselves, and how likely level 1 has to be for them to count."""

    text: str
    sure: float


def standing(own: str, *, is_apart: bool, is_list: bool = False, whole: int = GENERAL) -> list[Passage]:
    """The passages of a writer's own words that may say that something stands still; none whose neighbourhood speaks of
    what is planned, past or not pressing. Where the own words have not been read apart from what they quote, all of
    them are one. In a machine's list each line stands for itself: one is over, the next is not. What the `whole` reads
    as says how sure a passage has to be: a fault may be dead, and minor all the same."""
    text = _plain(own)
    is_minor = whole == MINOR
    if not (_may_be_broad(text) if is_minor else words.STANDS.search(text)):
        return []
    is_whole = is_apart and not is_minor and not words.CALM.search(text)
    sure = _NEVER_SURE if is_minor and words.MINOR_SINCE.search(text) else _SURE
    found = [
        Passage(passage, sure)
        for place, passage in _passages(text)
        if _is_long(passage)
        and _may_stand(passage)
        and (not is_minor or words.BROAD.search(passage))
        and not words.CALM.search(passage if is_list else _around(text, place, passage))
    ]
    return [*([Passage(text, _SURE_APART)] if is_whole else []), *found][:_MOST]


def graver(whole: Classification, said: Sequence[tuple[Passage, Classification]]) -> Classification | None:
    """The passage that reads as level 1 for sure where the whole reads as level 3 or 4, and the whole where it is less
    sure; either way a person looks."""
    if whole.level < MINOR:
        return None
    because = f"{BECAUSE} the whole reads as level {whole.level}."
    critical = [(passage, read) for passage, read in said if read.level == _CRITICAL]
    sure = [read for passage, read in critical if read.level_probs[_CRITICAL] >= passage.sure]
    if sure:
        return replace(max(sure, key=_critical), needs_review=True, because=because)
    if any(_critical(read) >= _WORTH_ASKING for _, read in critical):
        return replace(whole, needs_review=True, because=because)
    return None


def _critical(read: Classification) -> float:
    return read.level_probs[_CRITICAL]


def _plain(text: str) -> str:
    """Half-width and Simplified, as the model reads it."""
    text = abridge(text).strip()
    return text if text.isascii() else simplify(unicodedata.normalize("NFKC", text)).strip()


def _passages(text: str) -> list[tuple[slice, str]]:
    """Clauses that state something, with their neighbours of the same sentence, and where they stand."""
    found: list[tuple[slice, list[str]]] = []
    run: list[str] = []
    start = begin = end = 0
    ends = [(end.start(), end.end(), end[0]) for end in words.CLAUSE_END.finditer(text)]
    for stop, following, mark in [*ends, (len(text), len(text), "\n")]:
        asked = words.WHY.match(text, start, stop)
        clause = words.POLITE.sub("", text[asked.end() if asked else start : stop]).strip()
        states = _states(clause) and (asked is not None or "?" not in mark)
        if states:
            begin, end = begin if run else start, stop
            run.append(clause)
        if run and (not states or words.SENTENCE_END.search(mark)):
            found.append((slice(begin, end), run))
            run = []
        start = following
    return [(place, ", ".join(clauses)) for place, clauses in found]


def _may_be_broad(text: str) -> bool:
    """In one sentence something stands still, for many."""
    folded = f" {text.casefold()}".replace("\n", " ")
    if not any(sign in folded for sign in words.BROAD_SIGNS):
        return False
    return any(words.BROAD.search(said) and words.STANDS.search(said) for said in words.SENTENCE_BREAK.split(text))


def _may_stand(passage: str) -> bool:
    return bool(words.STANDS.search(passage)) and not words.DENIES.search(passage)


def _around(text: str, place: slice, passage: str) -> str:
    """What is said near a passage. Chinese is written a paragraph a line, and the next one speaks of another thing."""
    is_han = words.HAN.search(passage) is not None
    reach = _AROUND_HAN if is_han else _AROUND
    before, after = text[max(0, place.start - reach) : place.start], text[place.stop : place.stop + reach]
    if is_han:
        before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    return before + text[place] + after


def _states(clause: str) -> bool:
    return (
        bool(clause)
        and not words.ASKS.search(clause)
        and not caution.is_supposed(clause)
        and not caution.is_over(clause)
    )


def _is_long(passage: str) -> bool:
    return len(words.HAN.findall(passage)) >= _LEAST_HAN or len(words.WORD.findall(passage)) >= _LEAST_WORDS
