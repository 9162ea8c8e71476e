"""Reasons in the language of who reads them. They are stored in English, as they were found: `[reason]` among the
words has the English form of each that is known, with holes for what stands in it, and the same in each language."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from console.pages import words
from console.pages.words import DEFAULT, Words

# Reasons stand in reasons; what goes deeper was not made by us.
_DEEPEST = 8
# What people wrote may be as long as a mail, and is none of ours.
_LONGEST = 4000
_HOLE = re.compile(r"\{([a-z]+\d*)\}")
_SPAN = re.compile(r"(\d+) (minute|hour|working day|calendar day)s?(?: by (\d\d:\d\d))?")
_SAME_DAY = re.compile(r"same day by (\d\d:\d\d)")
_AT_ONCE = "at once"
_SHAPES = {
    "n": [re.compile(r"[\d.]+")],
    "level": [re.compile(r"\d")],
    "case": [re.compile(r"FL-\d+")],
    "address": [re.compile(r"\S+@\S+")],
    "at": [re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")],
    "on": [re.compile(r"\d{4}-\d\d-\d\d")],
    "span": [_SPAN, _SAME_DAY, re.compile(_AT_ONCE)],
}
# What has words of ours, or the text is another one; and what a desk may have of its own.
_OURS = frozenset({"clock", "step", "state", "letter", "event", "scope", "process"})
_A_DESKS = frozenset({"team", "category"})
# What stands between several of a kind where they are stored.
_BETWEEN = {
    "roles": ("staff-role", " and no "),
    "states": ("state", ", "),
    "clocks": ("clock", ", "),
    "categories": ("category", ", "),
}
# In English these stand amid a sentence that was not made for a name of several words.
_QUOTED = frozenset({"clock", "step", "letter"})
# What schemes call a level mostly says its number again.
_LABEL = re.compile(r"^(?:Level \d|[一二三四][级級])\s?[(（](.+)[)）]$")
# These may say more than one thing.
_LONG = frozenset({"reason", "row", "said"})


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of a reason: what stands before, between and after its holes, and the name of each, which
    without its number is its kind; `mark` is the longest piece."""

    name: str
    pieces: tuple[str, ...]
    holes: tuple[str, ...]
    kinds: tuple[str, ...]
    mark: str

    def read(self, text: str) -> list[str] | None:
        """What stands in the holes; None where the text has another form. Each piece is looked for once, so that no
        text takes long."""
        first, *between, last = self.pieces
        if not (text.startswith(first) and text.endswith(last)):
            return None
        found, at, end = [], len(first), len(text) - len(last)
        for piece in between:
            until = text.find(piece, at + 1, end)
            if until < 0:
                return None
            found.append(text[at:until])
            at = until + len(piece)
        return [*found, text[at:end]] if at < end else None


class _Reader:
    """Says reasons in the words of one language."""

    def __init__(self, said: Words) -> None:
        self._said = said
        self._is_english = said.language == DEFAULT
        self._between = "; " if self._is_english else "；"
        self._exact = _exact("reason")
        self._sources = _exact("source")

    def read(self, text: str, depth: int = 0) -> str:
        if depth > _DEEPEST:
            return text
        if (name := self._exact.get(text)) is not None:
            return self._said(name)
        for form in _forms():
            found = form.read(text) if form.mark in text else None
            if found is not None and all(map(self._fits, form.kinds, found)):
                values = [self._value(kind, part, depth) for kind, part in zip(form.kinds, found, strict=True)]
                return self._said(form.name, **dict(zip(form.holes, values, strict=True)))
        parts = _parts(text)
        said = [self.read(part, depth + 1) for part in parts] if len(parts) > 1 else parts
        return text if said == parts else self._between.join(said)

    def _fits(self, kind: str, text: str) -> bool:
        """True where the text can stand in a hole of that kind."""
        shapes = _SHAPES.get(kind)
        if shapes is not None:
            return any(shape.fullmatch(text) for shape in shapes)
        if kind in _OURS:
            return f"{kind}.{text}" in self._said.flat
        return kind in _LONG or "; " not in text

    def _value(self, kind: str, text: str, depth: int) -> str:
        """What stands in a hole of that kind, in words."""
        if kind == "label":
            return _LABEL.sub(r"\1", text)
        if self._is_english:
            return self._in_english(kind, text, depth)
        if kind in _OURS or kind in _A_DESKS:
            return self._named(kind, text)
        make: Callable[[str], str] | None = {
            "span": self._span,
            "people": self.people,
            "channel": self._channel,
            "priority": lambda name: self._named("priority", name),
            "danger": lambda name: self._named("danger", name.replace(" ", "-")),
        }.get(kind)
        if make is not None:
            return make(text)
        if kind in _BETWEEN:
            return self._each(kind, text, "、")
        if kind == "row" and (row := self.row(text)) is not None:
            return row
        return self.read(text, depth + 1) if kind in ("reason", "row") else text

    def _named(self, table: str, name: str) -> str:
        return self._said(f"{table}.{name}")

    def _each(self, kind: str, names: str, between: str) -> str:
        table, stored = _BETWEEN[kind]
        return between.join(self._named(table, name) for name in names.split(stored))

    def _in_english(self, kind: str, text: str, depth: int) -> str:
        """The same in English, in which the rest stands as it was stored."""
        if kind in _QUOTED:
            return f"“{self._named(kind, text)}”"
        if kind in ("state", "team", "event"):
            return self._named(kind, text)
        if kind in _BETWEEN:
            return self._each(kind, text, _BETWEEN[kind][1])
        return self.read(text, depth + 1) if kind == "reason" else text

    def _channel(self, name: str) -> str:
        return self._named("channel", {"mail": "email", "telephone": "phone"}.get(name, name))

    def people(self, text: str) -> str:
        """Such as `Ann by email, Bo by sms`."""
        told = (one.rpartition(" by ") for one in text.split(", "))
        return "、".join(f"{who}（{self._channel(how)}）" if who else how for who, _, how in told)

    def row(self, text: str) -> str | None:
        """A row of a scheme's source, such as `yilong: replies, then usually hourly`; None where it has no words."""
        if (name := self._sources.get(text)) is not None:
            return self._said(name)
        scheme, _, row = text.partition(": ")
        name = self._sources.get(row)
        return f"{scheme}：{self._said(name)}" if name is not None else None

    def _span(self, text: str) -> str:
        """A span of time as schemes write it."""
        if (same := _SAME_DAY.fullmatch(text)) is not None:
            return self._said("span.same-day", by=same[1])
        if (found := _SPAN.fullmatch(text)) is None:
            return self._said("span.at-once")
        unit, by = found[2].replace(" ", "-"), found[3]
        return self._said(f"span.{unit}s-by" if by else f"span.{unit}s", n=found[1], **({"by": by} if by else {}))


@lru_cache(maxsize=4096)
def say(language: str, text: str) -> str:
    """The reason in that language, steps and promises by their words; what is not known of it stays as it is."""
    if not text or len(text) > _LONGEST:
        return text
    return _reader(language).read(text)


def people(language: str, told: Sequence[str]) -> str:
    """Who was told and how, such as `Ann by email`, in that language."""
    text = ", ".join(told)
    return text if language == DEFAULT else _reader(language).people(text)


def row(language: str, text: str) -> str:
    """A row of a scheme's source in that language; as it stands there where it has no words."""
    return text if language == DEFAULT else _reader(language).row(text) or text


@cache
def _reader(language: str) -> _Reader:
    return _Reader(words.of(language))


@cache
def _exact(table: str) -> dict[str, str]:
    """By the English text, the names of the words without holes."""
    flat = words.of(DEFAULT).flat
    return {text: name for name, text in flat.items() if name.startswith(f"{table}.") and "{" not in text}


@cache
def _forms() -> Sequence[_Form]:
    """The reasons with holes; first those that say more of what has to stand there."""
    flat = words.of(DEFAULT).flat
    found = [_form(name, text) for name, text in flat.items() if name.startswith("reason.") and "{" in text]
    return sorted(found, key=lambda form: -sum(map(len, form.pieces)))


def _form(name: str, text: str) -> _Form:
    pieces = _HOLE.split(text)
    kinds = tuple(hole.rstrip("0123456789") for hole in pieces[1::2])
    return _Form(name, tuple(pieces[::2]), tuple(pieces[1::2]), kinds, max(pieces[::2], key=len))


def _parts(text: str) -> list[str]:
    """What semicolons part, but for those in brackets."""
    parts, depth, since = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == ";" and depth <= 0 and text[at + 1 : at + 2] == " ":
            parts.append(text[since:at])
            since = at + 2
    return [*parts, text[since:]]
