"""Team and clocks of each report that opens a case, by the profile of its contract."""

from collections.abc import Sequence
from dataclasses import replace

from models.values import Standing
from routing.decide import decide
from routing.profile import Profile
from routing.serving import serving
from workers.profiles import named
from workers.stages.draft import Draft


def run(drafts: Sequence[Draft], profile: Profile) -> list[Draft]:
    """Decide by the contract's profile, or by `profile` where there is none; the clocks start when the report was
    received, not when it is looked at."""
    return [_routed(draft, profile) for draft in drafts]


def _routed(draft: Draft, default: Profile) -> Draft:
    found, party = draft.classification, draft.party
    if found is None or draft.thread is not None:
        return draft
    if party is None:
        served = serving(Standing.UNKNOWN, found.level, default, default)
    else:
        own = named(party.profile, default)
        served = serving(party.standing, found.level, own, default, party.tier, party.site_class)
    received_at = draft.claimed.received_at
    decision = decide(served.profile, found.level, found.category, received_at, served.tier, served.site_class)
    return replace(draft, decision=served.admits(decision), serving=served)
