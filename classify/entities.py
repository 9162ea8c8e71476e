"""What a report names: serial, site and contract numbers, error codes, models, telephone numbers, company, contact.

spaCy's EntityRuler over tokens of its own: a code such as `SN-4711A/2` stays whole, a Chinese character stands alone.
Telephone numbers are found by phonenumbers, since what is one differs by country.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

import phonenumbers
import spacy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from classify.components.entity_patterns import CHINESE_COMPANY, HAN, SEPARATORS, patterns
from classify.components.entity_places import Stretch, named, numbers

_LATIN = r"[A-Za-zÀ-ÿ0-9]+(?:[-_./][A-Za-zÀ-ÿ0-9]+)*"
_TOKEN = re.compile(rf"{CHINESE_COMPANY}|[{HAN}]|{_LATIN}\.?(?=\s|$)|{_LATIN}|\S|\n")
# Numbers without a country code are tried by the rules of these, in this order.
_CHINESE_REGIONS, _OTHER_REGIONS = ("CN", "TW"), ("US", "GB")
# What comes before a company's name in a Chinese sentence.
_LEADING = re.compile(r"^.*(?:我[们們]?是|这[里裡]是|這[裡里]是|来自|來自|[是在为為从從于於由的和与與及，。])")
_MOST_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Entity:
    """text[start:end] names something, and `value` is the name without the words that announce it; a telephone number
    in E.164. `label`: serial_number, site, contract, error_code, model, phone, company or contact."""

    label: str
    value: str
    start: int
    end: int


def find(text: str) -> tuple[Entity, ...]:
    """The entities of a text (of its first 20,000 characters) in the order in which they stand, each value once."""
    text = text[:_MOST_CHARS]
    return found_in(text, named(text), numbers(text))


def found_in(text: str, names: Iterable[Stretch], telephones: Iterable[Stretch]) -> tuple[Entity, ...]:
    """The entities in stretches of a text: of those `names` those that the ruler knows, of the others telephone
    numbers."""
    unique: dict[tuple[str, str], Entity] = {}
    both = (*_ruled(text, names), *_phones(text, telephones))
    for entity in sorted(both, key=lambda entity: (entity.start, entity.label)):
        if entity.value:
            unique.setdefault((entity.label, entity.value), entity)
    return tuple(unique.values())


def _ruled(text: str, stretches: Iterable[Stretch]) -> list[Entity]:
    places = list(stretches)
    if not places:
        return []
    nlp = _ruler()
    # A lone surrogate cannot be hashed; one character stands for it, so that places stay.
    text = text.encode("utf-8", "replace").decode("utf-8")
    # One Doc, a line a stretch: no name reaches over the end of a line, and each Doc has its price.
    lines = list(accumulate((end - start + 1 for start, end in places), initial=0))
    found = []
    with nlp.vocab.memory_zone():
        for span in nlp("\n".join(text[start:end] for start, end in places)).ents:
            line = bisect_right(lines, span.start_char) - 1
            before = places[line][0] - lines[line]
            found.append(Entity(span.label_, _value(span), before + span.start_char, before + span.end_char))
    return found


def _value(span: Span) -> str:
    first = span.start + int(span.ent_id_ or 0)
    while first < span.end - 1 and span.doc[first].text in SEPARATORS:
        first += 1
    name = span.doc[first : span.end].text.rstrip(".")
    return _LEADING.sub("", name) if span.label_ == "company" else name


def _phones(text: str, stretches: Iterable[Stretch]) -> Iterable[Entity]:
    regions = _CHINESE_REGIONS if re.search(f"[{HAN}]", text) else _OTHER_REGIONS
    for start, end in stretches:
        taken: set[int] = set()
        for region in regions:
            for match in phonenumbers.PhoneNumberMatcher(text[start:end], region):
                if taken.isdisjoint(range(match.start, match.end)):
                    taken.update(range(match.start, match.end))
                    number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
                    yield Entity("phone", number, start + match.start, start + match.end)


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
