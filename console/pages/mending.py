"""`/intake/reports/{id}/edit`: a person mends the source of a mail that was set aside, and it gets another round."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import sources
from console.auth import audit
from console.pages import source_text
from console.pages.gate import Agent, Supervisor
from console.pages.render import page
from console.services import Services
from models import bodies, set_aside
from models.errors import NotPossible
from models.set_aside import NotSetAside
from models.tables import ReportPart, ReportRow
from models.values import Channel

router = APIRouter()
Part = Annotated[int, Form(ge=0, le=2**31)]


@router.get("/intake/reports/{report_id}/original")
def get_original(request: Request, report_id: str, user: Agent) -> Response:
    """What arrived, byte for byte, whatever was made of it."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        part = session.get(ReportPart, (report_id, 0))
        if part is None:
            raise HTTPException(404)
        original = bodies.content(session, part)
    headers = sources.DOWNLOAD | sources.named(f"{report_id}-original.eml")
    return Response(original, media_type="message/rfc822", headers=headers)


@router.get("/intake/reports/{report_id}/edit")
def show_source(request: Request, report_id: str, user: Supervisor) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        row = _set_aside(session, report_id)
        source = set_aside.source(session, row)
        versions = session.execute(
            select(ReportPart.seq, ReportPart.by, ReportPart.at)
            .where(ReportPart.report_id == report_id, ReportPart.kind == set_aside.MENDED)
            .order_by(ReportPart.seq)
        ).all()
    shown = source_text.read(source)
    defects = services.pages.mail_view(source).defects
    return page(request, "edit.html", row=row, shown=shown, defects=defects, versions=versions, tab=row.state)


@router.post("/intake/reports/{report_id}/edit")
def mend(
    request: Request,
    report_id: str,
    user: Supervisor,
    part: Part,
    text: Annotated[str, Form(max_length=4 * source_text.LIMIT)],
) -> Response:
    """Put the mended copy in place of what arrived, which is kept, and give the report another round."""
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.transaction() as session:
        row = _set_aside(session, report_id, is_taken=True)
        if row.part_seq != part:
            raise NotPossible("somebody else has mended this mail since you opened it; look at it again")
        state = row.state
        content = source_text.mended(set_aside.source(session, row), text)
        set_aside.mend(session, row, content, user.address, now)
        audit.note(session, user, "mended", report_id, now)
    services.wake()
    return RedirectResponse(f"/intake/aside?state={state}", 303)


def _set_aside(session: Session, report_id: str, *, is_taken: bool = False) -> ReportRow:
    if session.get(ReportRow, report_id) is None:
        raise HTTPException(404)
    try:
        row = set_aside.take(session, report_id) if is_taken else set_aside.get(session, report_id)
    except NotSetAside as error:
        raise NotPossible(str(error)) from error
    if row.channel != Channel.EMAIL:
        raise NotPossible(f"report {report_id} is no mail: there is no source to mend")
    return row
