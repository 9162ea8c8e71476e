"""The ladder of a case: which steps follow when its promises are not kept, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from routing.clocks import business_time
from routing.profile import Profile
from routing.rules import LadderRule


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as far as ladders care: its deadline, and whether working hours alone count ("working") or all."""

    due_at: datetime
    hours: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step to come, unless its clock is met before."""

    name: str
    clock: str
    due_at: datetime
    because: str


def steps(profile: Profile, level: int, clocks: Mapping[str, Running]) -> tuple[Step, ...]:
    """The steps that follow from these clocks, the earliest first; those of one moment in the profile's order."""
    found = [
        _step(profile, rule, clocks[rule.clock])
        for rule in profile.ladder
        if level in rule.levels and rule.clock in clocks
    ]
    return tuple(sorted(found, key=lambda step: step.due_at))


def rule_of(profile: Profile, name: str) -> LadderRule | None:
    """The rule of that step, or None where the profile has it no more."""
    return next((rule for rule in profile.ladder if rule.name == name), None)


def is_promise(profile: Profile, clock: str) -> bool:
    """False for a clock that only carries steps: when its time comes nothing was missed."""
    return any(rule.promise for rule in profile.clocks if rule.name == clock)


def _step(profile: Profile, rule: LadderRule, clock: Running) -> Step:
    due_at = clock.due_at.astimezone(UTC)
    if rule.after is None:
        is_late = is_promise(profile, rule.clock)
        late = f"{rule.clock} was not met in time" if is_late else f"it is time for {rule.clock}"
    else:
        late = f"{rule.clock} was not met {rule.after.words} after its time"
        working = clock.hours == "working"
        due_at = business_time(profile.hours).add(due_at, rule.after) if working else due_at + rule.after.elapsed
    stated = "" if rule.stated else "; a default, the source leaves it out"
    return Step(rule.name, rule.clock, due_at, f"{late} ({rule.row}{stated})")
