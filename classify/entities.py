"""What a report names: serial, site and contract numbers, error codes, models, telephone numbers, company, contact.

Names are found by `classify.components.entity_matcher`.
Telephone numbers are found by phonenumbers, since what is one differs by country.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from classify.components import entity_matcher
from classify.components.entity_patterns import HAN
from classify.components.entity_places import Stretch, named, numbers

# Numbers without a country code are tried by the rules of these, in this order.
_CHINESE_REGIONS, _OTHER_REGIONS = ("CN", "TW"), ("US", "GB")
_MOST_CHARS = 20_000
# In China an extension is written behind the number with a dash: 0755-26001234-802. Together they are no number; a bar
# in place of the dash ends it.
_EXTENSION = re.compile(r"(?<!\d)(\(?0\d{2,3}\)?[- ]?\d{7,8})[-\uff0d\u2014]{1,2}(?=\d{1,5}(?!\d|[- ]\d))")


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
    """The entities in stretches of a text: of those `names` the names, of the others telephone
    numbers."""
    unique: dict[tuple[str, str], Entity] = {}
    both = (*(Entity(*name) for name in entity_matcher.names(text, names)), *_phones(text, telephones))
    for entity in sorted(both, key=lambda entity: (entity.start, entity.label)):
        if entity.value:
            unique.setdefault((entity.label, entity.value), entity)
    return tuple(unique.values())


def _phones(text: str, stretches: Iterable[Stretch]) -> Iterable[Entity]:
    regions = _CHINESE_REGIONS if re.search(f"[{HAN}]", text) else _OTHER_REGIONS
    for start, end in stretches:
        taken: set[int] = set()
        said = _EXTENSION.sub(lambda found: found[1].ljust(len(found[0]), "|"), text[start:end])
        for region in regions:
            for match in phonenumbers.PhoneNumberMatcher(said, region):
                if taken.isdisjoint(range(match.start, match.end)):
                    taken.update(range(match.start, match.end))
                    number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
                    yield Entity("phone", number, start + match.start, start + match.end)
