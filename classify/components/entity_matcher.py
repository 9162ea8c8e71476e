"""The names in a text: numbers that words announce, makers' error codes, companies, contacts.

Text is read in tokens of its own: a code such as `SN-4711A/2` is whole, a Chinese character stands alone. It answers as
spaCy's EntityRuler does, to which the tests hold it, in a tenth of the time.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

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
from classify.components.entity_places import Stretch

_LATIN = r"[A-Za-zÀ-ÿ0-9]+(?:[-_./][A-Za-zÀ-ÿ0-9]+)*"
TOKEN = re.compile(rf"{CHINESE_COMPANY}|[{HAN}]|{_LATIN}\.?(?=\s|$)|{_LATIN}|\S|\n")
# What comes before a company's name in a Chinese sentence.
_LEADING = re.compile(r"^.*(?:我[们們]?是|这[里裡]是|這[裡里]是|来自|來自|[是在为為从從于於由的和与與及，。])")

_CONTACT = "contact"
_IS_CODE = re.compile(CODE).fullmatch
_BY_ITSELF = re.compile(rf"(?P<error_code>{'|'.join(STANDALONE)})|(?P<company>{CHINESE_COMPANY})").fullmatch
_IS_NAME_OF_COMPANY = re.compile(r"[A-ZÀ-Þ][\w&.-]*").fullmatch
_IS_NAME = re.compile(r"[A-ZÀ-Þ][\w.'-]*").fullmatch
_IS_HAN = re.compile(f"[{HAN}]").fullmatch
_COMPANY_ENDS = frozenset((*COMPANY_ENDS, *(f"{end}." for end in COMPANY_ENDS)))
_MOST_BEFORE_END = 4  # words of a company's name
_NAMES, _SIGNS = (1, 3), (2, 3)  # how many words, or Chinese characters, a person's name has


@dataclass(frozen=True, slots=True)
class _Match:
    """Tokens start to end, of which the first so many announce the name."""

    label: str
    start: int
    end: int
    announcing: int = 0


def names(text: str, stretches: Iterable[Stretch]) -> Iterator[tuple[str, str, int, int]]:
    """The names in these stretches of a text: label, value, start and end of each."""
    for stretch in stretches:
        words, places = _tokens(text, stretch)
        for match in _longest(_matches(words)):
            first, last = match.start + match.announcing, match.end - 1
            while first < last and words[first] in SEPARATORS:
                first += 1
            end = places[last] + len(words[last])
            name = text[places[first] : end].rstrip(".")
            yield match.label, _LEADING.sub("", name) if match.label == "company" else name, places[match.start], end


def _tokens(text: str, stretch: Stretch) -> tuple[list[str], list[int]]:
    """The tokens and where they begin. What parts two is one of its own unless it is a single blank."""
    words: list[str] = []
    places: list[int] = []
    end = stretch[0]
    for found in TOKEN.finditer(text, *stretch):
        start = found.start()
        if start > end and text[end:start] != " ":
            words.append(text[end:start])
            places.append(end)
        words.append(found[0])
        places.append(start)
        end = found.end()
    return words, places


def _phrases() -> dict[str, list[tuple[list[str], str]]]:
    """What announces a name, by its first word, and the label of that name."""
    found: defaultdict[str, list[tuple[list[str], str]]] = defaultdict(list)
    for label, phrases in (*ANNOUNCED.items(), (_CONTACT, CONTACTS)):
        for phrase in phrases:
            words = [word.lower() for word in TOKEN.findall(phrase)]
            found[words[0]].append((words, label))
    return dict(found)


_PHRASES = _phrases()


def _matches(words: Sequence[str]) -> Iterator[_Match]:
    """All that can be read as a name, whatever it overlaps with."""
    lowered = [word.lower() for word in words]
    for start, word in enumerate(words):
        for phrase, label in _PHRASES.get(lowered[start], ()):
            after = start + len(phrase)
            if lowered[start:after] == phrase:
                ends = _contact_ends(words, after) if label == _CONTACT else _code_ends(words, after)
                yield from (_Match(label, start, end, len(phrase)) for end in ends)
        if word in _COMPANY_ENDS:
            before = takewhile(_IS_NAME_OF_COMPANY, reversed(words[max(0, start - _MOST_BEFORE_END) : start]))
            yield from (_Match("company", start - count, start + 1) for count, _ in enumerate(before, 1))
        elif alone := _BY_ITSELF(word):
            yield _Match(str(alone.lastgroup), start, start + 1)


def _code_ends(words: Sequence[str], start: int) -> Iterator[int]:
    start = _behind_signs(words, start)
    if start < len(words) and _IS_CODE(words[start]):
        yield start + 1


def _contact_ends(words: Sequence[str], start: int) -> Iterator[int]:
    """A Chinese name may begin with one of the characters that can part it from what announces it."""
    behind = _behind_signs(words, start)
    for is_part, (least, most) in ((_IS_NAME, _NAMES), (_IS_HAN, _SIGNS)):
        for begin in range(start, behind + 1):
            count = sum(1 for _ in takewhile(is_part, words[begin : begin + most]))
            yield from range(begin + least, begin + count + 1)


def _behind_signs(words: Sequence[str], start: int) -> int:
    while start < len(words) and words[start] in SEPARATORS:
        start += 1
    return start


def _longest(matches: Iterable[_Match]) -> Iterator[_Match]:
    """Those that hold, the longest first, of two as long the earlier, a person before a company: none overlaps with
    another."""
    taken: set[int] = set()
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start)):
        if match.start not in taken and match.end - 1 not in taken:
            taken.update(range(match.start, match.end))
            yield match
