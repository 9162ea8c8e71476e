"""`/api/v1/reports`: what was set aside, and what a person does with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from console import schemas
from console.api.once import Write, Writing
from console.api.paging import Asked, Page
from console.api.problems import NOT_POSSIBLE, Refused, not_understood
from console.services import Services
from console.sources import ReportId
from models import set_aside
from models.set_aside import NotSetAside
from models.tables import ReportRow
from models.values import ReportState

router = APIRouter(tags=["set aside"])
_MAIL = {"schema": {"type": "string", "format": "binary"}}


@router.get("/reports/shunted", summary="Reports that were shunted after failing, oldest first")
def shunted_reports(request: Request, asked: Asked) -> Page[schemas.Report]:
    services: Services = request.app.state.services
    after = asked.after("shunted", datetime, str)
    with services.database.reading() as session:
        rows = set_aside.oldest(session, (ReportState.SHUNTED,), asked.limit + 1, after)
        return asked.page("shunted", rows, lambda row: [row.received_at, row.id], schemas.report)


@router.get("/reports/set-aside", summary="Reports that were shunted, quarantined or discarded, newest first")
def list_set_aside(
    request: Request,
    asked: Asked,
    state: Annotated[Literal["shunted", "quarantined", "discarded"] | None, Query()] = None,
) -> Page[schemas.Report]:
    services: Services = request.app.state.services
    last = asked.after("set-aside", str)
    states = (ReportState(state),) if state else set_aside.SET_ASIDE
    with services.database.reading() as session:
        rows = set_aside.newest(session, states, asked.limit + 1, before=last[0] if last else None)
        return asked.page("set-aside", rows, lambda row: [row.id], schemas.report)


@router.post("/reports/retry-all", summary="Give every shunted report another round", response_model=schemas.Count)
def retry_all(write: Write) -> Response:
    return write.once(lambda session: schemas.Count(count=set_aside.retry_all(session, write.services.clock())))


@router.post(
    "/reports/{report_id}/retry",
    summary="Give a shunted or discarded report another round",
    response_model=schemas.Report,
)
def retry_report(write: Write, report_id: ReportId) -> Response:
    return _change(write, report_id, lambda session, row, now: set_aside.retry(row, now))


@router.post("/reports/{report_id}/release", summary="Vouch for a report in quarantine", response_model=schemas.Report)
def release_report(write: Write, report_id: ReportId) -> Response:
    return _change(write, report_id, lambda session, row, now: set_aside.release(row, now))


@router.post("/reports/{report_id}/discard", summary="Put a report away, with a reason", response_model=schemas.Report)
def discard_report(write: Write, report_id: ReportId, why: schemas.DiscardIn) -> Response:
    return _change(write, report_id, lambda session, row, now: set_aside.discard(row, why.reason, "API", now))


@router.put(
    "/reports/{report_id}/source",
    summary="Mend the source of a report (the body is the mail) and give it another round",
    response_model=schemas.Report,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"message/rfc822": _MAIL, "application/octet-stream": _MAIL},
        }
    },
)
def mend_report(write: Write, report_id: ReportId) -> Response:
    if not write.body.strip():
        raise not_understood("send the mended mail as the body of the request", pointer="#")
    return _change(write, report_id, lambda session, row, now: set_aside.mend(session, row, write.body, "API", now))


def _change(write: Writing, report_id: str, do: Callable[[Session, ReportRow, datetime], None]) -> Response:
    """Do one thing with one report, and answer with what it is then."""

    def act(session: Session) -> schemas.Report:
        row = session.get(ReportRow, report_id)
        if row is None:
            raise HTTPException(404, "there is no such report")
        try:
            do(session, set_aside.take(session, report_id), write.services.clock())
        except NotSetAside as error:
            raise Refused(409, NOT_POSSIBLE, str(error)) from error
        return schemas.report(row)

    return write.once(act)
