"""Quiet hours: when our own people are written to of a case that can wait, and are not called."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import field_validator

from routing.rules import Strict, check_categories

EMAIL = "email"
FAULTS = (1, 2, 3)
_BEGIN = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_END = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


class QuietRule(Strict):
    """Between the times of `spans`, local in the profile's zone, nobody is called or sent a text message of a case of
    these `levels`: he is told by e-mail. A span may pass midnight; no levels: there are no quiet hours. By the source
    that leaves it out a grave fault wakes people, and nothing else does; where a scheme cuts its levels by category
    too, a fault of those in `wakes` is grave."""

    spans: tuple[tuple[str, str], ...] = (("22:00", "07:00"),)
    levels: tuple[Literal[1, 2, 3, 4], ...] = (3, 4)
    wakes: tuple[str, ...] = ()
    row: str = "the source does not say when nobody is called"
    stated: bool = False

    @field_validator("spans")
    @classmethod
    def _are_spans(cls, spans: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for begin, end in spans:
            if not _BEGIN.fullmatch(begin) or not _END.fullmatch(end) or begin == end:
                raise ValueError(f"{begin}-{end} is no span of quiet hours; write for example ['22:00', '07:00']")
        return spans

    @field_validator("wakes")
    @classmethod
    def _are_categories(cls, wakes: tuple[str, ...]) -> tuple[str, ...]:
        check_categories(wakes)
        return wakes

    @property
    def words(self) -> str:
        """When it is quiet, and for what."""
        if not self.levels or not self.spans:
            return "none"
        hours = ", ".join(f"{begin}-{end}" for begin, end in self.spans)
        quiet = f"level {', '.join(map(str, self.levels))} by e-mail only {hours}"
        return f"{quiet}; faults of {', '.join(self.wakes)} at any hour" if self.wakes else quiet


def is_quiet(rule: QuietRule, level: int, category: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether of a case of this level and category nobody is called at this moment. The wall clock counts: an hour that
    is skipped or comes twice in a night is quiet where it reads so."""
    if level not in rule.levels or (level in FAULTS and category in rule.wakes):
        return False
    reads = f"{now.astimezone(zone):%H:%M}"
    return any(_holds(begin, end, reads) for begin, end in rule.spans)


def _holds(begin: str, end: str, reads: str) -> bool:
    # Two digits each, so that they sort as text like the times they are.
    return begin <= reads < end if begin < end else reads >= begin or reads < end


def ways(
    by: Sequence[str], rule: QuietRule, level: int, category: str, now: datetime, zone: ZoneInfo
) -> tuple[str, ...]:
    """How people are told at this moment of those ways."""
    return (EMAIL,) if by and is_quiet(rule, level, category, now, zone) else tuple(by)
