"""`/api/v1/reports`: what was set aside, and what a person does with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from console import schemas
from console.services import Services
from models import set_aside
from models.set_aside import NotSetAside
from models.tables import ReportRow
from models.values import ReportState

router = APIRouter(tags=["set aside"])
# A mended mail is typed by a person; what is larger came by mistake.
LIMIT_SOURCE = 64 * 1024 * 1024
_REFUSED: dict[int | str, dict[str, object]] = {
    404: {"description": "there is no such report"},
    409: {"description": "that cannot be done with this report; `detail` says why"},
}


@router.get("/reports/shunted", summary="Reports that were shunted after failing, oldest first")
def shunted_reports(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[schemas.Report]:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return [schemas.report(row) for row in set_aside.oldest(session, (ReportState.SHUNTED,), limit)]


@router.get("/reports/set-aside", summary="Reports that were shunted, quarantined or discarded, newest first")
def list_set_aside(
    request: Request,
    state: Annotated[ReportState | None, Query(description="shunted, quarantined or discarded")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> schemas.ReportPage:
    services: Services = request.app.state.services
    if state is not None and state not in set_aside.SET_ASIDE:
        raise HTTPException(422, f"reports that are {state} are not set aside")
    states = (state,) if state else set_aside.SET_ASIDE
    with services.database.reading() as session:
        rows = set_aside.newest(session, states, limit + 1, before=cursor)
        page = schemas.ReportPage(items=[schemas.report(row) for row in rows[:limit]], next=None)
    if len(rows) > limit:
        page.next = rows[limit - 1].id
    return page


@router.post("/reports/retry-all", summary="Give every shunted report another round")
def retry_all(request: Request) -> schemas.Count:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        rows = set_aside.take_all(session, ReportState.SHUNTED)
        for row in rows:
            set_aside.retry(row, services.clock())
        count = len(rows)
    services.wake()
    return schemas.Count(count=count)


@router.post(
    "/reports/{report_id}/retry", summary="Give a shunted or discarded report another round", responses=_REFUSED
)
def retry_report(request: Request, report_id: str) -> schemas.Report:
    return _change(request, report_id, lambda session, row, now: set_aside.retry(row, now))


@router.post("/reports/{report_id}/release", summary="Vouch for a report in quarantine", responses=_REFUSED)
def release_report(request: Request, report_id: str) -> schemas.Report:
    return _change(request, report_id, lambda session, row, now: set_aside.release(row, now))


@router.post("/reports/{report_id}/discard", summary="Put a report away, with a reason", responses=_REFUSED)
def discard_report(request: Request, report_id: str, why: schemas.DiscardIn) -> schemas.Report:
    return _change(request, report_id, lambda session, row, now: set_aside.discard(row, why.reason, "API", now))


@router.put(
    "/reports/{report_id}/source",
    summary="Mend the source of a report (the body is the mail) and give it another round",
    responses={**_REFUSED, 413: {"description": "larger than any mail"}},
    openapi_extra={"requestBody": {"required": True, "content": {"message/rfc822": {"schema": {"type": "string"}}}}},
)
async def mend_report(request: Request, report_id: str) -> schemas.Report:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LIMIT_SOURCE:
            raise HTTPException(413, f"a mail has at most {LIMIT_SOURCE} bytes")
    if not bytes(content).strip():
        raise HTTPException(422, "send the mended mail as the body of the request")
    mended = bytes(content)
    return await run_in_threadpool(
        _change, request, report_id, lambda session, row, now: set_aside.mend(session, row, mended, now)
    )


def _change(request: Request, report_id: str, act: Callable[[Session, ReportRow, datetime], None]) -> schemas.Report:
    """Do one thing with one report, in a transaction of its own, and wake the runner."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = session.get(ReportRow, report_id)
        if row is None:
            raise HTTPException(404, "there is no such report")
        try:
            act(session, set_aside.take(session, report_id), services.clock())
        except NotSetAside as error:
            raise HTTPException(409, str(error)) from error
        found = schemas.report(row)
    services.wake()
    return found
