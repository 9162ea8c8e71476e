"""Enumerations, ids and small value objects shared by every package. Pure."""

import secrets
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

# As whom the machine writes into the timeline of a case.
MACHINE = "firstline"
# As what a note of the staff stands in it.
NOTE = "note"

LEVELS = (1, 2, 3, 4)
CATEGORIES = (
    "hardware",
    "network",
    "software",
    "performance",
    "data",
    "security",
    "account",
    "install",
    "usage",
    "contract",
    "service",
    "complaint",
)

# As far as the calendars reach.
CALENDAR_YEARS = range(2000, 2100)

# Those that service schemes give cases to.
TEAMS = ("incident", "infrastructure", "security", "service-desk", "software")


class Channel(StrEnum):
    """How a report came in. Machine alerts arrive by e-mail; the classifier tells them apart."""

    EMAIL = "email"
    PHONE = "phone"
    MACHINE = "machine"


class Language(StrEnum):
    """The languages a reporter is answered in."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


class ReportState(StrEnum):
    """Where a report stands in the queue; all but WAITING are end states. SHUNTED could not be processed,
    QUARANTINED may not be what it says it is, DISCARDED was put away by a person."""

    WAITING = "waiting"
    DONE = "done"
    SHUNTED = "shunted"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class CaseState(StrEnum):
    """The life of a case. ACCEPTED: somebody has taken it. RECOVERED: the service is back and is watched.
    SOLVED: the customer is asked to confirm. A reply to a closed case makes it ACKNOWLEDGED again."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting"
    RECOVERED = "recovered"
    SOLVED = "solved"
    CLOSED = "closed"


# Nobody has taken a case of these states, and somebody works on one of those.
FREE = frozenset({CaseState.NEW, CaseState.ACKNOWLEDGED})
AT_WORK = frozenset({CaseState.ACCEPTED, CaseState.IN_PROGRESS, CaseState.WAITING, CaseState.RECOVERED})


class Standing(StrEnum):
    """What a reporter may ask for, by his contract. UNKNOWN is served by the default profile, and flagged."""

    ENTITLED = "entitled"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    NOT_ENTITLED = "not-entitled"
    NOT_NAMED = "not-a-named-asker"


class LinkKind(StrEnum):
    """How two cases belong together: they have to do with each other, the later one follows the earlier, or both are
    about the same fault."""

    RELATED = "related"
    FOLLOW_UP = "follow-up"
    SAME_FAULT = "same-fault"


class StepState(StrEnum):
    """What became of a step of a ladder."""

    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"


class OutgoingState(StrEnum):
    """The fate of a message of ours; recorded before the side effect happens."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class TranscriptState(StrEnum):
    """What became of writing down a recording; FAILED is not tried again."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Auto(StrEnum):
    """Why a mail gets no acknowledgement (RFC 3834 section 2, RFC 3464)."""

    AUTO_REPLY = "auto-reply"
    AUTO_GENERATED = "auto-generated"
    BULK = "bulk"
    LIST = "list"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a report is durable.

    `created` is False where the same report had been stored by an earlier delivery.
    """

    report_id: str
    created: bool


def new_id() -> str:
    """A new id: 21 hexadecimal digits, the first eleven the time in ms, so that ids sort by time."""
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(5)}"


def made_at(new: str) -> datetime:
    """When `new_id` gave that id, to the millisecond."""
    return datetime.fromtimestamp(int(new[:11], 16) / 1000, UTC)


def id_at(moment: datetime) -> str:
    """What all ids are less than that were made before then."""
    return f"{int(moment.timestamp() * 1000):011x}"


def case_number(case_id: int) -> str:
    """The number people quote for a case, on paper or by telephone: FL-000042."""
    return f"FL-{case_id:06d}"


# PostgreSQL's largest integer: what is longer is no case's number.
_HIGHEST_ID = 2**31 - 1


def case_id(number: str) -> int | None:
    """The id in the number of a case, FL-000042 or 42; None where it is no such number."""
    digits = number.strip().upper().removeprefix("FL-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    return found if (found := int(digits)) <= _HIGHEST_ID else None


def directory_key(text: str) -> str:
    """A number, an address or a name as the directory compares it: case-folded, full-width forms as the ordinary
    ones (NFKC), without blanks and what cannot be seen."""
    if text.isascii():
        return "".join(text.lower().split())
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return "".join(folded.split())
