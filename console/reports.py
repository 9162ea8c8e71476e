"""`/api/v1/reports`: the report that arrived so, and its case."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import schemas
from console.api.problems import not_understood
from console.services import Services
from models.tables import CaseRow, ReportRow
from models.values import Channel

router = APIRouter(tags=["reports"])


@router.get(
    "/reports",
    summary="The report with that Message-ID or CallSid; give one of them",
    responses={404: {"description": "no such report has arrived"}},
)
def find_report(
    request: Request,
    message_id: Annotated[str | None, Query(description="with or without angle brackets")] = None,
    call_sid: Annotated[str | None, Query()] = None,
) -> schemas.ReportDetail:
    services: Services = request.app.state.services
    if (message_id is None) == (call_sid is None):
        raise not_understood("give message_id or call_sid", parameter="message_id")
    query = select(ReportRow).order_by(ReportRow.received_at).limit(1)
    if message_id is not None:
        # No id that was stored holds a NUL, and PostgreSQL takes none.
        query = query.where(ReportRow.message_id == message_id.strip().strip("<>").replace("\0", "\ufffd"))
    else:
        query = query.where(ReportRow.channel == Channel.PHONE, ReportRow.external_id == call_sid)
    with services.database.reading() as session:
        return _detail(session, session.scalar(query), services)


@router.get("/reports/{report_id}", summary="One report, by the id that the 250 answer gave")
def get_report(request: Request, report_id: str) -> schemas.ReportDetail:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return _detail(session, session.get(ReportRow, report_id), services)


def _detail(session: Session, row: ReportRow | None, services: Services) -> schemas.ReportDetail:
    if row is None:
        raise HTTPException(404, "no such report has arrived")
    case = session.get(CaseRow, row.case_id) if row.case_id is not None else None
    return schemas.ReportDetail(
        **schemas.report(row).model_dump(), case=schemas.case(case, services.clock()) if case else None
    )
