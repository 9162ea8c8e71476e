"""Changes to the rota that a person makes: somebody comes on it, or stands in for another; somebody comes off it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.staff import is_there
from models.tables import ShiftRow, StaffRow
from routing.rota import edges, on_call
from workers.cases.people import shift_of
from workers.directory.cells import YEARS
from workers.directory.check import LONGEST_SHIFT
from workers.directory.schemes import teams


def put_on(
    session: Session,
    team: str,
    staff_id: int,
    replaces_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> ShiftRow:
    """Somebody is on call for a team, too, or in the place of another as far as he would be.

    Raises:
        NotPossible: the time is over or none; the person is on call anyway, or the other is not.
    """
    if starts_at.year not in YEARS or ends_at.year not in YEARS:
        raise NotPossible(f"the rota reaches from {YEARS[0]} to {YEARS[-1]}; look at the years once more")
    # Within one zone Python compares and subtracts what clocks on the wall show, and in the hour that comes twice a
    # moment equals none of another zone.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    who = session.get(StaffRow, staff_id, with_for_update=True)  # of two who plan one person at once the second waits
    if who is None or session.scalar(select(StaffRow.id).where(StaffRow.id == staff_id, is_there())) is None:
        raise NotPossible("there is nobody of that name on duty in the directory")
    _check_time(starts_at, ends_at, now)
    rows = session.scalars(
        select(ShiftRow).where(ShiftRow.team == team, ShiftRow.ends_at > starts_at, ShiftRow.starts_at < ends_at)
    ).all()
    if not rows and team not in teams():
        raise NotPossible(f"no scheme has a team {team}")
    if any(row.staff_id == staff_id and row.starts_at == starts_at for row in rows):
        raise NotPossible(f"{who.name} has a shift that begins at that moment; take it off first")
    before = [shift_of(row) for row in rows]
    row = ShiftRow(
        team=team,
        staff_id=staff_id,
        starts_at=starts_at,
        ends_at=ends_at,
        is_override=replaces_id is not None,
        replaces_id=replaces_id,
    )
    session.add(row)
    session.flush()  # gives the id, by which the later of two counts
    after = [*before, shift_of(row)]
    served = [(on_call(before, at), on_call(after, at)) for at in edges(after, starts_at, ends_at)]
    if replaces_id is not None:
        served = [pair for pair in served if any(shift.staff_id == replaces_id for shift in pair[0])]
        if not served:
            whom = session.get(StaffRow, replaces_id)
            raise NotPossible(f"{whom.name if whom else 'nobody'} is not on call for {team} at any time in that span")
    if any(shift.staff_id == staff_id for pair in served for shift in pair[0]):
        raise NotPossible(f"{who.name} is on call for {team} then anyway; choose somebody else, or another time")
    if not all(any(shift.id == row.id for shift in pair[1]) for pair in served):
        raise NotPossible("an override counts alone then: take it off, or name the person whose place is taken")
    return row


def take_off(session: Session, shift_id: int, now: datetime) -> ShiftRow:
    """End a shift now; one that has not begun is taken out. Returns it as it was.

    Raises:
        NotPossible: it is over, or there is none of that id.
    """
    row = session.get(ShiftRow, shift_id, with_for_update=True)
    if row is None or row.ends_at <= now:
        raise NotPossible("that shift is over, or has been taken off already")
    was = ShiftRow(
        team=row.team,
        staff_id=row.staff_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_override=row.is_override,
        replaces_id=row.replaces_id,
    )
    if row.starts_at < now:
        row.ends_at = now
    else:
        session.delete(row)
    return was


def _check_time(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise NotPossible("the end is not after the beginning; write the end after the start")
    if ends_at <= now:
        raise NotPossible("that time is over; the rota is changed for times to come")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise NotPossible(f"that is longer than {LONGEST_SHIFT / timedelta(days=1):g} days; make several shifts of it")
