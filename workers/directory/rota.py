"""The rota in the database, and what is missing in it ahead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import ShiftRow, StaffRow
from routing.rota import Gap, Shift, gaps
from workers.directory.schemes import teams


@dataclass(frozen=True, slots=True)
class TeamGap:
    """A gap in a team's rota, and the names of who is on call all the same."""

    team: str
    gap: Gap
    names: tuple[str, ...]


def team_gaps(session: Session, start: datetime, end: datetime) -> tuple[TeamGap, ...]:
    """The gaps of each team of the schemes that has ever had a shift: without one it has no rota to be kept."""
    kept = set(session.scalars(select(ShiftRow.team).distinct()))
    found: list[TeamGap] = []
    for team in teams():
        if team not in kept:
            continue
        shifts, names = _shifts(session, team, start, end)
        for gap in gaps(shifts, start, end):
            found.append(TeamGap(team, gap, tuple(names[staff_id] for staff_id in gap.staff_ids)))
    return tuple(found)


def _shifts(session: Session, team: str, start: datetime, end: datetime) -> tuple[list[Shift], dict[int, str]]:
    """Those in which somebody answers: who has left or is away is on call for nothing."""
    query = (
        select(ShiftRow, StaffRow.name)
        .join(StaffRow, StaffRow.id == ShiftRow.staff_id)
        .where(ShiftRow.team == team, ShiftRow.ends_at > start, ShiftRow.starts_at < end, StaffRow.is_active)
    )
    shifts: list[Shift] = []
    names: dict[int, str] = {}
    for row, name in session.execute(query):
        shifts.append(Shift(row.team, row.staff_id, row.starts_at, row.ends_at, row.is_override))
        names[row.staff_id] = name
    return shifts, names
