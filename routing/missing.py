"""What a report leaves out that the desk will have to ask for (SERVICE.md, yilong: asked from every caller)."""

import re
from collections.abc import Set

from routing.profile import Profile

_PHONE = re.compile(r"(?<![\dA-Za-z-])(?:\+?\d[\d\s()（）-]{6,17}\d)(?![\dA-Za-z-])")
# Would pass for a phone number. What must not stand before it is looked at last: so only a 1 or 2 is tried at all.
_DATE = re.compile(r"(?:19|20)(?<!\d\d\d)\d\d-\d{1,2}-\d{1,2}(?!\d)")
# Of case-folded text: to ignore the case takes these four times as long.
_SERIAL = re.compile(r"\b(?:s/?n|serial)\b")
_SERIALS = ("序列号", "序列號", "序號", "机身码")
_COMPANIES = (
    *("公司", "集团", "集團", "医院", "醫院", "学校", "學校", "大学", "大學"),
    *("银行", "銀行", "研究院", "中心"),
)
_COMPANY = re.compile(
    r"\b(?:inc|ltd|llc|gmbh|corp|co|company|hospital|university|college|bank|group|school|plant)\b"
    r"|局\b|[厂廠](?![家商])"
)
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
    """The keys of `profile.ask_for` that the report does not answer; nothing for a general question.

    `contact` is the sender's display name, `named` the labels of the entities that the classifier found. A device is
    asked for only where one has failed.
    """
    if level == 4:
        return ()
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
    return any(word in folded for word in _COMPANIES) or bool(_COMPANY.search(folded))


def _names_serial(folded: str) -> bool:
    return any(word in folded for word in _SERIALS) or bool(_SERIAL.search(folded))


def _has_phone(text: str) -> bool:
    found = _PHONE.findall(_DATE.sub("|", text))
    return any(sum(char.isdigit() for char in each) >= 8 for each in found)


def _weight(text: str) -> int:
    """Characters, a Chinese one counted as two: it says as much."""
    said = "".join(text.split())
    return len(said) + len(_WIDE.findall(said))
