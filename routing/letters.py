"""Stub."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.values import Language


class Kind(StrEnum):
    STATUS = "status"
    ASK = "ask"
    INTERIM = "interim"
    SOLVED = "solved"
    CLOSED = "closed"
    SURVEY = "survey"
    CONSENT = "consent"
    VISIT = "visit"
    PART = "part"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    number: str
    token: str
    subject: str
    language: Language
    level_name: str
    state: str
    greeting_name: str
    body: str
    next_clocks: Sequence[tuple[str, datetime]]
    zone: ZoneInfo
    cause: str
    solution: str
    missing: Sequence[str]
    received_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def write(kind: Kind, facts: LetterFacts) -> Letter:
    return Letter(f"[{facts.token}] {facts.subject}", f"{kind} {facts.number}")
