"""Mails that tell of several alarms at once, as Alertmanager, Grafana and digests do: which of them are there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.mail import alarm_fields as fields
from intake.mail.alarm_state import is_end
from intake.mail.alarm_words import stable

_SECTION = re.compile(
    r"^\W{0,6}(?:\d{1,4}\W{0,3} )?(firing|resolved|告警中|已恢复)(?: alerts?)?(?: instances?)?"
    r"\W{0,3}(?:\d{1,4}(?: alerts?)?)?\W*$",
    re.IGNORECASE,
)
_LABELS = re.compile(r"^\W{0,6}(?:labels?|标签)\W*$", re.IGNORECASE)
_NOTES = re.compile(r"^\W{0,6}(?:annotations?|注解|source|values?|silence|dashboard|panel)\b", re.IGNORECASE)
_LABEL = re.compile(r"^[\s*•-]{0,8}([a-z_]\w{0,40})\s?[=:]\s?(\S[^\n]{0,200})$", re.IGNORECASE)
# By these two blocks of a digest are told apart.
_DEVICES = frozenset(f"{fields.HOST} {fields.SERIAL} {fields.ADDRESS}".split())
_NAMES = frozenset(fields.NAMED.split())
_STATES = frozenset(fields.STATES.split())
_COUNT = re.compile(
    r"\[(?:firing|resolved)[^\]\n]{0,40}\]"
    r"|[(（]?(?<![\w.])\d{1,4}\s?(?:[条條个個项項]|(?:new |active )?(?:alerts?|alarms?|events?|items?)\b)[)）]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Group:
    """The alarms of one mail that are there, and those that are over, each by what it says of itself."""

    firing: frozenset[str]
    resolved: frozenset[str]


def read(text: str) -> Group | None:
    """The alarms that a text lists; None where it is about one alone."""
    blocks = list(_labelled(text)) or list(_digest(text))
    firing = frozenset(block for block, is_over in blocks if not is_over)
    resolved = frozenset(block for block, is_over in blocks if is_over)
    return Group(firing, resolved) if len(firing | resolved) > 1 else None


def code(subject: str) -> str:
    """What is the same in each mail of a group: how many there are, and what they have in common, is not."""
    return stable(_COUNT.sub(" ", subject).partition("(")[0]) or stable(_COUNT.sub(" ", subject))


def _labelled(text: str) -> Iterator[tuple[str, bool]]:
    """Blocks of labels, below headings that say whether they are firing or resolved."""
    labels: dict[str, str] = {}
    is_over: bool | None = None
    is_read = True
    for line in fields.lines_of(text):
        section = _SECTION.match(line)
        label = _LABEL.match(line) if is_read else None
        if section or _LABELS.match(line) or (label and label[1] in labels):
            if labels and is_over is not None:
                yield _known(labels), is_over
            labels, is_read = {}, True
        if section:
            is_over = section[1].casefold() in ("resolved", "已恢复")
        elif _NOTES.match(line):
            is_read = False
        if label and is_read:
            labels[label[1]] = label[2].strip()
    if labels and is_over is not None:
        yield _known(labels), is_over


def _known(labels: dict[str, str]) -> str:
    return " ".join(sorted(f"{key}={value}".casefold() for key, value in labels.items()))


def _digest(text: str) -> Iterator[tuple[str, bool]]:
    """Blocks that each name a device, by the same key; a state of theirs may say that they are over."""
    by: str | None = None
    is_over = False
    block: list[str] = []
    for line in fields.lines_of(text):
        for key, value in fields.in_line(line):
            name = fields.key_of(key)
            if name in _DEVICES and by in (None, name):
                if block:
                    yield " ".join(block), is_over
                by, block, is_over = name, [value.strip().casefold()], False
            elif name in _NAMES and block:
                block.append(stable(value))
            elif name in _STATES and block:
                is_over = is_end(value)
    if block:
        yield " ".join(block), is_over
