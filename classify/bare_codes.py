"""Codes that stand in a text with no word before them that says what they number: "GY5500-0301 stands still". Pure.

Whether one is the number of a device or a contract only a directory knows.
"""

import re
from collections.abc import Iterator

from classify.components.entity_places import codes
from classify.entities import Entity

LABEL = "code"
_MOST_CHARS = 20_000
_MOST = 40
# A version, a floor or an error code may be as short.
_LEAST_CHARS, _LEAST_DIGITS = 6, 3
# Fewer are a date, an amount or the number of an order.
_LEAST_OF_DIGITS_ALONE = 9
_DASHES = re.compile("[‐‑‒–−－]")
_WIDE_DIGIT = re.compile("[\uff10-\uff19]")
_WIDE = {place: place - 0xFEE0 for place in range(0xFF01, 0xFF5F)}
_PART = re.compile(r"[^/]+")  # "GY5500-0301/GY5500-0302"
# A blank where a dash is printed: "GY5500 0301"; "error 1234" is none.
_BEFORE = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z][A-Za-z0-9]*[A-Z0-9]) $")
_REACH = 16


def find(text: str) -> tuple[Entity, ...]:
    """The codes of a text (of its first 20,000 characters) that may number a device or a contract, each once."""
    text = text[:_MOST_CHARS]
    unique: dict[str, Entity] = {}
    for code in _codes(text if text.isascii() else _plain(text)):
        unique.setdefault(code.value, code)
    return tuple(unique.values())[:_MOST]


def _plain(text: str) -> str:
    """Full-width signs, and what is written for a dash, as the ordinary ones; nothing moves."""
    text = _DASHES.sub("-", text)
    return text.translate(_WIDE) if _WIDE_DIGIT.search(text) else text


def _codes(text: str) -> Iterator[Entity]:
    for start, end in codes(text):
        if end - start < _LEAST_DIGITS:
            continue
        for part in _PART.finditer(text, start, end):
            code, begin = part[0], part.start()
            if code.isdecimal():
                yield from _of_digits(text, code, begin)
            elif len(code) >= _LEAST_CHARS and sum(map(str.isdecimal, code)) >= _LEAST_DIGITS:
                yield Entity(LABEL, code, begin, part.end())


def _of_digits(text: str, code: str, begin: int) -> Iterator[Entity]:
    """Digits alone, where they are many; and with the model before them, if one is there."""
    if len(code) < _LEAST_DIGITS:
        return
    before, end = max(0, begin - _REACH), begin + len(code)
    if model := _BEFORE.search(text[before:begin]):
        yield Entity(LABEL, f"{model[1]}-{code}", before + model.start(), end)
    if len(code) >= _LEAST_OF_DIGITS_ALONE:
        yield Entity(LABEL, code, begin, end)
