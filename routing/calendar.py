"""Working time: which days the desk works, and when so many working hours have passed."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from routing import regions
from routing.rules import WorkingHours
from routing.spans import Span

# Make-up working days are announced a year ahead; `holidays` 0.109 knows them up to here and
# has none after it, without saying so.
LAST_YEAR_WITH_MAKE_UP_DAYS = 2026
_MAKE_UP_REGIONS = frozenset({"CN", "CHN"})

# Beyond this a deadline is a mistake in a profile, not a promise.
_LIMIT_DAYS = 3660
_SECOND = timedelta(seconds=1)


# A calendar fills in a year when it is first asked about it; a second thread would see it half filled.
_filling = threading.Lock()


@lru_cache
def _region(name: str) -> holidays.HolidayBase:
    return regions.calendar(name)


@lru_cache(maxsize=4096)
def is_working_day(day: date, region: str) -> bool:
    """True on the days the region works: weekends and public holidays off, make-up days on."""
    with _filling:
        return bool(_region(region).is_working_day(day))


Kind = Literal["working", "weekend", "holiday", "make-up"]


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is in a region: `make-up` is a weekend that is worked; `name` is that of the holiday."""

    date: date
    kind: Kind
    name: str = ""


def day_of(day: date, region: str, language: str = "en") -> Day:
    """What kind of day it is; the holiday's name in that language where the calendar knows it."""
    if is_working_day(day, region):
        with _filling:
            is_weekend = _region(region).is_weekend(day)
        return Day(day, "make-up" if is_weekend else "working")
    with _filling:
        name = _named(region, language).get(day)
    return Day(day, "holiday", name) if name else Day(day, "weekend")


@lru_cache
def _named(region: str, language: str) -> holidays.HolidayBase:
    known = _region(region).supported_languages or ()
    wanted = {"en": "en_US", "zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}.get(language, "")
    return regions.calendar(region, wanted if wanted in known else None)


@dataclass(frozen=True)
class BusinessTime:
    """Arithmetic in one profile's working hours. Times in and out carry a zone; results are UTC."""

    hours: WorkingHours
    _days: dict[date, tuple[tuple[datetime, datetime], ...]] = field(default_factory=dict, compare=False, repr=False)

    def add(self, start: datetime, span: Span) -> datetime:
        """The moment when `span` of working time has passed since `start`.

        Working days keep the time of day; a start outside working hours counts from their next beginning.
        The end of a span is still inside it: a day after Monday 18:00 is Tuesday 18:00.
        """
        start = start.astimezone(UTC)
        if span.calendar_days:
            return self._at(start.astimezone(self.hours.zone).date() + timedelta(days=span.calendar_days), span.by)
        if span.working_days:
            end = self._add_days(start, span.working_days)
            return end if span.by is None else self._at(end.astimezone(self.hours.zone).date(), span.by)
        if span.by is not None:
            return self._by_end_of_day(start, span.by)
        return self._add_elapsed(start, span.elapsed)

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself within working hours, else their next beginning."""
        return self._add_elapsed(moment.astimezone(UTC), timedelta())

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time that passes from `start` to `end`; none where `end` is not the later one."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        day, last = start.astimezone(self.hours.zone).date(), end.astimezone(self.hours.zone).date()
        passed = timedelta()
        while day <= last:
            for begin, stop in self._spans_of(day):
                passed += max(min(stop, end) - max(begin, start), timedelta())
            day += timedelta(days=1)
        return passed

    def _at(self, day: date, by: time | None) -> datetime:
        """That time of the day; one that a change to summer time leaves out is the moment of the change."""
        assert by is not None
        local = datetime.combine(day, by.replace(fold=0), self.hours.zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(self.hours.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return _change(local.replace(fold=1).astimezone(UTC), moment, self.hours.zone)

    def _works(self, day: date) -> bool:
        return self.hours.days == "every" or is_working_day(day, self.hours.region)

    def knows(self, moment: datetime) -> bool:
        """False where working days count, and the calendar of that year is not announced yet."""
        if self.hours.days == "every":
            return True
        year = moment.astimezone(self.hours.zone).year
        return self.hours.region not in _MAKE_UP_REGIONS or year <= LAST_YEAR_WITH_MAKE_UP_DAYS

    def _add_elapsed(self, start: datetime, left: timedelta) -> datetime:
        for begin, end in self._spans(start):
            begin = max(begin, start)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise OverflowError(f"no {left} of working time within ten years")

    def _add_days(self, start: datetime, days: int) -> datetime:
        begin = self._add_elapsed(start, timedelta())
        local = begin.astimezone(self.hours.zone)
        day = local.date()
        while days:
            day += timedelta(days=1)
            days -= self._works(day)
        # Wall-clock time on that day, so that a change to summer time does not move it.
        return self._at(day, local.time())

    def _by_end_of_day(self, start: datetime, by: time) -> datetime:
        """That time of the working day in which `start` falls; of the next one where it has passed."""
        begin = self._add_elapsed(start, timedelta())
        due = self._at(begin.astimezone(self.hours.zone).date(), by)
        if due >= begin:
            return due
        return self._at(self._add_days(start, 1).astimezone(self.hours.zone).date(), by)

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working spans that `start` is in or before, in UTC, in order."""
        day = start.astimezone(self.hours.zone).date()
        for _ in range(_LIMIT_DAYS):
            for begin, end in self._spans_of(day):
                if end >= start:
                    yield begin, end
            day += timedelta(days=1)

    def _spans_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if (known := self._days.get(day)) is None:
            known = self._days[day] = tuple(self._worked(day)) if self._works(day) else ()
        return known

    def _worked(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for begin, end in self.hours.spans:
            last = day + timedelta(days=1) if end == time() else day
            opens, closes = self._at(day, begin), self._at(last, end)
            if closes > opens:  # a change to summer time may leave out all of it
                yield opens, closes


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone changes its offset, which lies between the two."""
    before = before.replace(microsecond=0)
    offset = before.astimezone(zone).utcoffset()
    while (left := (after - before) // 2 // _SECOND) > 0:
        middle = before + left * _SECOND
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return before + _SECOND
