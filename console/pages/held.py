"""`/intake/held`: messages that nobody sends before a person says so, since a backup was restored."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.auth import audit
from console.pages.gate import Supervisor, Viewer, whole_desk
from console.pages.render import page, words_of
from console.services import Services
from models import held
from models.errors import NotPossible
from models.tables import OutgoingRow
from models.values import case_number

router = APIRouter()
ADDRESS = "/intake/held"
_LISTED = 200
Ids = Annotated[list[Annotated[str, Form(max_length=32)]] | None, Form(max_length=_LISTED)]
Every = Annotated[bool, Form()]
Reason = Annotated[str, Form(max_length=2000)]


@router.get(ADDRESS)
def show_held(request: Request, user: Viewer) -> Response:
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows, count = held.listed(session, _LISTED), held.count(session)
    return page(request, "held.html", rows=rows, count=count, tab="held")


@router.post(f"{ADDRESS}/send")
def send(request: Request, user: Supervisor, ids: Ids = None, every: Every = False) -> Response:
    """As `firstline held send` does, and in the log."""
    whole_desk(user)
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.transaction() as session:
        rows = held.take(session, _wanted(request, ids, every))
        held.send(rows, now)
        for row in rows:
            audit.note(session, user, "sent held message", _about(row), now)
    services.wake()
    return RedirectResponse(ADDRESS, 303)


@router.post(f"{ADDRESS}/drop")
def drop(request: Request, user: Supervisor, ids: Ids = None, every: Every = False, reason: Reason = "") -> Response:
    """As `firstline held drop` does, and in the log."""
    whole_desk(user)
    if not reason.strip():
        raise NotPossible(words_of(request)("held.no-reason"))
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.transaction() as session:
        rows = held.take(session, _wanted(request, ids, every))
        held.drop(session, rows, reason.strip(), user.address, now)
        for row in rows:
            audit.note(session, user, "dropped held message", _about(row), now)
    return RedirectResponse(ADDRESS, 303)


def count(request: Request, session: Session) -> int:
    """How many are held. Only a restore holds messages, and only in a desk that is empty: who once saw none need not
    look through all that was ever written again."""
    state = request.app.state
    found = 0 if getattr(state, "nothing_is_held", False) else held.count(session)
    state.nothing_is_held = found == 0
    return found


def _wanted(request: Request, ids: Sequence[str] | None, every: bool) -> Sequence[str]:
    """The ids; none for all."""
    if not ids and not every:
        raise NotPossible(words_of(request)("held.none-chosen"))
    return () if every else ids or ()


def _about(row: OutgoingRow) -> str:
    return f"{case_number(row.case_id)} {row.id}"
