"""Which cases a user sees: all of them, or those of his own teams alone."""

from fastapi import HTTPException
from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLColumnExpression

from console import cases
from console.auth.roles import User
from models.tables import CaseRow, ReportRow


def visible_to(user: User) -> ColumnElement[bool]:
    """The criterion for a query over `CaseRow`; true for who sees all."""
    return CaseRow.assigned_team.in_(user.teams) if user.own_teams_only else true()


def of_visible(case_id: SQLColumnExpression[int] | SQLColumnExpression[int | None], user: User) -> ColumnElement[bool]:
    """The criterion for a query over another table, by its column that names a case."""
    if not user.own_teams_only:
        return true()
    return exists().where(CaseRow.id == case_id, visible_to(user)).correlate_except(CaseRow)


def find(session: Session, number: str, user: User) -> CaseRow:
    """The case of that number. Raises HTTPException (404) where there is none, or none that `user` sees."""
    case = cases.find(session, number)
    if not sees(session, user, case.id):
        raise HTTPException(404, f"there is no case {number[:32]}")
    return case


def sees(session: Session, user: User, case_id: int | None) -> bool:
    """True where `user` sees the case of that id. What belongs to no case is of no team: who is kept to his own does
    not see it."""
    if not user.own_teams_only:
        return True
    return session.scalar(select(CaseRow.id).where(CaseRow.id == case_id, visible_to(user))) is not None


def sees_report(session: Session, user: User, report_id: str) -> bool:
    """True where `user` sees the case that the report belongs to."""
    of = select(ReportRow.case_id).where(ReportRow.id == report_id)
    return not user.own_teams_only or sees(session, user, session.scalar(of))
