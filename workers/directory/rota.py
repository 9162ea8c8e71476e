"""The rota in the database, and what is missing in it ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.staff import is_there
from models.tables import ShiftRow, StaffRow
from routing.rota import Gap, Shift, gaps
from workers.cases.people import shift_of
from workers.directory.schemes import teams


@dataclass(frozen=True, slots=True)
class TeamGap:
    """A gap in a team's rota, and the names of who is on call all the same."""

    team: str
    gap: Gap
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamRota:
    """The shifts of one team in some time, and whoever has to do with them, by id."""

    shifts: tuple[Shift, ...]
    people: Mapping[int, StaffRow]
    away: frozenset[int]  # who has left, or is away for long: he has a shift, and does not answer


def team_gaps(session: Session, start: datetime, end: datetime) -> tuple[TeamGap, ...]:
    """The gaps of each team of the schemes that has ever had a shift: without one it has no rota to be kept."""
    kept = set(session.scalars(select(ShiftRow.team).distinct()))
    found: list[TeamGap] = []
    for team in teams():
        if team not in kept:
            continue
        rota = read(session, team, start, end)
        for gap in gaps(rota.shifts, start, end, away=rota.away):
            found.append(TeamGap(team, gap, tuple(rota.people[staff_id].name for staff_id in gap.staff_ids)))
    return tuple(found)


def read(session: Session, team: str, start: datetime, end: datetime) -> TeamRota:
    """The shifts of a team in that time."""
    rows = session.scalars(
        select(ShiftRow)
        .where(ShiftRow.team == team, ShiftRow.ends_at > start, ShiftRow.starts_at < end)
        .order_by(ShiftRow.starts_at, ShiftRow.id)
    ).all()
    ids = {row.staff_id for row in rows} | {row.replaces_id for row in rows if row.replaces_id is not None}
    people = {row.id: row for row in session.scalars(select(StaffRow).where(StaffRow.id.in_(ids)))}
    there = set(session.scalars(select(StaffRow.id).where(StaffRow.id.in_(ids), is_there())))
    return TeamRota(tuple(map(shift_of, rows)), people, frozenset(ids - there))
