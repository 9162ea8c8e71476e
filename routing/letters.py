"""The letters of the desk after the acknowledgement, in the reporter's language and the words of his scheme.

A letter is a template of its kind and language, `{profile}/{kind}.{language}.txt` where a scheme has words of its own,
else `{kind}.{language}.txt`; all of them fill in the blocks of `letter.{language}.txt`. docs/letters.md names what a
template may use.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jinja2 import TemplateError, TemplateSyntaxError

from models.errors import Misconfigured
from models.values import CaseState, Language
from routing.wording import NAME_CHARS, Own, lines, local, one_line, subject_line, template, tidy, words


class Kind(StrEnum):
    """What a letter is for. ASK: something is missing. INTERIM: not solved today, this far we are. SOLVED: please
    confirm. CONSENT: may we log in (SERVICE.md, ucloud)? VISIT: an engineer comes. PART: a spare part is on its way.
    MERGED: it goes on under another number. SPLIT: a part of it has a number of its own now."""

    STATUS = "status"
    ASK = "ask"
    INTERIM = "interim"
    SOLVED = "solved"
    CLOSED = "closed"
    SURVEY = "survey"
    CONSENT = "consent"
    VISIT = "visit"
    PART = "part"
    MERGED = "merged"
    SPLIT = "split"


# The clock whose time a letter is about; it stands above, not in the list of what is next.
_ABOUT = {Kind.VISIT: "on_site", Kind.PART: "spare_part"}
# Once it is held solved the promises to solve it say nothing any more.
_AT_THE_END = {"confirm", "close", "call_back"}
# These say what staff wrote, and nothing without it; the others have something to say of their own.
_SAY_THE_BODY = frozenset({Kind.STATUS, Kind.INTERIM})
# What a template of a desk may do wrong as it runs.
_MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter may say. `body` is what staff wrote for it, `cause` and `solution` what they recorded; each may be
    empty. `next_clocks` are the running promises, `missing` keys of `ask_for` or questions in staff's own words.
    `other` is the number that the reporter knows from before, where the letter gives him another one."""

    number: str
    token: str
    subject: str
    language: Language
    level_name: str
    state: CaseState
    greeting_name: str
    body: str
    next_clocks: Sequence[tuple[str, datetime]]
    zone: ZoneInfo
    cause: str
    solution: str
    missing: Sequence[str]
    received_at: datetime
    at: datetime
    profile: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text of a letter, ready to be wrapped in a mail."""

    subject: str
    text: str


def write(kind: Kind, facts: LetterFacts, own: Own | None = None) -> Letter:
    """The letter. Pure: the same facts give the same text. `own` are a desk's templates (name -> text), which come
    before ours.

    Raises:
        Misconfigured: a template of `own` is wrong; the message names it.
    """
    name = f"{kind}.{facts.language}.txt"
    try:
        text = template(name, facts.profile, own).render(_values(kind, facts, own))
    except _MISTAKES as error:
        if own is None:
            raise
        raise Misconfigured(_what_is_wrong(name, error)) from error
    return Letter(subject_line(facts.token, facts.subject), tidy(text))


def says_nothing(kind: Kind, body: str) -> bool:
    """True where the letter needs a text by staff, and nothing of `body` can be seen."""
    return kind in _SAY_THE_BODY and not lines(body).strip()


def _values(kind: Kind, facts: LetterFacts, own: Own | None) -> dict[str, object]:
    """What the templates see: cleaned text only."""
    due = {name: local(due_at, facts.zone) for name, due_at in facts.next_clocks if due_at > facts.at}
    return {
        "kind": str(kind),
        "number": facts.number,
        "subject": one_line(facts.subject),
        "greeting_name": one_line(facts.greeting_name, NAME_CHARS),
        "level": one_line(facts.level_name),
        "state": words("states", facts.language, own)[facts.state],
        "received": local(facts.received_at, facts.zone),
        "now": local(facts.at, facts.zone),
        "zone": facts.zone.key,
        "other": one_line(facts.other),
        "body": lines(facts.body),
        "cause": lines(facts.cause),
        "solution": lines(facts.solution),
        "missing": list(_questions(kind, facts, own)),
        "open": due,
        "due": due.get(_ABOUT.get(kind, ""), ""),
        "told": list(_told(kind, facts, due, own)),
    }


def _told(kind: Kind, facts: LetterFacts, due: Mapping[str, str], own: Own | None) -> Iterator[tuple[str, str]]:
    """The promises that are still to come, in words, the earliest first; what has no words for customers is the
    desk's own."""
    promises = words("promises", facts.language, own)
    wanted = set(promises) & set(due) - {_ABOUT.get(kind)}
    if kind in (Kind.SOLVED, Kind.CLOSED):
        wanted &= _AT_THE_END
    for name, _ in sorted(facts.next_clocks, key=lambda clock: clock[1]):
        if name in wanted:
            yield promises[name], due[name]


def _questions(kind: Kind, facts: LetterFacts, own: Own | None) -> Iterator[str]:
    """What is asked for, in words; a letter that asks, and says neither here nor in its body for what, asks what the
    customer sees."""
    questions = words("questions", facts.language, own)
    asked = facts.missing
    if kind is Kind.ASK and not asked and not facts.body.strip():
        asked = ("symptom",)
    for key in asked:
        if question := questions.get(key) or one_line(key):
            yield question


def _what_is_wrong(name: str, error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"template {error.name or name}, line {error.lineno}: {error.message}"
    return f"template {name}: {error}; docs/letters.md names what a template may use"
