"""What strangers have sent, handed to a browser so that nothing of it runs or is fetched."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import HTMLResponse

from console import sources
from console.cases import case_id
from console.pages.gate import Agent, Viewer
from console.services import Services
from models import set_aside
from models.tables import ReportRow

router = APIRouter()
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
_FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = "body{font:15px/1.5 system-ui,sans-serif;margin:12px;color:#222;overflow-wrap:anywhere}img{max-width:100%}"


@router.get("/cases/{number}/reports/{report_id}/html")
def show_html(request: Request, number: str, report_id: str, user: Viewer) -> Response:
    """The mail's HTML, cleaned, for a frame that may do nothing."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        row = session.get(ReportRow, report_id)
        if row is None or row.case_id != case_id(number):
            raise HTTPException(404)
        source = set_aside.source(session, row)
    html = services.pages.mail_view(source).html
    if html is None:
        raise HTTPException(404)
    return framed(html, row.subject or "")


def framed(html: str, title: str = "") -> Response:
    """Cleaned HTML as a document of its own, which may do nothing wherever it is shown."""
    return HTMLResponse(
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>{html}",
        headers=_FRAME,
    )


@router.get("/cases/{number}/reports/{report_id}/raw")
def get_source(request: Request, number: str, report_id: str, user: Agent) -> Response:
    _of_case(request, number, report_id)
    return sources.get_source(request, report_id)


@router.get("/cases/{number}/reports/{report_id}/attachments/{sha256}")
def get_attachment(request: Request, number: str, report_id: str, sha256: Sha256, user: Viewer) -> Response:
    _of_case(request, number, report_id)
    return sources.get_attachment(request, report_id, sha256)


@router.get("/cases/{number}/reports/{report_id}/recording")
def get_recording(request: Request, number: str, report_id: str, user: Viewer) -> Response:
    _of_case(request, number, report_id)
    return sources.get_recording(request, report_id)


def _of_case(request: Request, number: str, report_id: str) -> None:
    """Raises HTTPException (404) where the report is not one of that case."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        row = session.get(ReportRow, report_id)
    if row is None or row.case_id != case_id(number):
        raise HTTPException(404)
