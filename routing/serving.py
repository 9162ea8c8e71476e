"""How a case is served by what its contract says: which profile counts, and whether its promises are made at all."""

from dataclasses import dataclass, replace

from models.values import Standing
from routing.clocks import Clock
from routing.decide import Decision
from routing.entitlement import UNENTITLED
from routing.profile import Profile

FIRST_REPLY = "first_reply"
# A fault of these levels is served whoever reports it: whether it is paid for is seen to afterwards.
ALWAYS_SERVED = (1, 2)


@dataclass(frozen=True, slots=True)
class Serving:
    """The profile that counts, and what of it. Where `is_held` nothing is promised but a first reply. `because` is
    empty where there is nothing to say."""

    profile: Profile
    tier: str | None
    site_class: str | None
    is_held: bool = False
    because: str = ""

    def admits(self, decision: Decision) -> Decision:
        """The decision with the promises that are made."""
        return replace(decision, clocks=tuple(clock for clock in decision.clocks if self._is_made(clock)))

    def _is_made(self, clock: Clock) -> bool:
        return not self.is_held or clock.name == FIRST_REPLY


def serving(
    standing: Standing, level: int, own: Profile, default: Profile, tier: str | None = None, site: str | None = None
) -> Serving:
    """How a report of that standing and level is served; `own` is the profile of its contract. A tier or site class
    that the profile does not have is left out, so that the profile's first counts."""
    if standing not in UNENTITLED:
        return _by(own, tier, site)
    if level in ALWAYS_SERVED:
        return _by(own, tier, site, because=f"a fault of level {level} is served whatever the standing")
    rule = own.unentitled
    stated = "" if rule.stated else "; a default"
    because = f"served {rule.serve}" if rule.serve != "hold" else "held until a person has looked"
    because = f"{because} ({rule.row}{stated})"
    if rule.serve == "by the default profile":
        return _by(default, tier, site, because=because)
    return _by(own, tier, site, rule.serve == "hold", because)


def _by(
    profile: Profile, tier: str | None, site_class: str | None, is_held: bool = False, because: str = ""
) -> Serving:
    return Serving(
        profile,
        tier if tier in profile.tiers else None,
        site_class if site_class in profile.site_classes else None,
        is_held,
        because,
    )
