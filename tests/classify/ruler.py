"""spaCy's EntityRuler with patterns for all that `entity_matcher` knows: what its answers are held to."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import spacy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classify.components.entity_matcher import TOKEN
from classify.components.entity_patterns import (
    ANNOUNCED,
    CHINESE_COMPANY,
    CODE,
    COMPANY_ENDS,
    CONTACTS,
    HAN,
    SEPARATORS,
    STANDALONE,
)


def ruled(text: str) -> list[tuple[str, int, int]]:
    """The names in a text: label, start and end of each."""
    return [(span.label_, span.start_char, span.end_char) for span in _ruler()(text).ents]


class _Tokenizer:
    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        end = 0
        for start, stop in (found.span() for found in TOKEN.finditer(f"{text}\n")):
            gap = text[end:start]
            if gap == " " and spaces:
                spaces[-1] = True
            elif gap:
                words.append(gap)
                spaces.append(False)
            words.append(f"{text}\n"[start:stop])
            spaces.append(False)
            end = stop
        return Doc(self.vocab, words=words, spaces=spaces)


@lru_cache(maxsize=1)
def _ruler() -> Language:
    nlp = spacy.blank("xx")
    cast(Any, nlp.vocab).lex_attr_getters = {LOWER: str.lower}
    nlp.tokenizer = cast(Any, _Tokenizer(nlp.vocab))
    ruler = cast(Any, nlp.add_pipe("entity_ruler"))
    ruler.add_patterns([*_announced(), *_by_themselves(), *_contacts()])
    return nlp


def _words(phrase: str) -> list[dict[str, Any]]:
    return [{"LOWER": word.lower()} for word in TOKEN.findall(phrase)]


_BETWEEN = {"TEXT": {"IN": list(SEPARATORS)}, "OP": "*"}


def _announced() -> Iterator[dict[str, Any]]:
    for label, phrases in ANNOUNCED.items():
        for phrase in phrases:
            yield {"label": label, "pattern": [*_words(phrase), _BETWEEN, {"TEXT": {"REGEX": f"^{CODE}$"}}]}


def _by_themselves() -> Iterator[dict[str, Any]]:
    for expression in STANDALONE:
        yield {"label": "error_code", "pattern": [{"TEXT": {"REGEX": f"^(?:{expression})$"}}]}
    name = {"TEXT": {"REGEX": r"^[A-ZÀ-Þ][\w&.-]*$"}, "OP": "{1,4}"}
    yield {"label": "company", "pattern": [name, {"TEXT": {"REGEX": f"^(?:{'|'.join(COMPANY_ENDS)})[.]?$"}}]}
    yield {"label": "company", "pattern": [{"TEXT": {"REGEX": f"^{CHINESE_COMPANY}$"}}]}


def _contacts() -> Iterator[dict[str, Any]]:
    latin = {"TEXT": {"REGEX": r"^[A-ZÀ-Þ][\w.'-]*$"}, "OP": "{1,3}"}
    han = {"TEXT": {"REGEX": f"^[{HAN}]$"}, "OP": "{2,3}"}
    for phrase in CONTACTS:
        for name in (latin, han):
            yield {"label": "contact", "pattern": [*_words(phrase), _BETWEEN, name]}
