"""A service scheme, read from one TOML file in routing/profiles/ and checked."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import list_supported_countries
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Language

_DURATION = re.compile(r"([1-9]\d{0,3}) (minutes?|hours?|working days?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `elapsed` runs on, or `working_days` are counted; one of them is set."""

    elapsed: timedelta = timedelta()
    working_days: int = 0
    words: str = ""


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is no duration; write for example '30 minutes', '4 hours' or '3 working days'")
    number, unit = int(match[1]), match[2].rstrip("s")
    if unit == "working day":
        return Span(working_days=number, words=value)
    return Span(elapsed=timedelta(**{f"{unit}s": number}), words=value)


def _time_of_day(value: object) -> object:
    # Pydantic would read a bare 9 as nine seconds past midnight.
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value)):
        return value
    raise ValueError(f"{value!r} is no time of day; write for example '09:00'")


_TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class ClockRule(_Strict):
    """One promise: how long after its start it is due, by level. A level it does not name has none.

    `hours` says whether only working hours count. `after` names the clock whose deadline starts
    this one; without it the report's arrival does. `row` is the source in SERVICE.md; `stated` is
    False where the source leaves the figure out and this is our default.
    """

    name: str
    hours: Literal["working", "always"]
    levels: dict[Literal["1", "2", "3", "4"], Annotated[Span, BeforeValidator(_span)]] = Field(min_length=1)
    after: str | None = None
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _can_be_counted(self) -> "ClockRule":
        if self.hours == "always" and any(span.working_days for span in self.levels.values()):
            raise ValueError(f"clock {self.name}: working days need hours = 'working'")
        return self


class TeamRule(_Strict):
    """The team for a case; the first rule that fits counts. An empty list fits everything."""

    team: str
    levels: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "TeamRule":
        for category in self.categories:
            if category not in CATEGORIES:
                raise ValueError(f"{category!r} is no category; there are {', '.join(CATEGORIES)}")
        if not set(self.levels) <= set(LEVELS):
            raise ValueError("levels are 1 to 4")
        return self

    def fits(self, level: int, category: str) -> bool:
        return (not self.levels or level in self.levels) and (not self.categories or category in self.categories)


class WorkingHours(_Strict):
    """When the desk works: spans of local time on the working days of a region's calendar."""

    timezone: str
    region: str
    spans: tuple[tuple[_TimeOfDay, _TimeOfDay], ...] = Field(min_length=1)
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "WorkingHours":
        if not _is_zone(self.timezone):
            raise ValueError(f"timezone {self.timezone!r} is unknown; write for example 'Asia/Shanghai'")
        if self.region not in list_supported_countries():
            raise ValueError(f"region {self.region!r} has no holiday calendar; write a country code such as 'CN'")
        edges = [edge for span in self.spans for edge in span]
        if edges != sorted(edges) or len(set(edges)) != len(edges):
            raise ValueError("spans must not overlap and must be in order")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ThreadRule(_Strict):
    """What becomes of a mail to a closed case: within `reopen_days` of its end it opens the case again, later
    it makes a new one that is linked to it. 0 days: always a new one."""

    reopen_days: int = Field(ge=0)
    row: str
    stated: bool = True


class Profile(_Strict):
    """One vendor's service scheme. `version` is a digest of the file: a case keeps the one it was planned by."""

    name: str
    title: str
    source: str
    level_names: dict[Literal["1", "2", "3", "4"], dict[Literal["zh-Hans", "zh-Hant", "en"], str]]
    hours: WorkingHours
    clocks: tuple[ClockRule, ...]
    teams: tuple[TeamRule, ...]
    ask_for: tuple[Literal["contact", "company", "phone", "symptom", "serial_number"], ...]
    threads: ThreadRule
    version: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Profile":
        if set(self.level_names) != {str(level) for level in LEVELS}:
            raise ValueError("level_names must name the levels 1 to 4")
        for key, by_language in self.level_names.items():
            if absent := set(Language) - set(by_language):
                raise ValueError(f"level_names: level {key} has no name in {', '.join(sorted(absent))}")
        names: list[str] = []
        for clock in self.clocks:
            if clock.after is not None and clock.after not in names:
                raise ValueError(f"clock {clock.name}: after = {clock.after!r} is no clock above it")
            if clock.name in names:
                raise ValueError(f"clock {clock.name} is there twice")
            names.append(clock.name)
        for level in LEVELS:
            for category in CATEGORIES:
                if not any(rule.fits(level, category) for rule in self.teams):
                    raise ValueError(f"teams: no rule fits level {level}, category {category}")
        return self

    def level_name(self, level: int, language: str) -> str:
        return self.level_names[str(level)][language]  # type: ignore[index]

    def team_for(self, level: int, category: str) -> TeamRule:
        return next(rule for rule in self.teams if rule.fits(level, category))


def parse(text: str, name: str) -> Profile:
    """A profile from the text of its file.

    Raises:
        Misconfigured: what is wrong with it, and where.
    """
    try:
        values = tomllib.loads(text)
        return Profile.model_validate(values | {"version": hashlib.sha256(text.encode()).hexdigest()[:12]})
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"profile {name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        where = f"{name}: {place}" if place else name
        raise Misconfigured(f"profile {where}: {first['msg'].removeprefix('Value error, ')}") from error


@lru_cache
def load(name: str) -> Profile:
    """The profile of that name.

    Raises:
        Misconfigured: there is none, or it is wrong.
    """
    folder = resources.files("routing") / "profiles"
    known = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in known:
        raise Misconfigured(f"there is no profile {name!r}; there are: {', '.join(known)}")
    return parse((folder / f"{name}.toml").read_text(encoding="utf-8"), name)
