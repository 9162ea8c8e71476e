"""The acknowledgement in the reporter's language: case number, level, what is next and by when, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from models.values import Language
from routing.clocks import Clock

# The promises a customer is told about; the others are the desk's own.
TOLD = ("status_reply", "respond", "solve_online", "spare_part", "on_site", "solve")
# Told where a scheme promises nothing else.
_TOLD_AT_LEAST = ("first_reply",)
_SUBJECT_CHARS = 150


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an acknowledgement says of a case. `greeting_name` may be empty; `is_incomplete` says that part of the
    mail could not be read because of a limit."""

    number: str
    token: str
    subject: str
    language: Language
    level: int
    level_name: str
    process: str
    clocks: Sequence[Clock]
    missing: Sequence[str]
    greeting_name: str
    received_at: datetime
    zone: ZoneInfo
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Subject and text of the reply, ready to be wrapped in a mail."""

    subject: str
    text: str


def acknowledge(facts: CaseFacts) -> Acknowledgement:
    """The reply to a report that opened a case. Pure: the same facts give the same text."""
    subject = _one_line(facts.subject)[:_SUBJECT_CHARS]
    text = _template(facts.language).render(
        facts=facts,
        subject=subject,
        greeting_name=_one_line(facts.greeting_name),
        told=_told(facts, TOLD) or _told(facts, _TOLD_AT_LEAST),
        received=_local(facts.received_at, facts),
        zone=facts.zone.key,
    )
    return Acknowledgement(f"[{facts.token}] {subject}".rstrip(), text)


def _told(facts: CaseFacts, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(clock.name, _local(clock.due_at, facts)) for clock in facts.clocks if clock.name in names]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _local(moment: datetime, facts: CaseFacts) -> str:
    return moment.astimezone(facts.zone).strftime("%Y-%m-%d %H:%M")


@lru_cache
def _template(language: Language) -> Template:
    environment = Environment(
        loader=PackageLoader("routing", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(f"acknowledgement.{language}.txt")
