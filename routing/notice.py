"""Stub."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.values import Language


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    number: str
    token: str
    level: int
    level_name: str
    customer: str
    subject: str
    team: str
    step: str
    because: str
    due_at: datetime
    zone: ZoneInfo
    language: Language
    told_before: tuple[str, ...]
    asks_acceptance: bool


@dataclass(frozen=True, slots=True)
class Notice:
    subject: str
    text: str
    sms: str
    spoken: str


def notice(facts: NoticeFacts) -> Notice:
    return Notice(f"[{facts.token}] {facts.step}", facts.number, facts.number, facts.number)
