"""The tabs above the list of cases: those that everybody has, and those that users have kept, with how many cases each
has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.auth import audit
from console.auth.roles import Role, User, allows
from console.case_query import UNANSWERED, newest
from console.pages.gate import Viewer
from console.pages.render import words_of
from console.pages.wanted import Due, Wanted, filters, kept
from console.services import Services
from models.errors import NotPossible
from models.tables import CaseRow, SavedFilterRow

router = APIRouter()
# Beyond it a tab says 99+: what a person sees at a glance is that there are many.
MOST_COUNTED = 99
MOST_KEPT = 20
_MOST_SHOWN = 60
BUILT_IN = {
    "open": Wanted(),
    "mine": Wanted(mine="1"),
    UNANSWERED: Wanted(state=UNANSWERED),
    "breached": Wanted(due="breached"),
    "soon": Wanted(due="soon"),
    "critical": Wanted(level="1"),
    "all": Wanted(state=""),
}


@dataclass(frozen=True, slots=True)
class CaseList:
    """One tab. `key` is the built-in list's, `id` that of a kept one, which `may_go` says that the user may remove."""

    name: str
    wanted: Wanted
    count: int
    key: str = ""
    id: int | None = None
    is_shared: bool = False
    may_go: bool = False

    @property
    def counted(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)


def lists(session: Session, user: User, now: datetime) -> list[CaseList]:
    """The tabs that a user has, his own and those that others share with the desk."""
    rows = session.scalars(
        select(SavedFilterRow)
        .where(or_(SavedFilterRow.user_id == user.id, SavedFilterRow.is_shared.is_(True)))
        .order_by(SavedFilterRow.name, SavedFilterRow.id)
        .limit(_MOST_SHOWN)
    ).all()
    wanted = [*BUILT_IN.values(), *(kept(row.wanted) for row in rows)]
    counts = _counts(session, wanted, user, now)
    built_in = [CaseList("", each, count, key) for (key, each), count in zip(BUILT_IN.items(), counts, strict=False)]
    own = [
        CaseList(row.name, each, count, id=row.id, is_shared=row.is_shared, may_go=_may_remove(user, row))
        for row, each, count in zip(rows, wanted[len(BUILT_IN) :], counts[len(BUILT_IN) :], strict=True)
    ]
    return [*built_in, *own]


@router.post("/cases/lists")
def keep(
    request: Request,
    user: Viewer,
    name: Annotated[str, Form(max_length=60)],
    shared: Annotated[Literal["", "1"], Form()] = "",
    state: Annotated[str, Form(max_length=16)] = "",
    team: Annotated[str, Form(max_length=64)] = "",
    level: Annotated[Literal["", "1", "2", "3", "4"], Form()] = "",
    category: Annotated[str, Form(max_length=32)] = "",
    due: Annotated[Due, Form()] = "",
    mine: Annotated[Literal["", "1"], Form()] = "",
    q: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep a list under a name; what the user had under that name before gives way to it."""
    services: Services = request.app.state.services
    name, wanted = " ".join(name.split()), Wanted(state, team, level, category, due, mine, q.strip())
    if not name:
        raise NotPossible(words_of(request)("cases.no-name"))
    if shared and not allows(user.role, Role.AGENT):
        raise HTTPException(403, "role")
    with services.database.transaction() as session:
        mine_now = session.scalars(select(SavedFilterRow).where(SavedFilterRow.user_id == user.id)).all()
        row = next((each for each in mine_now if each.name == name), None)
        if row is None and len(mine_now) >= MOST_KEPT:
            raise NotPossible(words_of(request)("cases.too-many", n=MOST_KEPT))
        if row is None:
            row = SavedFilterRow(user_id=user.id, name=name, created_at=services.clock())
            session.add(row)
        row.is_shared, row.wanted = bool(shared), dict(wanted.fields())
        audit.note(session, user, "kept list", name, services.clock())
    return RedirectResponse(wanted.link(), 303)


@router.post("/cases/lists/{list_id}/remove")
def remove(request: Request, user: Viewer, list_id: int) -> Response:
    """Remove a list: one's own; a supervisor also those that others share."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = session.get(SavedFilterRow, list_id)
        if row is None or not _may_remove(user, row):
            raise HTTPException(404)
        session.delete(row)
        audit.note(session, user, "removed list", row.name, services.clock())
    return RedirectResponse("/cases", 303)


def _may_remove(user: User, row: SavedFilterRow) -> bool:
    return row.user_id == user.id or (row.is_shared and allows(user.role, Role.SUPERVISOR))


def _counts(session: Session, lists: Sequence[Wanted], user: User, now: datetime) -> list[int]:
    """How many cases each list has, counted no further than is shown: in one statement, but for those with a search."""
    most = MOST_COUNTED + 1
    plain = [wanted for wanted in lists if not wanted.q]
    counting = [
        select(func.count())
        .select_from(select(CaseRow.id).where(*filters(wanted, user, now)).limit(most).subquery())
        .scalar_subquery()
        for wanted in plain
    ]
    counted = dict(zip(plain, session.execute(select(*counting)).one(), strict=True))
    return [
        counted[wanted] if wanted in counted else len(newest(session, filters(wanted, user, now), wanted.q, None, most))
        for wanted in lists
    ]
