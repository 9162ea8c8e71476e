"""What a report leaves out that the desk will have to ask for (SERVICE.md, yilong: asked from every caller)."""

import re
from collections.abc import Set

from routing.profile import Profile

# Begun with a sign that only numbers have, and what must not stand before it looked at after: else every character
# is tried.
_PHONE_SIGNS = r"(?<![\dA-Za-z-].)(?:(?<!\+)|(?<=\+)\d)[\d\s()（）-]{6,17}\d(?![\dA-Za-z-])"
_PHONE = re.compile(rf"[+\d]{_PHONE_SIGNS}")
_ASCII_PHONE = re.compile(rf"[+0-9]{_PHONE_SIGNS}")  # whose first sign is found in a third of the time
# Would pass for a phone number. What must not stand before it is looked at last: so only a 1 or 2 is tried at all.
_DATE = re.compile(r"(?:19|20)(?<!\d\d\d)\d\d-\d{1,2}-\d{1,2}(?!\d)")
_SERIALS = ("序列号", "序列號", "序號", "机身码")
_COMPANIES = (
    *("公司", "集团", "集團", "医院", "醫院", "学校", "學校", "大学", "大學"),
    *("银行", "銀行", "研究院", "中心"),
)
_OFFICE_OR_PLANT = re.compile(r"局\b|[厂廠](?![家商])")


def _whole(*words: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Words, each with what finds it where it stands alone. Begun with the word and not its border, and asked only
    where the word occurs, they take half the time that one expression for all takes."""
    return tuple((word, re.compile(rf"{word}(?<!\w{word})\b")) for word in words)


# Of case-folded text: to ignore the case takes four times as long.
_COMPANY_WORDS = _whole(
    *("inc", "ltd", "llc", "gmbh", "corp", "co", "company", "hospital", "university", "college", "bank", "group"),
    *("school", "plant"),
)
_SERIAL_WORDS = _whole("s/n", "sn", "serial")
_WIDE = re.compile("[\u2e81-\U0010ffff]")
_DETAIL_CHARS = 40
_BEGINNING = 400  # says enough, if it says anything
_PHYSICAL = frozenset({"hardware"})


def missing(
    profile: Profile,
    category: str,
    level: int,
    text: str,
    contact: str | None,
    named: Set[str] = frozenset(),
) -> tuple[str, ...]:
    """The keys of `profile.ask_for` that the report does not answer; of a general question only what it is about, where
    it does not say so with one word.

    `contact` is the sender's display name, `named` the labels of the entities that the classifier found. A device is
    asked for only where one has failed.
    """
    if level == 4:
        return () if any(map(str.isalnum, text)) else tuple(key for key in profile.ask_for if key == "symptom")
    folded = text.casefold()
    answered = {
        "contact": lambda: bool(contact),
        "company": lambda: _names_company(folded),
        "phone": lambda: _has_phone(text),
        "symptom": lambda: any(_weight(said) >= _DETAIL_CHARS for said in (text[:_BEGINNING], text)),
        "serial_number": lambda: category not in _PHYSICAL or _names_serial(folded),
    }
    return tuple(key for key in profile.ask_for if key not in named and not answered[key]())


def _names_company(folded: str) -> bool:
    if not folded.isascii() and (any(word in folded for word in _COMPANIES) or _OFFICE_OR_PLANT.search(folded)):
        return True
    return _says(folded, _COMPANY_WORDS)


def _names_serial(folded: str) -> bool:
    return any(word in folded for word in _SERIALS) or _says(folded, _SERIAL_WORDS)


def _says(folded: str, words: tuple[tuple[str, re.Pattern[str]], ...]) -> bool:
    return any(word in folded and whole.search(folded) for word, whole in words)


def _has_phone(text: str) -> bool:
    pattern = _ASCII_PHONE if text.isascii() else _PHONE
    found = pattern.findall(_DATE.sub("|", text))
    return any(sum(char.isdigit() for char in each) >= 8 for each in found)


def _weight(text: str) -> int:
    """Characters, a Chinese one counted as two: it says as much."""
    said = "".join(text.split())
    return len(said) + len(_WIDE.findall(said))
