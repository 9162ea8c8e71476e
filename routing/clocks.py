"""The promises of a case: which clocks a profile starts, and when each is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from routing.calendar import BusinessTime
from routing.profile import Profile
from routing.rules import ClockRule, Start, WorkingHours
from routing.spans import Span


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise with its deadline and the reason for it."""

    name: str
    starts_at: datetime
    due_at: datetime
    because: str
    hours: str = "always"
    is_promise: bool = True


def plan(
    profile: Profile,
    level: int,
    received_at: datetime,
    category: str = "",
    tier: str | None = None,
    site_class: str | None = None,
    starts: Start = "received",
) -> tuple[Clock, ...]:
    """The clocks of a case received then, in the profile's order. Where no tier or site class is given, the profile's
    first counts. With `starts` those that a later event starts, which happened at `received_at`."""
    tier, site_class = profile.tier(tier), profile.site_class(site_class)
    received_at = received_at.astimezone(UTC)  # in a local zone a sum would be wrong over a change to summer time
    planned: dict[str, Clock] = {}
    for rule in profile.clocks:
        if rule.starts != starts or rule.name in planned or not rule.fits(level, category, tier, site_class):
            continue
        before = planned.get(rule.after or "")
        if rule.after is not None and before is None:
            continue
        planned[rule.name] = _clock(profile, rule, level, before.due_at if before else received_at)
    return tuple(planned.values())


def again(
    profile: Profile, name: str, level: int, at: datetime, category: str, tier: str | None, site_class: str | None
) -> Clock | None:
    """The clock of that name, started anew at `at`; None where the profile has none for such a case."""
    tier, site_class = profile.tier(tier), profile.site_class(site_class)
    for rule in profile.clocks:
        if rule.name == name and rule.fits(level, category, tier, site_class):
            return _clock(profile, rule, level, at.astimezone(UTC))
    return None


def delayed(profile: Profile, due_at: datetime, hours: str, since: datetime, until: datetime) -> datetime:
    """The deadline of a clock that stood still from `since` to `until`: all of that time is given back, or of a clock
    that counts working hours the working time in it."""
    if hours == "working":
        business = business_time(profile.hours)
        return business.add(due_at, Span(elapsed=business.between(since, until)))
    return due_at + max(timedelta(), until - since)


def _clock(profile: Profile, rule: ClockRule, level: int, starts_at: datetime) -> Clock:
    business = business_time(profile.hours)
    span = rule.levels[str(level)]  # type: ignore[index]
    if rule.received == "working":
        starts_at = business.next_open(starts_at)
    counts_days = span.calendar_days or rule.hours == "working"
    due_at = business.add(starts_at, span) if counts_days else starts_at + span.elapsed
    return Clock(
        rule.name, starts_at, due_at, _because(profile, rule, span.words, business, due_at), rule.hours, rule.promise
    )


@lru_cache
def business_time(hours: WorkingHours) -> BusinessTime:
    """The arithmetic of these hours; made once, since it remembers the days it was asked about."""
    return BusinessTime(hours)


def _because(profile: Profile, rule: ClockRule, words: str, business: BusinessTime, due_at: datetime) -> str:
    begun = "receipt" if rule.starts == "received" else f"the case was {rule.starts}"
    start = f"the deadline of {rule.after}" if rule.after else begun
    if rule.received == "working":
        start += " (outside working hours: when they next begin)"
    counted = f"working hours in {profile.hours.timezone}" if rule.hours == "working" else "around the clock"
    reason = f"{words} after {start}, {counted} ({rule.row}"
    if not rule.stated:
        reason += "; a default, the source leaves it out"
    reason += ")"
    if "working" in (rule.hours, rule.received):
        if not profile.hours.stated:
            reason += "; the hours themselves are a default, the source leaves them out"
        if not business.knows(due_at):
            reason += "; the holidays of that year are not announced yet, so the day may move"
    return reason
