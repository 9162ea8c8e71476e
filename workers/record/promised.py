"""Which promises a new case begins with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.tables import CaseRow, ReportRow
from models.values import Auto
from routing.clocks import Clock
from routing.decide import decide
from routing.serving import FIRST_REPLY
from workers.stages.draft import Draft

IMPORTED = "import"  # the source of what `firstline import` takes in
# What lay unseen for a weekend is still told to people; what is older was not waited for, or is a mailbox's past.
STILL_NEWS = timedelta(days=3)
_NOBODY_WAITS = frozenset({Auto.BULK, Auto.LIST})


def promised(
    row: ReportRow, draft: Draft, case: CaseRow, is_answered: bool, now: datetime
) -> tuple[Sequence[Clock], str]:
    """The clocks of the case, and why there are none or why they start now, where that is so. Nobody is called at night
    for a newsletter or an archive; what lay unseen in a mailbox counts from when we saw it."""
    decision, serving = draft.decision, draft.serving
    assert decision is not None
    assert serving is not None
    if draft.verdict.auto in _NOBODY_WAITS:
        return (), f"nothing is promised to a {draft.verdict.auto} mail"
    if row.answer:
        # Nobody waits for a reply that is not to be sent.
        return [clock for clock in decision.clocks if is_answered or clock.name != FIRST_REPLY], ""
    if row.source == IMPORTED:
        return (), "nothing is promised to what comes from an archive"
    if now - row.received_at > STILL_NEWS:
        case.needs_review = True
        return (
            (),
            f"it came more than {STILL_NEWS.days} days before it was seen: nothing is promised before a person looks",
        )
    late = decide(serving.profile, case.level, case.category, now, serving.tier, serving.site_class)
    clocks = [clock for clock in serving.admits(late).clocks if clock.name != FIRST_REPLY]
    return clocks, "it lay in its mailbox, or in a backup, before it was seen: its clocks start now"
