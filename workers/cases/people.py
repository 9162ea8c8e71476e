"""Who is told: the people of a role, of a team, or on call for it at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.staff import is_there
from models.tables import CaseRow, ShiftRow, StaffRow, UserRow
from models.values import Language
from routing.rota import Shift, on_call
from workers.cases.office import Office

ASSIGNEE, ON_CALL = "assignee", "on-call"
_ENGINEER = "engineer"


@dataclass(frozen=True, slots=True)
class Person:
    """One of us, as far as he can be reached; `language` is the first that the directory lists of him, of those that
    notices are written in."""

    name: str
    address: str
    phone: str | None = None
    language: Language | None = None


class People:
    """The staff and the shifts of one moment, read when they are first asked for."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._staff: Sequence[StaffRow] | None = None
        self._duties: dict[str, set[int] | None] = {}
        self._found: dict[tuple[str, str], list[Person]] = {}

    def of(self, case: CaseRow, role: str) -> list[Person]:
        """Those of that role for this case, in a lasting order; nobody where there is none."""
        if role == ASSIGNEE:
            return self._assignee(case)
        if not self.has_any:
            return []
        key = case.assigned_team, role
        if key not in self._found:
            self._found[key] = self._of_team(*key)
        return self._found[key]

    def _of_team(self, team: str, role: str) -> list[Person]:
        members = [row for row in self._active() if not row.teams or team in row.teams]
        on_duty = self._on_duty(team)
        if role == ON_CALL:
            if on_duty is None:  # a team without a rota: its engineers are always meant
                return [_person(row) for row in members if row.role == _ENGINEER and row.teams]
            return [_person(row) for row in self._active() if row.id in on_duty]
        found = [row for row in members if row.role == role]
        present = [row for row in found if on_duty and row.id in on_duty]
        return [_person(row) for row in present or found]

    @property
    def has_any(self) -> bool:
        """True where the directory lists anybody of ours."""
        return bool(self._active())

    def _assignee(self, case: CaseRow) -> list[Person]:
        if case.accepted_by is None:
            return []
        address = case.accepted_by.casefold()
        known = [_person(row) for row in self._active() if row.address_key == address]
        if known or "@" not in address or self._has_left(address):
            return known
        return [Person(case.accepted_by, case.accepted_by)]

    def _has_left(self, address: str) -> bool:
        """True where the directory or the list of users says that he is not there any more: nobody reads his mail."""
        gone = select(StaffRow.id).where(StaffRow.address_key == address, StaffRow.is_active.is_(False))
        shut_out = select(UserRow.id).where(UserRow.address_key == address, UserRow.is_disabled.is_(True))
        return self._session.scalar(gone) is not None or self._session.scalar(shut_out) is not None

    def _active(self) -> Sequence[StaffRow]:
        if self._staff is None:
            self._staff = self._session.scalars(select(StaffRow).where(is_there()).order_by(StaffRow.id)).all()
        return self._staff

    def _on_duty(self, team: str) -> set[int] | None:
        """Who is on call for the team now; None where it has no rota at all."""
        if team not in self._duties:
            self._duties[team] = self._read_duty(team)
        return self._duties[team]

    def _read_duty(self, team: str) -> set[int] | None:
        rows = self._session.scalars(
            select(ShiftRow).where(ShiftRow.team == team, ShiftRow.ends_at > self._now, ShiftRow.starts_at <= self._now)
        ).all()
        if not rows:
            has_rota = self._session.scalar(select(ShiftRow.id).where(ShiftRow.team == team).limit(1))
            return None if has_rota is None else set()
        shifts = [shift_of(row) for row in rows]
        away = {shift.staff_id for shift in shifts} - {row.id for row in self._active()}
        return {shift.staff_id for shift in on_call(shifts, self._now, away)}


def duty(office: Office) -> list[Person]:
    """Whoever is to hear of what nobody else does; nobody where the desk names none."""
    return [Person(office.duty, office.duty)] if office.duty else []


def shift_of(row: ShiftRow) -> Shift:
    return Shift(row.team, row.staff_id, row.starts_at, row.ends_at, row.is_override, row.replaces_id, row.id)


def _person(row: StaffRow) -> Person:
    languages = [Language(language) for language in row.languages or () if language in set(Language)]
    return Person(row.name, row.address, row.phone, languages[0] if languages else None)
