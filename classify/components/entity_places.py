"""Where in a text a name can stand at all.

To match telephone numbers takes some ten milliseconds for a page, to look for names token by token one, and most pages
name nothing. What can be a name is found by a few quick searches first, and only these stretches are looked at: each
holds all of what may be one name, and is cut where every tokenizer cuts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from classify.components.entity_patterns import (
    ANNOUNCED,
    CHINESE_ENDS,
    COMPANY_ENDS,
    CONTACTS,
    HAN,
    SEPARATORS,
    STANDALONE,
    STANDALONE_BEGINNINGS,
)

Stretch = tuple[int, int]

# A token with a digit may be the number that was announced; À-ÿ are letters to the tokenizer.
# Two signs in a row end one.
_CODE = re.compile(r"(?<![A-Za-zÀ-ÿ0-9])[A-Za-z0-9]+(?:[./_-][A-Za-z0-9]+)*")
_DIGIT = re.compile(r"\d")
# Words without a digit are passed over in one go, up to one that has some, or to the end.
_UP_TO_DIGIT = re.compile(r"(?:[^\s\d]*+\s)*+([^\s\d]*+(?:\d\S*|\Z))")
_PHRASES = {phrase.lower().replace(" ", "") for phrases in ANNOUNCED.values() for phrase in phrases}
# By the two characters that such words end with; a blank may stand between any two of them.
_ANNOUNCING = {
    ending: tuple(each for each in _PHRASES if each.endswith(ending.lstrip()))
    for phrase in _PHRASES
    for ending in (phrase[-2:], f" {phrase[-1]}")
}
_WORDS_BETWEEN = tuple(word for word in SEPARATORS if word.isalpha())
_SIGNS_BETWEEN = "".join(sign for sign in SEPARATORS if not sign.isalpha()) + " "
_MOST_ANNOUNCING = 80 + 2 * max(map(len, _PHRASES))  # characters, each with a blank behind it, and signs

_ALONE = re.compile("|".join(STANDALONE))
_LATIN_COMPANY = re.compile(rf"(?:{'|'.join(COMPANY_ENDS)})(?![A-Za-zÀ-ÿ0-9])")
_CHINESE_COMPANY = re.compile("|".join(CHINESE_ENDS))
_CONTACT = re.compile("|".join(re.escape(phrase).replace("\\ ", " ?") for phrase in CONTACTS))  # in lower case
_WORDS_OF_COMPANY, _WORDS_OF_CONTACT = 5, 4

# What phonenumbers takes as one number, with what may stand between its digits: five digits at the least.
_BETWEEN_DIGITS = (
    r"-x\u2010-\u2015\u2212\u30fc\uff0d-\uff0f \u00a0\u00ad\u200b\u2060\u3000"
    r"()\uff08\uff09\uff3b\uff3d.\[\]/~\u2053\u223c\uff5e"
)
_DIGITS = re.compile(rf"\d(?:[{_BETWEEN_DIGITS}]{{0,8}}\d){{4,}}")
_BESIDE_NUMBER = 40  # brackets and a plus before, an extension behind

_INSIDE = re.compile(rf"[\wÀ-ÿ{HAN}./&'’-]")


def named(text: str) -> Iterator[Stretch]:
    """The stretches of a text in which there can be names, in order; no two overlap."""
    lowered = text.lower()
    if len(lowered) != len(text):  # İ becomes two characters, and places shift
        return iter([(0, len(text))])
    found = [
        *_announced(text, lowered),
        *_alone(text),
        *(
            (_words_back(text, match.start(), _WORDS_OF_COMPANY), match.end())
            for match in _LATIN_COMPANY.finditer(text)
        ),
        *(match.span() for match in _CHINESE_COMPANY.finditer(text)),
        *((match.start(), _words_on(text, match.end(), _WORDS_OF_CONTACT)) for match in _CONTACT.finditer(lowered)),
    ]
    return _whole(text, sorted(found))


def numbers(text: str) -> Iterator[Stretch]:
    """The stretches of a text in which telephone numbers can be, in order; no two overlap."""
    beside = (
        (max(0, match.start() - _BESIDE_NUMBER), min(len(text), match.end() + _BESIDE_NUMBER))
        for match in _DIGITS.finditer(text)
    )
    return _whole(text, beside)


def _announced(text: str, lowered: str) -> Iterator[Stretch]:
    for start, end in codes(text):
        before = lowered[max(0, start - _MOST_ANNOUNCING) : start]
        if (begin := _announcement(before)) is not None:
            yield start - len(before) + begin, end


def _alone(text: str) -> Iterator[Stretch]:
    if any(beginning in text for beginning in STANDALONE_BEGINNINGS):
        yield from (match.span() for match in _ALONE.finditer(text))


# Asked of the same text by those who look for announced numbers, and for others.
@lru_cache(maxsize=8)
def codes(text: str) -> tuple[Stretch, ...]:
    """The tokens with a digit, or beside one."""
    return tuple(_codes(text))


def _codes(text: str) -> Iterator[Stretch]:
    for found in _UP_TO_DIGIT.finditer(text):
        if found[1].isdecimal():
            yield found.span(1)
            continue
        for code in _CODE.finditer(text, *found.span(1)):
            if _DIGIT.search(code[0]) or text[code.end() : code.end() + 1].isdecimal():
                yield code.span()


def _announcement(before: str) -> int | None:
    """Where the words begin that announce a number, where what stands before it ends with such words and signs behind
    them."""
    words = before.rstrip(_SIGNS_BETWEEN)
    if endings := _ANNOUNCING.get(words[-2:]):
        bare = words.rpartition("\n")[2].replace(" ", "")
        if bare.endswith(endings):
            return _back(words, max(len(ending) for ending in endings if bare.endswith(ending)))
    if not words.endswith(_WORDS_BETWEEN):
        return None
    cut = (words.removesuffix(word) for word in _WORDS_BETWEEN if words.endswith(word))
    return next((begin for rest in cut if (begin := _announcement(rest)) is not None), None)


def _back(words: str, count: int) -> int:
    """Where the last so many characters begin, blanks not counted."""
    places = [place for place, char in enumerate(words) if char != " "]
    return places[-count]


def _words_back(text: str, start: int, count: int) -> int:
    """Where the words begin of which so many stand before `start` in its line."""
    for _ in range(count):
        start = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start), 0)
    return start


def _words_on(text: str, end: int, count: int) -> int:
    for _ in range(count):
        match = _WORD_ON.match(text, end)
        if match is None:
            break
        end = match.end()
    return end


_WORD_ON = re.compile(rf"[{re.escape(_SIGNS_BETWEEN)}是为為]*(?:[{HAN}]{{1,3}}|[^\s{HAN}]+)")


def _whole(text: str, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The stretches, which come in order, each longer by what would be cut in two, and by the sign behind it, on which
    the last token hangs; what touches then is one. No character is looked at twice."""
    begin = stop = -1
    for start, end in stretches:
        if end < stop:
            continue  # it is within what is whole already
        first = start
        while first > max(stop, 0) and _INSIDE.match(text[first - 1]):
            first -= 1
        while end < len(text) and _INSIDE.match(text[end]):
            end += 1
        if first > stop:
            if stop >= 0:
                yield begin, stop
            begin = first
        stop = max(stop, min(end + 1, len(text)))
    if stop >= 0:
        yield begin, stop
