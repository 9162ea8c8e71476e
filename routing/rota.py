"""Who is on call, and when too few are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

# Two are on duty on each day, also on holidays (SERVICE.md, netops).
WANTED = 2


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call for a team from `starts_at` until before `ends_at`; with `replaces_id` in the place of that
    person, as far as he would be on call. Of several such the one with the higher `id` was made later."""

    team: str
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    is_override: bool = False
    replaces_id: int | None = None
    id: int = 0

    def is_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Gap:
    """From `starts_at` until before `ends_at` only `staff_ids` are on call, perhaps nobody."""

    starts_at: datetime
    ends_at: datetime
    staff_ids: tuple[int, ...]


def on_call(shifts: Iterable[Shift], at: datetime, away: Collection[int] = ()) -> tuple[Shift, ...]:
    """The shifts of one team that count at a moment: overrides alone where there are any, then each who stands in for
    one of these people in his place; by their start, then by staff id, each person once. Who is `away` answers nobody,
    though he has a shift: where nobody else is left, he takes no one's place either."""
    present = [shift for shift in shifts if shift.is_at(at)]
    found = tuple(shift for shift in _counting(present) if shift.staff_id not in away)
    return found or _counting(shift for shift in present if shift.staff_id not in away)


def _counting(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    present = sorted(shifts, key=_by_start)
    own = [shift for shift in present if shift.replaces_id is None]
    first: dict[int, Shift] = {}
    for shift in [shift for shift in own if shift.is_override] or own:
        first.setdefault(shift.staff_id, shift)
    for shift in sorted((shift for shift in present if shift.replaces_id is not None), key=lambda shift: shift.id):
        if shift.replaces_id in first:
            del first[shift.replaces_id]
            first.setdefault(shift.staff_id, shift)
    return tuple(sorted(first.values(), key=_by_start))


def _by_start(shift: Shift) -> tuple[datetime, int]:
    return shift.starts_at, shift.staff_id


def edges(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[datetime]:
    """The moments from `start` until before `end` at which it may change who is on call; `start` is the first."""
    found = {edge for shift in shifts for edge in (shift.starts_at, shift.ends_at) if start < edge < end}
    return sorted({start, *found})


def gaps(
    shifts: Iterable[Shift], start: datetime, end: datetime, wanted: int = WANTED, away: Collection[int] = ()
) -> tuple[Gap, ...]:
    """The spans from `start` until `end` in which fewer than `wanted` people of a team are on call, in order; a new
    one begins where others are."""
    near = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
    moments = edges(near, start, end)
    found: list[Gap] = []
    for begin, until in zip(moments, [*moments[1:], end], strict=True):
        people = tuple(sorted(shift.staff_id for shift in on_call(near, begin, away)))
        if len(people) >= wanted or begin >= until:
            continue
        if found and found[-1].ends_at == begin and found[-1].staff_ids == people:
            found[-1] = Gap(found[-1].starts_at, until, people)
        else:
            found.append(Gap(begin, until, people))
    return tuple(found)
