"""What follows from a level and a category: process, team, clocks."""

from dataclasses import dataclass
from datetime import datetime

from routing.clocks import Clock, plan
from routing.profile import Profile


@dataclass(frozen=True, slots=True)
class Decision:
    """How a case is served, with the reason for the choice of team."""

    process: str
    team: str
    clocks: tuple[Clock, ...]
    because: str


def decide(
    profile: Profile,
    level: int,
    category: str,
    received_at: datetime,
    tier: str | None = None,
    site_class: str | None = None,
) -> Decision:
    """The decision of `profile` for a report received then (SERVICE.md: levels 1-3 take the fault process)."""
    rule = profile.team_for(level, category)
    looked_at = (rule.levels and f"level {level}", rule.categories and f"category {category}")
    grounds = ", ".join(part for part in looked_at if part) or "everything else"
    return Decision(
        process="fault" if level <= 3 else "non-fault",
        team=rule.team,
        clocks=plan(profile, level, received_at, category, tier, site_class),
        because=f"{grounds} goes to {rule.team} in profile {profile.name}",
    )
