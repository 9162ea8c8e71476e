"""What a service scheme is made of: durations, clocks, teams, hours; each checked as it is read."""

import re
from datetime import time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.values import CATEGORIES, LEVELS, Language
from routing import regions
from routing.spans import Span, read_span

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)

# Who can be told of a case: those it is about, and the rungs that a member of the staff can stand on.
CONCERNED = ("assignee", "on-call")
ROLES = (
    "specialist",
    "engineer",
    "second-line",
    "expert",
    "product-management",
    "rnd",
    "service-manager",
    "project-manager",
    "account-manager",
    "director",
    "quality",
    "supervision",
)


def _time_of_day(value: object) -> object:
    # Pydantic would read a bare 9 as nine seconds past midnight.
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK_TIME.fullmatch(value)):
        return value
    raise ValueError(f"{value!r} is no time of day; write '00:00' to '23:59', for example '09:00'")


def _end_of_span(value: object) -> object:
    """As above, and `24:00`: that is kept as 00:00, at which no span could end otherwise."""
    if value in ("00:00", time()):
        raise ValueError("what lasts until midnight ends at '24:00'")
    return time() if value == "24:00" else _time_of_day(value)


_TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
_EndOfSpan = Annotated[time, BeforeValidator(_end_of_span)]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _word(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value, re.ASCII):
        raise ValueError(f"{value!r} can be named in no list of the directory; write small letters, digits and hyphens")
    return value


# What the lists of contracts and of staff name, and have in this form.
Word = Annotated[str, AfterValidator(_word)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


# What happens in the life of a case, as far as clocks care.
Event = Literal["acknowledged", "accepted", "replied", "begun", "on-site", "delivered", "recovered", "solved", "closed"]
Start = Literal["received", "accepted", "recovered", "solved", "confirmed"]


class ClockRule(Strict):
    """One promise: how long after its start it is due, by level. A level it does not name has none.

    `hours` says whether only working hours count. `after` names the clock whose deadline starts
    this one; without it the report's arrival does, or with `received = "working"` the next working moment: what arrives
    outside working hours counts as received when they begin. `starts` is the event in the life of the case that starts
    it, `met_by` the one that keeps it, where that is not the usual one of its name; one that `repeats` starts
    again when it was kept, until the case is recovered. One that is no `promise` only carries steps of the ladder:
    nobody is wronged when its time passes. `categories`, `tiers` and `site_class` narrow the rule;
    of several of one name the first that fits counts. `row` is the source in SERVICE.md; `stated` is
    False where the source leaves the figure out and this is our default.
    """

    name: str
    hours: Literal["working", "always"]
    received: Literal["at once", "working"] = "at once"
    categories: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    site_class: str | None = None
    levels: dict[Literal["1", "2", "3", "4"], Annotated[Span, BeforeValidator(read_span)]] = Field(min_length=1)
    after: str | None = None
    starts: Start = "received"
    met_by: Event | None = None
    repeats: bool = False
    promise: bool = True
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _can_be_counted(self) -> "ClockRule":
        spans = self.levels.values()
        if self.hours == "always" and any(span.working_days or (span.by and not span.calendar_days) for span in spans):
            raise ValueError(f"clock {self.name}: working days need hours = 'working'")
        check_categories(self.categories)
        return self

    def fits(self, level: int, category: str, tier: str | None, site_class: str | None) -> bool:
        return (
            str(level) in self.levels
            and (not self.categories or category in self.categories)
            and (not self.tiers or tier in self.tiers)
            and self.site_class in (None, site_class)
        )


def check_categories(categories: tuple[str, ...]) -> None:
    """Raises ValueError where one of them is none."""
    for category in categories:
        if category not in CATEGORIES:
            raise ValueError(f"{category!r} is no category; there are {', '.join(CATEGORIES)}")


class OwnLevel(Strict):
    """Another name of a level for some categories: a scheme whose own levels are cut otherwise than the four."""

    level: Literal[1, 2, 3, 4]
    categories: tuple[str, ...] = Field(min_length=1)
    names: dict[Literal["zh-Hans", "zh-Hant", "en"], str]

    @model_validator(mode="after")
    def _complete(self) -> "OwnLevel":
        check_categories(self.categories)
        if absent := set(Language) - set(self.names):
            raise ValueError(f"level {self.level} has no name in {', '.join(sorted(absent))}")
        return self


class LadderRule(Strict):
    """One step of the ladder: when `clock` has missed its deadline, and `after` more time of the same hours has passed,
    people are told by `by`: those of the roles in `tell`, "assignee" is who has accepted the case and "on-call"
    who is on duty in its team. `does` names what else happens: the level is raised, an expert is brought in, the case
    is taken back from who accepted it, or closed."""

    name: str
    clock: str
    after: Annotated[Span | None, BeforeValidator(read_span)] = None
    levels: tuple[Literal[1, 2, 3, 4], ...] = (1, 2, 3, 4)
    tell: tuple[str, ...] = ()
    by: tuple[Literal["email", "sms", "voice"], ...] = ("email",)
    does: tuple[Literal["raise-level", "expert", "take-back", "close"], ...] = ()
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _does_something(self) -> "LadderRule":
        if not self.tell and not self.does:
            raise ValueError(f"step {self.name} tells nobody and does nothing; write tell = [...] or does = [...]")
        if self.tell and not self.by:
            raise ValueError(f"step {self.name} tells people by nothing; write by = ['email'], or leave it out")
        if not self.levels:
            raise ValueError(f"step {self.name} is for no level; leave levels out where it is for all")
        if self.after is not None and not self.after.elapsed:
            raise ValueError(f"step {self.name}: after is a number of minutes or hours")
        for role in self.tell:
            if role not in CONCERNED + ROLES:
                raise ValueError(f"step {self.name}: {role!r} is no role; there are {', '.join(CONCERNED + ROLES)}")
        return self


class TeamRule(Strict):
    """The team for a case; the first rule that fits counts. An empty list fits everything."""

    team: Word
    levels: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "TeamRule":
        check_categories(self.categories)
        if not set(self.levels) <= set(LEVELS):
            raise ValueError("levels are 1 to 4")
        return self

    def fits(self, level: int, category: str) -> bool:
        return (not self.levels or level in self.levels) and (not self.categories or category in self.categories)


class WorkingHours(Strict):
    """When the desk works: spans of local time on the working days of a region's calendar, or on every day. One that
    lasts until midnight, `24:00`, ends at 00:00."""

    timezone: str
    region: str
    spans: tuple[tuple[_TimeOfDay, _EndOfSpan], ...] = Field(min_length=1)
    days: Literal["working", "every"] = "working"
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "WorkingHours":
        if not _is_zone(self.timezone):
            raise ValueError(f"timezone {self.timezone!r} is unknown; write for example 'Asia/Shanghai'")
        if refusal := regions.refusal(self.region):
            raise ValueError(refusal)
        edges = [edge for begin, end in self.spans for edge in ((False, begin), (end == time(), end))]
        if edges != sorted(edges) or len(set(edges)) != len(edges):
            raise ValueError(
                "spans must not overlap or touch, and must be in order; what passes midnight is two spans, "
                "one until '24:00' and one from '00:00'; what runs around the clock has hours = 'always' in its clock"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def days_of(self, span: Span) -> float:
        """How many days of these hours it is, where it is counted in them."""
        each = sum((_until(begin, end) for begin, end in self.spans), timedelta())
        return span.working_days or span.elapsed / each


def _until(begin: time, end: time) -> timedelta:
    day = timedelta(days=1) if end == time() else timedelta()
    return day + timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute)


Priority = Literal["highest", "high", "normal"]


class PriorityRule(Strict):
    """Which cases are worked on first, by level: the highest may interrupt other work; those of one priority are taken
    first come, first served."""

    levels: dict[Literal["1", "2", "3", "4"], Priority]
    row: str
    stated: bool = True

    @model_validator(mode="after")
    def _complete(self) -> "PriorityRule":
        if absent := {str(level) for level in LEVELS} - set(self.levels):
            raise ValueError(f"priority names no level {', '.join(sorted(absent))}")
        return self


class ThreadRule(Strict):
    """What becomes of a mail to a closed case: within `reopen_days` of its end it opens the case again, later
    it makes a new one that is linked to it. 0 days: always a new one."""

    reopen_days: int = Field(ge=0)
    row: str
    stated: bool = True


class UnentitledRule(Strict):
    """What becomes of a report whose contract has ended, or is none, or names other askers: it is served as usual and
    the desk is told; or by the default profile; or put on hold, with no promise but the first reply, until a person has
    looked. Levels 1 and 2 are served as usual in any case."""

    serve: Literal["as usual", "by the default profile", "hold"] = "as usual"
    row: str = "the source does not say what becomes of who is not entitled"
    stated: bool = False
