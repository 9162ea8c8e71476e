"""Text made to fit where room is short: one SMS (GSM 03.38, UCS-2), or what is said on the telephone."""

import re
import unicodedata
from collections.abc import Callable, Sequence

# GSM 03.38, the basic table; the characters of its extension take two places.
_BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\n"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_TYPED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "、": ",", "。": "."})
_NOT_SAID = re.compile(r"[^\w\s.,:+%/，。：、（）()-]|_")
_DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "zh": ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九"),
}

# How much of a customer's name and of a subject is said, the most first.
_ROOMS = ((24, 60), (24, 40), (20, 24), (16, 16), (12, 8), (10, 0), (6, 0))
_NO_ROOM = (0, 0)


def fit(render: Callable[[int, int], str], size: Callable[[str], int], limits: Sequence[int]) -> str:
    """What `render(customer_chars, subject_chars)` gives with the most said that keeps to the first of `limits`,
    or to the next; cut to the last one if nothing does."""
    for limit in limits:
        for room in (*_ROOMS, _NO_ROOM) if limit == limits[-1] else _ROOMS:
            text = render(*room)
            if size(text) <= limit:
                return text
    return _cut(text, size, limits[-1])


def gsm_clean(text: str) -> str:
    """The text in the characters of GSM 03.38: accents it does not know and other scripts are left out."""
    composed = unicodedata.normalize("NFKC", text.translate(_TYPED)).translate(_TYPED)
    return " ".join("".join(_gsm_char(char) for char in composed).split())


def gsm_size(text: str) -> int:
    """Septets: 160 fit into one SMS."""
    return sum(2 if char in _EXTENDED else 1 for char in text)


def is_gsm(text: str) -> bool:
    return _BASIC.issuperset(char for char in text if char not in _EXTENDED)


def ucs2_size(text: str) -> int:
    """Code units: 70 fit into one SMS, 134 into two."""
    return len(text.encode("utf-16-le")) // 2


def sayable(text: str) -> str:
    """Without the signs that a voice stumbles over."""
    return " ".join(_NOT_SAID.sub(" ", text).split())


def spelled(number: str, language: str) -> str:
    """A case number for the ear, digit by digit: `F L, zero, zero, zero, zero, four, two`."""
    digits = _DIGITS[language[:2]]
    letters = " ".join(char for char in number if char.isascii() and char.isalpha())
    said = ", ".join(digits[int(char)] for char in number if char.isascii() and char.isdigit())
    return f"{letters}, {said}" if letters else said


def _gsm_char(char: str) -> str:
    if char in _BASIC or char in _EXTENDED:
        return char
    return "".join(part for part in unicodedata.normalize("NFKD", char) if part in _BASIC) or " "


def _cut(text: str, size: Callable[[str], int], limit: int) -> str:
    while size(text) > limit:
        text = text[: -max(1, (size(text) - limit) // 2)]
    return text.rstrip()
