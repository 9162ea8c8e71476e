"""Who is on call, and when too few are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call for a team from `starts_at` until before `ends_at`."""

    team: str
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    is_override: bool = False

    def is_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Gap:
    """From `starts_at` until before `ends_at` only `staff_ids` are on call, perhaps nobody."""

    starts_at: datetime
    ends_at: datetime
    staff_ids: tuple[int, ...]


def on_call(shifts: Iterable[Shift], at: datetime) -> tuple[Shift, ...]:
    """The shifts of one team that count at a moment: overrides alone where there are any; by their start, then by
    staff id, each person once."""
    present = sorted(
        (shift for shift in shifts if shift.is_at(at)), key=lambda shift: (shift.starts_at, shift.staff_id)
    )
    first: dict[int, Shift] = {}
    for shift in [shift for shift in present if shift.is_override] or present:
        first.setdefault(shift.staff_id, shift)
    return tuple(first.values())


def gaps(shifts: Iterable[Shift], start: datetime, end: datetime, wanted: int = 2) -> tuple[Gap, ...]:
    """The spans from `start` until `end` in which fewer than `wanted` people of a team are on call, in order; a new
    one begins where others are. Two are wanted on each day, also on holidays (SERVICE.md, netops)."""
    near = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
    edges = {edge for shift in near for edge in (shift.starts_at, shift.ends_at) if start < edge < end}
    moments = sorted({start, *edges})
    found: list[Gap] = []
    for begin, until in zip(moments, [*moments[1:], end], strict=True):
        people = tuple(sorted(shift.staff_id for shift in on_call(near, begin)))
        if len(people) >= wanted or begin >= until:
            continue
        if found and found[-1].ends_at == begin and found[-1].staff_ids == people:
            found[-1] = Gap(found[-1].starts_at, until, people)
        else:
            found.append(Gap(begin, until, people))
    return tuple(found)
