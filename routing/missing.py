"""What a report leaves out that the desk will have to ask for (SERVICE.md, yilong: asked from every caller)."""

import re
from collections.abc import Set

from routing.profile import Profile

_PHONE = re.compile(r"(?<![\dA-Za-z-])(?:\+?\d[\d\s()（）-]{6,17}\d)(?![\dA-Za-z-])")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-\d{1,2}-\d{1,2}(?!\d)")  # would pass for a phone number
_SERIAL = re.compile(r"\b(?:s/?n|serial)\b|序列号|序列號|序號|机身码", re.IGNORECASE)
_COMPANY = re.compile(
    r"公司|集团|集團|医院|醫院|学校|學校|大学|大學|银行|銀行|研究院|局\b|[厂廠](?![家商])|中心"
    r"|\b(?:inc|ltd|llc|gmbh|corp|co|company|hospital|university|college|bank|group|school|plant)\b\.?",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u2e81-\U0010ffff]")
_DETAIL_CHARS = 40
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
    answered = {
        "contact": bool(contact) or "contact" in named,
        "company": "company" in named or bool(_COMPANY.search(text)),
        "phone": "phone" in named
        or any(sum(char.isdigit() for char in found) >= 8 for found in _PHONE.findall(_DATE.sub("|", text))),
        "symptom": _weight(text) >= _DETAIL_CHARS,
        "serial_number": category not in _PHYSICAL or "serial_number" in named or bool(_SERIAL.search(text)),
    }
    return tuple(key for key in profile.ask_for if not answered[key])


def _weight(text: str) -> int:
    """Characters, a Chinese one counted as two: it says as much."""
    said = "".join(text.split())
    return len(said) + len(_WIDE.findall(said))
