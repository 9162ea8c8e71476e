"""spaCy's EntityRuler over tokens of its own: a code such as `SN-4711A/2` is whole, a Chinese character stands alone.

A module by itself, since spaCy takes its time to import: who only speaks of entities does without.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

import spacy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from classify.components.entity_patterns import CHINESE_COMPANY, HAN, SEPARATORS, patterns
from classify.components.entity_places import Stretch

_LATIN = r"[A-Za-zÀ-ÿ0-9]+(?:[-_./][A-Za-zÀ-ÿ0-9]+)*"
_TOKEN = re.compile(rf"{CHINESE_COMPANY}|[{HAN}]|{_LATIN}\.?(?=\s|$)|{_LATIN}|\S|\n")
# What comes before a company's name in a Chinese sentence.
_LEADING = re.compile(r"^.*(?:我[们們]?是|这[里裡]是|這[裡里]是|来自|來自|[是在为為从從于於由的和与與及，。])")


def ruled(text: str, stretches: Iterable[Stretch]) -> Iterator[tuple[str, str, int, int]]:
    """The names that the ruler knows in these stretches of a text: label, value, start and end of each."""
    places = list(stretches)
    if not places:
        return
    nlp = _ruler()
    # A lone surrogate cannot be hashed; one character stands for it, so that places stay.
    text = text.encode("utf-8", "replace").decode("utf-8")
    # One Doc, a line a stretch: no name reaches over the end of a line, and each Doc has its price.
    lines = list(accumulate((end - start + 1 for start, end in places), initial=0))
    with nlp.vocab.memory_zone():
        for span in nlp("\n".join(text[start:end] for start, end in places)).ents:
            line = bisect_right(lines, span.start_char) - 1
            before = places[line][0] - lines[line]
            yield span.label_, _value(span), before + span.start_char, before + span.end_char


def _value(span: Span) -> str:
    first = span.start + int(span.ent_id_ or 0)
    while first < span.end - 1 and span.doc[first].text in SEPARATORS:
        first += 1
    name = span.doc[first : span.end].text.rstrip(".")
    return _LEADING.sub("", name) if span.label_ == "company" else name


class _Tokenizer:
    """From text to Doc, whose text is the text given."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        end = 0
        for start, stop in (found.span() for found in _TOKEN.finditer(text)):
            gap = text[end:start]
            if gap == " " and spaces:
                spaces[-1] = True
            elif gap:
                words.append(gap)
                spaces.append(False)
            words.append(text[start:stop])
            spaces.append(False)
            end = stop
        if text[end:]:
            words.append(text[end:])
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@lru_cache(maxsize=1)
def _ruler() -> Language:
    nlp = spacy.blank("xx")
    cast(Any, nlp.vocab).lex_attr_getters = {LOWER: str.lower}  # the patterns ask for no other
    nlp.tokenizer = cast(Any, _Tokenizer(nlp.vocab))
    ruler = cast(Any, nlp.add_pipe("entity_ruler"))
    ruler.add_patterns(patterns(lambda text: [found[0] for found in _TOKEN.finditer(text)]))
    return nlp
