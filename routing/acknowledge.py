"""The acknowledgement in the reporter's language: case number, level, what is next and by when, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.values import Language, Standing
from routing.clocks import Clock
from routing.wording import NAME_CHARS, local, one_line, subject_line, template, without_links, words

# The promises a customer is told about; the others are the desk's own.
TOLD = ("status_reply", "respond", "solve_online", "spare_part", "on_site", "solve")
# Told where a scheme promises nothing else.
_TOLD_AT_LEAST = ("first_reply",)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an acknowledgement says of a case. `greeting_name` may be empty; `is_incomplete` says that part of the
    mail could not be read because of a limit; `documents` are title and beginning of what may help already. It is
    written `at`: what should have been done by then is promised no more. Of the `standing` it says only that our list
    does not have him: nobody is told of contracts or of other people."""

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
    at: datetime
    is_incomplete: bool = False
    documents: Sequence[tuple[str, str]] = ()
    standing: Standing = Standing.ENTITLED


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Subject and text of the reply, ready to be wrapped in a mail."""

    subject: str
    text: str


def acknowledge(facts: CaseFacts) -> Acknowledgement:
    """The reply to a report that opened a case. Pure: the same facts give the same text."""
    questions = words("questions", facts.language)
    subject, name = without_links(one_line(facts.subject)), one_line(facts.greeting_name, NAME_CHARS)
    text = template(f"acknowledgement.{facts.language}.txt").render(
        facts=facts,
        subject=subject,
        greeting_name=name if name == without_links(name) else "",
        told=_told(facts, TOLD) or _told(facts, _TOLD_AT_LEAST),
        missing=[questions[key] for key in facts.missing],
        received=local(facts.received_at, facts.zone),
        zone=facts.zone.key,
    )
    return Acknowledgement(subject_line(facts.token, subject), text)


def _told(facts: CaseFacts, names: Sequence[str]) -> list[tuple[str, str]]:
    """The promises of these names that are still to come, in words, the earliest first."""
    promises = words("promises", facts.language)
    to_come = (clock for clock in facts.clocks if clock.name in names and clock.due_at > facts.at)
    told = sorted(to_come, key=lambda clock: clock.due_at)
    return [(promises[clock.name], local(clock.due_at, facts.zone)) for clock in told]
