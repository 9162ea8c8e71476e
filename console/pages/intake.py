"""`/intake`: how mail comes in and goes out, what was set aside, and what a person does with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, defer

from console import held_back, sources
from console.auth import audit
from console.auth.roles import User
from console.auth.visible import of_visible
from console.pages import held
from console.pages.gate import Agent, Supervisor, Viewer, whole_desk
from console.pages.moments import Moment
from console.pages.render import page
from console.services import Services
from models import set_aside
from models.errors import NotPossible
from models.set_aside import NotSetAside
from models.tables import BreakerRow, DeadAddressRow, MailboxRow, OutgoingRow, ReportRow
from models.values import OutgoingState, ReportState

router = APIRouter()
_LISTED = 50
_SHOWN_CHARS = 4000
_TROUBLE = (OutgoingState.FAILED, OutgoingState.BOUNCED)
Reason = Annotated[str, Form(max_length=2000)]


@router.get("/intake")
def show_intake(request: Request, user: Viewer) -> Response:
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.reading() as session:
        mailboxes = session.scalars(select(MailboxRow).order_by(MailboxRow.account, MailboxRow.folder)).all()
        breakers = session.scalars(select(BreakerRow).order_by(BreakerRow.closes_at.desc()).limit(_LISTED)).all()
        dead = session.scalars(select(DeadAddressRow).order_by(DeadAddressRow.since.desc()).limit(_LISTED)).all()
        waiting = held.count(request, session)
        aside = {state: len(set_aside.newest(session, (state,), _LISTED + 1)) for state in set_aside.SET_ASIDE}
    return page(
        request,
        "intake.html",
        mailboxes=mailboxes,
        breakers=breakers,
        dead=dead,
        aside=aside,
        held=waiting,
        listed=_LISTED,
        tab="all",
    )


@router.get("/intake/aside")
def show_aside(
    request: Request,
    user: Viewer,
    state: Annotated[Literal["shunted", "quarantined", "discarded"], Query()] = "shunted",
    before: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows = set_aside.newest(session, (ReportState(state),), _LISTED + 1, before=before)
        texts = _beginnings(session, [row.id for row in rows])
    older = rows[_LISTED - 1].id if len(rows) > _LISTED else None
    return page(request, "aside.html", rows=rows[:_LISTED], texts=texts, state=state, older=older, tab=state)


def _beginnings(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """How the texts of these reports begin, of those that were read; a text may have megabytes."""
    begins = func.substr(ReportRow.text, 1, _SHOWN_CHARS)
    found = session.execute(select(ReportRow.id, begins).where(ReportRow.id.in_(ids), ReportRow.text.is_not(None)))
    return {report_id: text for report_id, text in found if text.strip()}


@router.get("/intake/outgoing")
def show_outgoing(
    request: Request,
    user: Viewer,
    trouble: Annotated[Literal["", "1"], Query()] = "",
    before: Annotated[Moment | None, Query()] = None,
    last: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """What we have written, the newest first, and what became of it; those after the one of that time and id, since all
    that is answered together has one time."""
    services: Services = request.app.state.services
    order = OutgoingRow.created_at, OutgoingRow.id
    query = select(OutgoingRow).options(defer(OutgoingRow.content)).order_by(*(column.desc() for column in order))
    query = query.where(of_visible(OutgoingRow.case_id, user))
    if trouble:
        query = query.where(OutgoingRow.state.in_(_TROUBLE))
    if before is not None and before.tzinfo is not None:
        query = query.where(tuple_(*order) < tuple_(before, last))
    with services.database.reading() as session:
        rows = session.scalars(query.limit(_LISTED + 1)).all()
    older = rows[_LISTED - 1] if len(rows) > _LISTED else None
    return page(request, "outgoing.html", rows=rows[:_LISTED], trouble=trouble, older=older, tab="outgoing")


@router.get("/intake/reports/{report_id}/raw")
def get_source(request: Request, report_id: str, user: Agent) -> Response:
    return sources.get_source(request, report_id)


@router.post("/intake/reports/{report_id}/retry")
def retry(request: Request, report_id: str, user: Agent) -> Response:
    return _change(request, report_id, user, "retried", lambda session, row, now: set_aside.retry(row, now))


@router.post("/intake/reports/{report_id}/release")
def release(request: Request, report_id: str, user: Supervisor) -> Response:
    return _change(request, report_id, user, "released", lambda session, row, now: set_aside.release(row, now))


@router.post("/intake/reports/{report_id}/discard")
def discard(request: Request, report_id: str, user: Supervisor, reason: Reason = "") -> Response:
    def act(session: Session, row: ReportRow, now: datetime) -> None:
        set_aside.discard(row, reason, user.address, now)

    return _change(request, report_id, user, "discarded", act)


@router.post("/intake/breakers/close")
def close_breaker(
    request: Request, user: Supervisor, scope: Annotated[str, Form()], key: Annotated[str, Form()]
) -> Response:
    """Somebody mended the loop: machine mail goes out again."""
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        held_back.close(session, scope, key)
        audit.note(session, user, "closed breaker", f"{scope} {audit.masked(key)}", services.clock())
    return RedirectResponse("/intake", 303)


@router.post("/intake/dead/revive")
def revive(request: Request, user: Supervisor, address: Annotated[str, Form()]) -> Response:
    """The mailbox works again: it is written to."""
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        held_back.revive(session, address)
        audit.note(session, user, "revived", audit.masked(address.lower()), services.clock())
    return RedirectResponse("/intake", 303)


def _change(
    request: Request,
    report_id: str,
    user: User,
    what: str,
    act: Callable[[Session, ReportRow, datetime], None],
) -> Response:
    """Do one thing with one report that was set aside, and wake the runner."""
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.transaction() as session:
        if session.get(ReportRow, report_id) is None:
            raise HTTPException(404)
        try:
            row = set_aside.take(session, report_id)
            state = row.state
            act(session, row, now)
        except NotSetAside as error:
            raise NotPossible(str(error)) from error
        audit.note(session, user, what, report_id, now)
    services.wake()
    return RedirectResponse(f"/intake/aside?state={state}", 303)
