"""Team and clocks of each report that opens a case."""

from collections.abc import Sequence
from dataclasses import replace

from routing.decide import decide
from routing.profile import Profile
from workers.stages.draft import Draft


def run(drafts: Sequence[Draft], profile: Profile) -> list[Draft]:
    """Decide by the profile; the clocks start when the report was received, not when it is looked at."""
    return [_routed(draft, profile) for draft in drafts]


def _routed(draft: Draft, profile: Profile) -> Draft:
    found = draft.classification
    if found is None or draft.thread is not None:
        return draft
    decision = decide(profile, found.level, found.category, draft.claimed.received_at)
    return replace(draft, decision=decision)
