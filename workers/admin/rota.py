"""The rota as a calendar, and what a supervisor changes on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.pages.rota_services import Gap, OnCall, Rota, RotaDay, Shift, Watch
from models.staff import is_there
from models.tables import ShiftRow, StaffRow
from routing import rota
from routing.calendar import day_of
from routing.rules import WorkingHours
from workers.directory.rota import TeamRota, read, team_gaps
from workers.directory.rota_changes import put_on, take_off
from workers.directory.schemes import teams

AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class RotaBook:
    """Implements `console.pages.rota_services.Rotas`; days and holidays are those of `hours`."""

    clock: Callable[[], datetime]
    hours: WorkingHours

    def show(self, session: Session, first: date, count: int, team: str, role: str, language: str) -> Rota:
        now = self.clock()
        kept = sorted(session.scalars(select(ShiftRow.team).distinct()))
        shown = [team] if team else kept
        start, end = self._midnight(first), self._midnight(first + timedelta(days=count))
        found = {name: read(session, name, start, end) for name in shown}
        days = [first + timedelta(days=number) for number in range(count)]
        return Rota(
            teams=sorted({*teams(), *kept}),
            kept=kept,
            days=[self._day(day, found, role, language, now) for day in days],
            shifts=[shift for name in shown for shift in _entries(found[name], now, is_all=bool(team))],
            gaps=[
                Gap(gap.team, gap.gap.starts_at, gap.gap.ends_at, gap.names)
                for gap in team_gaps(session, now, now + AHEAD)
                if team in ("", gap.team)
            ],
            staff=_staff(session),
        )

    def put_on(
        self,
        session: Session,
        team: str,
        staff_id: int,
        replaces_id: int | None,
        starts_at: datetime,
        ends_at: datetime,
    ) -> str:
        row = put_on(session, team, staff_id, replaces_id, starts_at, ends_at, self.clock())
        return self._words(session, row)

    def take_off(self, session: Session, shift_id: int) -> str:
        return self._words(session, take_off(session, shift_id, self.clock()))

    def _words(self, session: Session, row: ShiftRow) -> str:
        """A shift in one line, at its full length."""
        starts_at, ends_at = (f"{at.astimezone(self.hours.zone):%Y-%m-%d %H:%M}" for at in (row.starts_at, row.ends_at))
        who = session.get_one(StaffRow, row.staff_id).address
        whom = f" for {session.get_one(StaffRow, row.replaces_id).address}" if row.replaces_id is not None else ""
        return f"{row.team}: {who}{whom}, {starts_at} to {ends_at}"

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.hours.zone)

    def _day(self, day: date, found: dict[str, TeamRota], role: str, language: str, now: datetime) -> RotaDay:
        what = day_of(day, self.hours.region, language)
        begin, end = self._midnight(day), self._midnight(day + timedelta(days=1))
        watches = {name: tuple(_watches(team, begin, end, role, now)) for name, team in found.items()}
        return RotaDay(day, what.kind, what.name, watches)


def _watches(team: TeamRota, begin: datetime, end: datetime, role: str, now: datetime) -> Iterator[Watch]:
    """Who is on call from `begin` until `end`, cut where that changes."""
    near = [shift for shift in team.shifts if shift.starts_at < end and shift.ends_at > begin]
    last: Watch | None = None
    for starts_at, ends_at in pairwise([*rota.edges(near, begin, end), end]):
        people = tuple(_on_call(team, shift) for shift in rota.on_call(near, starts_at, team.away))
        shown = tuple(one for one in people if role in ("", one.role))
        watch = Watch(starts_at, ends_at, shown, len(people) < rota.WANTED and ends_at > now)
        if last is not None and (last.people, last.is_gap) == (watch.people, watch.is_gap):
            last = Watch(last.starts_at, ends_at, last.people, last.is_gap)
            continue
        if last is not None:
            yield last
        last = watch
    if last is not None:
        yield last


def _on_call(team: TeamRota, shift: rota.Shift) -> OnCall:
    who = team.people[shift.staff_id]
    whom = team.people[shift.replaces_id].name if shift.replaces_id is not None else ""
    return OnCall(who.name, who.role, whom)


def _entries(team: TeamRota, now: datetime, *, is_all: bool) -> Iterator[Shift]:
    """The rows of the rota; of all teams together only those that depart from the plan."""
    for shift in team.shifts:
        if not (is_all or shift.is_override):
            continue
        who = _on_call(team, shift)
        yield Shift(
            shift.id,
            shift.team,
            who.name,
            who.role,
            shift.starts_at,
            shift.ends_at,
            who.stands_in_for,
            shift.is_override,
            shift.ends_at <= now,
        )


def _staff(session: Session) -> Sequence[tuple[int, str, str]]:
    rows = session.execute(select(StaffRow.id, StaffRow.name, StaffRow.role).where(is_there()).order_by(StaffRow.name))
    return [(row.id, row.name, row.role) for row in rows]
