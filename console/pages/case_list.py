"""`/cases`: lists by state, team, level, category and deadline, and what a search finds."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session, selectinload

from console.case_query import OPEN, UNANSWERED, newest, read
from console.pages import saved_lists
from console.pages.found import Marker, texts_of
from console.pages.gate import RowId, Viewer
from console.pages.highlight import Piece
from console.pages.render import page
from console.pages.wanted import Wanted, filters, wanted_list
from console.services import Services
from models.case_words import asked
from models.tables import CaseRow, ClockRow
from models.values import CATEGORIES, LEVELS, TEAMS, CaseState

router = APIRouter()
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as the list shows it: its next deadline; of what was searched for, where it stands in the subject, and,
    where the subject does not show it, a piece of what does."""

    case: CaseRow
    clock: ClockRow | None
    subject: list[Piece]
    snippet: list[Piece]


@router.get("/cases")
def list_cases(
    request: Request, user: Viewer, wanted: Annotated[Wanted, Depends(wanted_list)], before: RowId | None = None
) -> Response:
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.reading() as session:
        ids = newest(session, filters(wanted, user, now), wanted.q, before, _PAGE + 1)
        cases = read(session, ids[:_PAGE], selectinload(CaseRow.clocks))
        rows = _listed(session, cases, wanted.q)
        lists = saved_lists.lists(session, user, now)
    return page(
        request,
        "cases.html",
        rows=rows,
        wanted=wanted,
        lists=lists,
        older=ids[_PAGE - 1] if len(ids) > _PAGE else None,
        is_first=before is None,
        states=[OPEN, UNANSWERED, *CaseState],
        levels=LEVELS,
        teams=TEAMS,
        kinds=CATEGORIES,
        dues=("breached", "soon"),
    )


@router.get("/cases/tabs")
def show_tabs(request: Request, user: Viewer, wanted: Annotated[Wanted, Depends(wanted_list)]) -> Response:
    """The tabs above the list alone, with how many cases each has now."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        lists = saved_lists.lists(session, user, services.clock())
    return page(request, "case_tabs.html", lists=lists, wanted=wanted)


def _listed(session: Session, cases: list[CaseRow], q: str) -> list[Listed]:
    if not q:
        return [Listed(case, _next_clock(case), [Piece(case.subject)], []) for case in cases]
    marker = Marker(asked(q))
    said = texts_of(session, [case.id for case in cases])
    found = []
    for case in cases:
        is_shown = marker.has_all(f"{case.number} {case.subject} {case.customer or ''}")
        snippet = [] if is_shown else marker.snippet(said[case.id])
        found.append(Listed(case, _next_clock(case), marker.mark(case.subject), snippet))
    return found


def _next_clock(case: CaseRow) -> ClockRow | None:
    """The promise that is due next, or has been broken and is still open."""
    running = [row for row in case.clocks if row.met_at is None and row.is_promise]
    return min(running, key=lambda row: row.due_at, default=None)
