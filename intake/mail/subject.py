"""What programs put before the subject of a mail that answers another, or passes one on."""

import re

_ANSWERS = r"re|aw|antw|sv|vs|ref|rif|res|odp|ynt|回复|答复|回覆|答覆|回信|返信|답장|회신"
_PASSED_ON = r"fwd?|wg|tr|rv|enc|i|vl|doorst|pd|ilt|转发|轉寄|轉發|转寄|転送|전달"
_COUNT = r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,2})?\s*[:：]"
_ANSWER = re.compile(rf"^[\s\W]{{0,4}}(?:{_ANSWERS}){_COUNT}", re.IGNORECASE)
_FORWARD = re.compile(rf"^[\s\W]{{0,4}}(?:{_PASSED_ON}){_COUNT}", re.IGNORECASE)


def is_answer(subject: str) -> bool:
    """True for `Re:` and its kin."""
    return bool(_ANSWER.match(subject))


def is_forward(subject: str) -> bool:
    """True for `Fwd:` and its kin."""
    return bool(_FORWARD.match(subject))


def answers(subject: str, other: str) -> bool:
    """True for `Re: other`."""
    found = _ANSWER.match(subject)
    return found is not None and subject[found.end() :].strip().casefold() == other.strip().casefold()
