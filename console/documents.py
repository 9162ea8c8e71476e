"""`/api/v1/customers/{number}/report` and `/api/v1/cases/{number}/accident-report`: what customers are sent."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response

from console.cases import case_id
from console.services import Document, Services
from models.values import Language

router = APIRouter(tags=["reports to customers"])
_Language = Annotated[Language | None, Query(description="the customer's own where it is left out, else English")]
_STRING: dict[str, object] = {"schema": {"type": "string"}}
_TEXT = {"text/html": _STRING}
# The pages are made of what strangers wrote: should anything in one ever be live, it must not run on this origin.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@router.get(
    "/customers/{number}/report",
    summary="The service report of a month",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}, **_TEXT, "text/csv": _STRING}}},
)
def get_monthly_report(
    request: Request,
    number: str,
    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="such as 2026-11")],
    format: Literal["json", "html", "csv"] = "json",
    language: _Language = None,
) -> Response:
    services: Services = request.app.state.services
    found = services.monthly_report(number, month, format, language)
    return _handed_out(found, f"there is no customer {number[:64]}")


@router.get(
    "/cases/{number}/accident-report",
    summary="The accident report of a case",
    response_class=Response,
    responses={200: {"content": _TEXT}},
)
def get_accident_report(
    request: Request, number: str, format: Literal["html"] = "html", language: _Language = None
) -> Response:
    services: Services = request.app.state.services
    return _handed_out(services.accident_report(case_id(number), language), f"there is no case {number[:32]}")


def _handed_out(found: Document | None, absent: str) -> Response:
    if found is None:
        raise HTTPException(404, absent)
    how = "attachment" if found.filename.endswith(".csv") else "inline"
    disposition = {"Content-Disposition": f'{how}; filename="{found.filename}"'}
    return Response(found.content, media_type=found.media_type, headers=HEADERS | disposition)
