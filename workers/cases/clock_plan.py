"""The clocks of a case whose level, category or scheme has changed: which take the place of those that run."""

from collections.abc import Collection, Sequence
from datetime import datetime

from models.tables import CaseRow, ClockRow
from models.values import CaseState
from routing import clocks, life
from routing.clocks import Clock
from routing.profile import Profile


def replanned(
    profile: Profile, case: CaseRow, unmet: Sequence[ClockRow], met: Collection[str], planned: Sequence[Clock]
) -> list[Clock]:
    """What takes the place of the `unmet` clocks. `planned` are those of the case as it is now, counted from its
    arrival; `met` are the names of all that were ever met.

    What was kept is not promised again. Of a case that was reopened the promises count from its return, of one that
    was taken back those of acceptance from then; news that repeat count from the last. What another event than the
    arrival has started keeps its beginning.
    """
    running = {row.name: row.starts_at for row in sorted(unmet, key=lambda row: (row.starts_at, row.due_at))}
    again = {name: at for name, at in running.items() if name in met or life.started_by(profile, name) != "received"}
    if (since := _came_back(profile, again, met)) is not None:
        names = {clock.name for clock in planned}
        later = clocks.plan(profile, case.level, since, case.category, *profile.sold(case.tier, case.site_class))
        planned = [clock for clock in later if clock.name in names]
        again = {name: at for name, at in again.items() if _has_own_start(profile, name)}
    kept = set(met) - set(running)
    found = [clock for clock in planned if clock.name not in kept | set(again)]
    for name, at in again.items():
        clock = clocks.again(profile, name, case.level, at, case.category, *profile.sold(case.tier, case.site_class))
        found += [clock] if clock is not None else []
    return found


def is_open(profile: Profile, case: CaseRow, name: str) -> bool:
    """True where the promise of this clock can still be kept: what keeps it has not happened yet, and somebody waits
    for it. The first reply is promised when a case is opened or not at all: no machine waits for one."""
    event = life.met_by(profile, name)
    if event == "acknowledged":
        return case.acknowledged_at is None and any(row.name == name for row in case.clocks)
    return event not in life.happened(CaseState(case.state))


def _came_back(profile: Profile, again: dict[str, datetime], met: Collection[str]) -> datetime | None:
    """Since when a case is open again that was held recovered, solved or closed; None where it never was."""
    back = [
        at
        for name, at in again.items()
        if name in met and not _has_own_start(profile, name) and life.met_by(profile, name) != "accepted"
    ]
    return min(back, default=None)


def _has_own_start(profile: Profile, name: str) -> bool:
    return life.repeats(profile, name) or life.started_by(profile, name) != "received"
