"""`/review`: what a person should look at, one case after the other."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from console import schemas
from console.auth import audit
from console.auth.roles import User
from console.auth.visible import visible_to
from console.cases import case_id, find
from console.pages import review_data
from console.pages.gate import Agent, RowId, Viewer
from console.pages.live import present, review_length
from console.pages.render import page
from console.pages.review_data import Change, Shown
from console.pages.services import LetterView
from console.services import Services
from models.errors import NotPossible
from models.tables import CaseRow

router = APIRouter()
# The letters that choose a category; j, k and u mean something else.
KEYS = {
    "hardware": "h",
    "network": "n",
    "software": "s",
    "performance": "p",
    "data": "d",
    "security": "e",
    "account": "a",
    "install": "i",
    "usage": "g",
    "contract": "c",
    "service": "v",
    "complaint": "m",
}


@router.get("/review")
def show_review(request: Request, user: Viewer) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        waiting = review_data.queue(session, user, 1)
        return _shown(request, session, waiting[0] if waiting else None, user)


@router.get("/review/list")
def show_list(request: Request, user: Viewer, at: str = "") -> Response:
    """The list beside the case alone: the queue has changed while somebody looks at one."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        waiting = review_data.queue(session, user)
    return page(request, "review_list.html", waiting=waiting, here_number=at)


@router.get("/review/{number}")
def show_case(request: Request, number: str, user: Viewer) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return _shown(request, session, find(session, number), user)


@router.get("/review/{number}/presence")
def show_presence(request: Request, number: str, user: Viewer, seen: RowId = 0) -> Response:
    """Who else looks at the case, and whether somebody has corrected it since it was shown."""
    services: Services = request.app.state.services
    wanted = case_id(number)
    with services.database.reading() as session:
        newest = review_data.newest_class(session, wanted)
    others = present(request, wanted, user)
    by = newest.by if newest is not None and newest.id > seen else ""
    return page(request, "presence.html", others=others, by=by, number_shown=number)


@router.post("/review/{number}")
def correct(
    request: Request,
    number: str,
    user: Agent,
    level: Annotated[int, Form(ge=1, le=4)],
    category: Annotated[schemas.Category, Form()],
    seen: Annotated[int, Form(ge=0, le=2**53)],
    reason: Annotated[str, Form(max_length=2000)] = "",
    shown: Annotated[int, Form(ge=0, le=4)] = 0,
) -> Response:
    """`seen` and `shown` are the newest classification and the level that the page had, where it said so."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = _locked(session, number)
        newest = review_data.newest_class(session, case.id)
        if newest is not None and newest.id != seen:
            return _shown(request, session, case, user, stale=newest.by)
        if shown and shown != case.level:  # a ladder has raised it: left as it is, it would be put back
            return _shown(request, session, case, user, is_raised=True)
        before = review_data.plan_of(case)
        services.correct(session, case, level, category, reason, user.address)
        session.flush()
        after = review_data.plan_of(case)
        audit.note(session, user, "corrected" if before != after else "confirmed", case.number, services.clock())
        then = review_data.following(session, user, case, before.level)
        letter = services.pages.letter(session, case.id, "status", "")
        done = Done(case, review_data.changes(before, after), letter)
        answer = _shown(request, session, then, user, done=done)
    services.wake()
    return answer


@router.post("/review/{number}/undo")
def undo(request: Request, number: str, user: Agent) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = _locked(session, number)
        before = review_data.plan_of(case)
        services.pages.undo(session, case, user.address)
        session.flush()
        audit.note(session, user, "took back", case.number, services.clock())
        done = Done(case, review_data.changes(before, review_data.plan_of(case)), None)
        answer = _shown(request, session, case, user, undone=done)
    services.wake()
    return answer


class Done:
    """What was just done, for the line above the next case."""

    def __init__(self, case: CaseRow, changes: list[Change], letter: LetterView | None) -> None:
        self.case = case
        self.changes = changes
        self.letter = letter


def _shown(
    request: Request,
    session: Session,
    case: CaseRow | None,
    user: User,
    *,
    done: Done | None = None,
    undone: Done | None = None,
    stale: str = "",
    is_raised: bool = False,
) -> Response:
    shown: Shown | None = None
    others: list[str] = []
    if case is not None:
        shown, others = review_data.show(session, case), present(request, case.id, user)
    name = "review_body.html" if request.headers.get("hx-request") else "review.html"
    answer = page(
        request,
        name,
        409 if stale or is_raised else 200,
        shown=shown,
        waiting=review_data.queue(session, user),
        length=review_length(session, visible_to(user)),
        others=others,
        done=done,
        undone=undone,
        stale=stale,
        is_raised=is_raised,
        keys=KEYS,
        here_number=case.number if case else "",
    )
    if case is not None:
        answer.headers["HX-Replace-Url"] = f"/review/{case.number}"
    return answer


def _locked(session: Session, number: str) -> CaseRow:
    """The case, which nobody else changes until this is done."""
    case = session.get(CaseRow, case_id(number), with_for_update=True)
    if case is None:
        raise NotPossible(f"there is no case {number[:32]}")
    return case
