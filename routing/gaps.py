"""What a service scheme leaves open: allowed, but worth a second look before customers depend on it."""

from collections.abc import Iterator
from itertools import product

from models.values import CATEGORIES
from routing import life
from routing.profile import Profile
from routing.rules import LadderRule

FAULT_LEVELS = (1, 2, 3)
# The clocks by which a customer hears from us first, whatever a scheme calls it.
ANSWERS = frozenset({"first_reply", "respond", "second_line_accept"})
_ON_CALL = "on-call"
# Whoever works on a case anyway: telling them alone is no escalation.
_AT_WORK = frozenset({"assignee", _ON_CALL, "specialist", "engineer"})


def gaps(profile: Profile) -> tuple[str, ...]:
    """One sentence a gap: a fault that nobody has to answer, a clock without consequences, one that no event of its own
    keeps, a fault that who is on call is not told of, a ladder that leads nowhere."""
    return (
        *_unanswered(profile),
        *_kept_by_no_name(profile),
        *_without_consequences(profile),
        *_unheard(profile),
        *_leading_nowhere(profile),
    )


def _unanswered(profile: Profile) -> Iterator[str]:
    for level in FAULT_LEVELS:
        open_cases = [
            (category, tier, site_class)
            for category, tier, site_class in product(
                CATEGORIES, profile.tiers or (None,), profile.site_classes or (None,)
            )
            if not any(rule.name in ANSWERS and rule.fits(level, category, tier, site_class) for rule in profile.clocks)
        ]
        if open_cases:
            example = ", ".join(part for part in open_cases[0] if part)
            yield f"level {level} has no {' or '.join(sorted(ANSWERS))} for {example}"


def _kept_by_no_name(profile: Profile) -> Iterator[str]:
    for rule in profile.clocks:
        if not life.has_event(profile, rule.name):
            yield f"clock {rule.name} says no met_by, so only a case that is solved keeps it"


def _unheard(profile: Profile) -> Iterator[str]:
    heard = {level for step in profile.ladder if _ON_CALL in step.tell for level in step.levels}
    if silent := sorted(set(FAULT_LEVELS) - heard):
        yield f"level {', '.join(map(str, silent))}: no step tells on-call, so who is on call hears of no case"


def _without_consequences(profile: Profile) -> Iterator[str]:
    for name in dict.fromkeys(rule.name for rule in profile.clocks):
        held = {int(level) for rule in profile.clocks if rule.name == name for level in rule.levels}
        climbed = {level for step in profile.ladder if step.clock == name for level in step.levels}
        if silent := sorted((held & set(FAULT_LEVELS)) - climbed):
            yield f"clock {name} has no step of the ladder at level {', '.join(map(str, silent))}"


def _leading_nowhere(profile: Profile) -> Iterator[str]:
    for level in FAULT_LEVELS:
        if not any(level in step.levels and _escalates(step) for step in profile.ladder):
            yield f"level {level} never climbs: no step raises it, brings an expert or tells anybody above"


def _escalates(step: LadderRule) -> bool:
    return bool({"raise-level", "expert"} & set(step.does)) or not set(step.tell) <= _AT_WORK
