"""Takes a person's traces out of what others wrote: his addresses, numbers and names, and the lines he wrote. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from workers.erasing.person import Person

ERASED = "[erased]"
# Shorter lines are said by everybody ("Hello", "Best regards").
_SHORTEST_LINE = 12
_QUOTE = re.compile(r"^[\s>|]+")
# What a Latin name or an address does not begin or end within. Chinese, Japanese and Korean set no space before them.
_IN_WORD = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_END_OF_DOMAIN = r"(?![a-z0-9])"  # .de is not .dev


class Traces:
    """What tells of a person: his addresses and numbers, `names` and `subjects` of his, and the lines that he `said`,
    where others have them in what they wrote."""

    def __init__(
        self, person: Person, names: Iterable[str] = (), subjects: Iterable[str] = (), said: Iterable[str] = ()
    ) -> None:
        parts = [_mailbox(one) for one in person.mailboxes]
        parts += [_domain(domain) for domain in person.domains]
        parts += [_number(one) for one in person.phones]
        named = {*person.names, *(name for name in names if len(name) > 2 and "@" not in name)}
        parts += [_bounded(re.escape(name)) for name in named]
        parts += [re.escape(subject) for subject in subjects if len(subject) >= _SHORTEST_LINE]
        # The longest first: of a name and its first half the whole is to go.
        self._found = re.compile("|".join(sorted(parts, key=len, reverse=True)) or r"(?!)", re.IGNORECASE)
        self._lines = {line for text in said for line in map(_said, text.splitlines()) if len(line) >= _SHORTEST_LINE}

    def are_in(self, text: str) -> bool:
        return self.taken_out(text) != text

    def taken_out(self, text: str) -> str:
        """The text without them."""
        if self._lines:
            lines = text.split("\n")
            text = "\n".join(ERASED if _said(line) in self._lines else line for line in lines)
        return self._found.sub(ERASED, text)

    def out_of(self, value: Any) -> Any:
        """The same for what is kept as JSON."""
        match value:
            case str():
                return self.taken_out(value)
            case list():
                return [self.out_of(one) for one in value]
            case dict():
                return {self.taken_out(str(key)): self.out_of(one) for key, one in value.items()}
            case _:
                return value


def _said(line: str) -> str:
    return _QUOTE.sub("", line).strip()


def _mailbox(mailbox: str) -> str:
    local, _, domain = mailbox.rpartition("@")
    first = rf"(?<!{_IN_WORD})(?<![.+-])" if local.isascii() else ""
    return rf"{first}{re.escape(local)}(?:\+[^\s@<>]*)?@{re.escape(domain)}{_END_OF_DOMAIN}"


def _domain(domain: str) -> str:
    """An address at it, or the domain by itself, which names its owner as well."""
    return rf"(?:(?<![\w.+-])[\w.+-]+@|(?<!{_IN_WORD})(?<!-)){re.escape(domain)}{_END_OF_DOMAIN}"


def _number(number: str) -> str:
    """As people write it, with or without the country, and with the 0 that is dialled within it: its last eight digits,
    and what stands before and between."""
    digits = number.lstrip("+")
    rest, end = digits[:-8], digits[-8:]
    between = r"[ ().\-/]{0,2}"
    dialled = f"(?:0{between})?"
    before = "".join(f"(?:{digit}{between})?{dialled}" for digit in rest)
    return rf"(?<!\d)\+?(?:00)?{dialled}{before}{between.join(end)}(?!\d)"


def _bounded(name: str) -> str:
    first = rf"(?<!{_IN_WORD})" if name[:1].isascii() else ""
    last = rf"(?!{_IN_WORD})" if name[-1:].isascii() else ""
    return f"{first}{name}{last}"
