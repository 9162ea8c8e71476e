"""The words that a case is found by: those that its texts have, and those that somebody types. Pure.

Unlike knowledge, which is found by the words that matter, a case is found by every word: none is left out."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add

from opencc import OpenCC

from models.search import APOSTROPHE, HAN, HAS_HAN, JOINT, WORD, normal, normal_of, stem
from models.values import case_id, case_number

# Of a longer word, such as a Message-ID, so much is compared.
_LONGEST = 64
# Desks see the same words again and again.
_WORDS_KEPT = 50_000
# Lines and texts of which the words are kept: some more texts than there are in a batch of reports.
_SHORT, _LINES_KEPT, _TEXTS_KEPT = 200, 500, 64
# As many of the words that are typed are looked for.
MOST_WORDS = 60
# The end of a telephone number that is the same whether it is written with country and area code or without.
LOCAL_DIGITS = 8

_SIGN = re.compile(r"[\W_]+")
# An address or a Message-ID (RFC 5322 section 3.6.4): searched for as a whole. Begun where it can begin alone: from
# each of 20,000 letters to the @ behind them took four seconds, and from more of them the square of that. Chinese is
# written up to it without a blank; of an address that has ideographs itself the words are searched for.
_IN_ADDRESS = rf"""[^\s<>"'(),;:@\[\]\u2018-\u201f\u3000-\u303f{HAN}]"""
_ADDRESS = re.compile(rf"(?<!{_IN_ADDRESS}){_IN_ADDRESS}+@{_IN_ADDRESS}+\.{_IN_ADDRESS}+")
# A telephone number as people write it: seven digits or more, at most fifteen (E.164), and what stands between them.
# Begun with a sign that only numbers have, and what must not stand before it looked at after: a third less time.
_LETTER = rf"[^\W{HAN}]"
_PHONE = re.compile(rf"[+\d](?<!{_LETTER}.)(?:(?<!\+)|(?<=\+)\d)(?:[ ().\-/]{{0,2}}\d){{6,14}}(?!{_LETTER})")
# What WORD finds in lower-case ASCII, and a blank for each sign that stands in no word.
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:[-_.'][a-z0-9]+)*")
_APART = {code: " " for code in range(128) if not re.match(r"[a-z0-9-_.']", chr(code))}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. Each of `groups` has to be met, by one of the alternatives in it; an alternative is met
    where all its words occur. `case_id` is the case whose number it may be; `pieces` are what to mark, as it was typed,
    but folded and Simplified."""

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    case_id: int | None
    pieces: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.groups)


def words(said: str) -> frozenset[str]:
    """The words of a text: English without endings, codes joined as well as in parts, Chinese as single characters and
    as overlapping pairs, addresses whole as well, telephone numbers by their last digits as well.

    They are kept for a while: a case and its report say much alike, and whoever will write them in a transaction, where
    all others wait, can have them found before."""
    return _of_text(said) if len(said) > _SHORT else _of_line(said)


@lru_cache(maxsize=_LINES_KEPT)
def _of_line(said: str) -> frozenset[str]:
    return _found(said)


@lru_cache(maxsize=_TEXTS_KEPT)
def _of_text(said: str) -> frozenset[str]:
    return _found(said)


def _found(said: str) -> frozenset[str]:
    if said.isascii():
        return frozenset(_words(said.lower()))
    composed = unicodedata.normalize("NFKC", said)
    readings = {normal_of(composed)}
    if HAS_HAN.search(said):
        readings.add(_folded_of(composed))
    return frozenset().union(*map(_words, readings))


def _words(said: str) -> set[str]:
    # No blank can be within an address: where there is an @ is looked at alone.
    pieces = said.split() if "@" in said else ()
    found = {_joined(match) for piece in pieces if "@" in piece for match in _ADDRESS.findall(piece)}
    found.update(map(_local, _PHONE.findall(said)))
    if said.isascii():
        return found.union(*map(_latin, _ascii_words(said)))
    for word in set(WORD.findall(said)):
        if HAS_HAN.match(word):
            found.update(word)
            found.update(map(add, word, word[1:]))
        else:
            found.update(_latin(word))
    return found


def _ascii_words(said: str) -> set[str]:
    """What WORD finds. To cut at blanks takes half the time of an expression, which is needed where signs are left."""
    found = set(said.translate(_APART).split())
    signed = {each for each in found if not each.isalnum()}
    return (found - signed).union(*map(_ASCII_WORD.findall, signed))


def asked(typed: str) -> Asked:
    """What is looked for where somebody types that. All words have to occur, in whatever order; quotes and other signs
    mean nothing."""
    number = case_id(typed)
    if number is not None:
        whole = _joined(normal(case_number(number)))
        spoken = tuple(word for word in words(typed) if word.isdecimal()) if typed.strip().isdecimal() else ()
        shown = normal(case_number(number)), normal(typed).strip()
        return Asked((((whole,), *((word,) for word in spoken)),), number, shown)
    rest = unicodedata.normalize("NFKC", typed).casefold()
    groups: list[tuple[tuple[str, ...], ...]] = []
    pieces: list[str] = []
    for pattern in (_ADDRESS, _PHONE):
        for match in pattern.finditer(rest):
            pieces.append(match[0])
            groups.append(_alternatives(match[0], is_phone=pattern is _PHONE))
        rest = pattern.sub(" ", rest)
    for match in WORD.finditer(rest):
        pieces.append(_folded(match[0]))
        groups.append(_chinese(match[0]) if HAS_HAN.match(match[0]) else _code(match[0]))
    return Asked(tuple(dict.fromkeys(groups))[:MOST_WORDS], None, tuple(dict.fromkeys(pieces)))


def _alternatives(found: str, is_phone: bool) -> tuple[tuple[str, ...], ...]:
    if not is_phone:
        return ((_joined(found),),)
    parts = tuple(dict.fromkeys(_SIGN.sub(" ", found).split()))  # a date looks like a number, too
    return (_local(found),), parts


def _chinese(stretch: str) -> tuple[tuple[str, ...], ...]:
    readings = dict.fromkeys((_folded(stretch), normal(stretch)))
    return tuple(tuple(first + second for first, second in pairwise(each)) or (each,) for each in readings)


def _code(word: str) -> tuple[tuple[str, ...], ...]:
    whole, *parts = _latin(word)
    return ((whole,), tuple(parts)) if parts else ((whole,),)


@lru_cache(maxsize=_WORDS_KEPT)
def _latin(word: str) -> tuple[str, ...]:
    """A word, or a code as a whole and then its parts."""
    parts = JOINT.split(APOSTROPHE.sub("", word))
    forms = ["".join(parts), *parts] if len(parts) > 1 else parts
    return tuple(stem(form)[:_LONGEST] for form in forms if form)


def _folded(said: str) -> str:
    return _folded_of(unicodedata.normalize("NFKC", said))


def _folded_of(composed: str) -> str:
    """As `normal_of`, but Traditional characters are made Simplified one by one: what Taiwan calls 離線 is looked for
    as 离线, too, and not as the mainland's 脱机 alone."""
    simplified: str = _simplified().convert(composed)
    return simplified.casefold()


@lru_cache(maxsize=1)
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def _joined(found: str) -> str:
    return _SIGN.sub("", found)[:_LONGEST]


def _local(found: str) -> str:
    return "".join(filter(str.isdecimal, found))[-LOCAL_DIGITS:]
