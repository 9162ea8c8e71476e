"""`/cases`: lists by state, team, level, category and deadline, and what a search finds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.orm import selectinload

from console.auth.roles import User
from console.auth.visible import visible_to
from console.cases import number_in
from console.pages.deadlines import missed, running
from console.pages.gate import RowId, Viewer
from console.pages.render import page
from console.services import Services
from models.tables import CaseRow, ClockRow
from models.values import CATEGORIES, LEVELS, TEAMS, CaseState

router = APIRouter()
_PAGE = 50
SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; an empty value means all. `state` may be `open`: any but closed."""

    state: str = "open"
    team: str = ""
    level: str = ""
    category: str = ""
    due: str = ""
    mine: str = ""
    q: str = ""

    def link(self, **changes: str) -> str:
        """The address of this list with some of it changed."""
        values = {name: getattr(self, name) for name in self.__slots__} | changes
        return "/cases?" + urlencode({name: value for name, value in values.items() if value or name == "state"})


@router.get("/cases")
def list_cases(
    request: Request,
    user: Viewer,
    state: Annotated[str, Query(max_length=16)] = "open",
    team: Annotated[str, Query(max_length=64)] = "",
    level: Annotated[Literal["", "1", "2", "3", "4"], Query()] = "",
    category: Annotated[str, Query(max_length=32)] = "",
    due: Annotated[Literal["", "breached", "soon"], Query()] = "",
    mine: Annotated[Literal["", "1"], Query()] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    before: RowId | None = None,
) -> Response:
    services: Services = request.app.state.services
    # Who searches means every case, unless he says otherwise.
    wanted_state = "" if q and "state" not in request.query_params else state
    wanted = Wanted(wanted_state, team, level, category, due, mine, q.strip())
    query = _query(wanted, user, services.clock())
    if before is not None:
        query = query.where(CaseRow.id < before)
    with services.database.reading() as session:
        rows = session.scalars(query.limit(_PAGE + 1)).all()
    older = rows[_PAGE - 1].id if len(rows) > _PAGE else None
    return page(
        request,
        "cases.html",
        rows=[(row, _next_clock(row)) for row in rows[:_PAGE]],
        wanted=wanted,
        older=older,
        is_first=before is None,
        states=list(CaseState),
        levels=LEVELS,
        teams=TEAMS,
        kinds=CATEGORIES,
    )


def _query(wanted: Wanted, user: User, now: datetime) -> Select[CaseRow]:
    query = select(CaseRow).options(selectinload(CaseRow.clocks)).where(visible_to(user)).order_by(CaseRow.id.desc())
    if wanted.state == "open":
        query = query.where(CaseRow.state != CaseState.CLOSED)
    elif wanted.state:
        query = query.where(CaseRow.state == wanted.state)
    if wanted.team:
        query = query.where(CaseRow.assigned_team == wanted.team)
    if wanted.level:
        query = query.where(CaseRow.level == int(wanted.level))
    if wanted.category:
        query = query.where(CaseRow.category == wanted.category)
    if wanted.mine:
        query = query.where(CaseRow.accepted_by == user.address)
    if wanted.due:
        until = now if wanted.due == "breached" else now + SOON
        of_case = select(ClockRow.case_id).where(ClockRow.is_promise.is_(True))
        # Two walks along two small indexes; one condition for both would read every clock there is.
        late = union_all(of_case.where(*missed()), of_case.where(*running(), ClockRow.due_at <= until))
        query = query.where(CaseRow.id.in_(late))
    if wanted.q:
        found = (column.icontains(wanted.q, autoescape=True) for column in (CaseRow.subject, CaseRow.customer))
        query = query.where(or_(CaseRow.id == number_in(wanted.q), *found))
    return query


def _next_clock(case: CaseRow) -> ClockRow | None:
    """The promise that is due next, or has been broken and is still open."""
    running = [row for row in case.clocks if row.met_at is None and row.is_promise]
    return min(running, key=lambda row: row.due_at, default=None)
