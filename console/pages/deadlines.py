"""`/deadlines`: what is due next, and what was not kept."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from console.auth.roles import User
from console.auth.visible import of_visible, visible_to
from console.pages.gate import Viewer
from console.pages.render import page
from console.services import Services
from models.tables import CaseRow, ClockRow, StepRow

router = APIRouter()
_LISTED = 100
_SOON = timedelta(minutes=30)


@router.get("/deadlines")
def show_deadlines(
    request: Request,
    user: Viewer,
    show: Annotated[Literal["next", "breached", "standing"], Query()] = "next",
    team: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.reading() as session:
        clocks = session.scalars(_clocks(show, team, user).options(joinedload(ClockRow.case)).limit(_LISTED)).all()
        steps = session.execute(
            select(StepRow, CaseRow)
            .join(CaseRow, CaseRow.id == StepRow.case_id)
            .where(StepRow.due_at.is_not(None), visible_to(user))
            .order_by(StepRow.due_at)
            .limit(20)
        ).all()
    return page(
        request,
        "deadlines.html",
        clocks=clocks,
        show=show,
        team=team,
        steps=[(step, case) for step, case in steps],
        soon=now + _SOON,
        listed=_LISTED,
    )


def _clocks(show: str, team: str, user: User) -> Select[ClockRow]:
    """The promises that have not been kept yet. Each kind is walked along an index of its own."""
    query = select(ClockRow).where(ClockRow.is_promise.is_(True), of_visible(ClockRow.case_id, user))
    match show:
        case "next":
            query = query.where(*running()).order_by(ClockRow.due_at)
        case "breached":
            query = query.where(*missed()).order_by(ClockRow.due_at.desc())
        case _:
            query = query.where(ClockRow.paused_at.is_not(None), ClockRow.met_at.is_(None)).order_by(ClockRow.due_at)
    if team:
        # Not by the index of teams: that leads to every case the team has ever had.
        is_theirs = func.coalesce(CaseRow.assigned_team, "") == team
        query = query.join(CaseRow, CaseRow.id == ClockRow.case_id).where(is_theirs)
    return query


def running() -> tuple[ColumnElement[bool], ...]:
    """The clocks that neither were kept, nor stand still, nor are known to be broken."""
    return ClockRow.met_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.breached_at.is_(None)


def missed() -> tuple[ColumnElement[bool], ...]:
    """The clocks that are known to be broken, and are still open."""
    return ClockRow.met_at.is_(None), ClockRow.breached_at.is_not(None)
