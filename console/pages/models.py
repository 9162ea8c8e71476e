"""`/classifier/models`: trained classifiers compared, put in force and taken back; what people taught, as a file."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from console.auth import audit
from console.auth.roles import User
from console.documents import HEADERS
from console.pages.gate import Admin, Supervisor, Viewer, whole_desk
from console.services import Services
from console.sources import named

router = APIRouter()
_VERSION = r"^[\w-]{1,64}$"
Version = Annotated[str, Path(pattern=_VERSION)]
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@router.get("/classifier/models/{version}/report")
def show_report(request: Request, user: Viewer, version: Version) -> Response:
    """How the model compares with the one in force."""
    services: Services = request.app.state.services
    found = services.pages.admin.classifiers.report(version)
    if found is None:
        raise HTTPException(404)
    return Response(found, media_type="text/html; charset=utf-8", headers=HEADERS)


@router.post("/classifier/models/{version}/evaluate")
def evaluate(request: Request, user: Admin, version: Version) -> Response:
    services: Services = request.app.state.services
    services.pages.admin.classifiers.evaluate(version)
    return _noted(request, user, "compared model", version)


@router.post("/classifier/models/{version}/promote")
def promote(
    request: Request, user: Admin, version: Version, anyway: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Put the model in force; `anyway` says why, where it is worse than the one in force."""
    services: Services = request.app.state.services
    services.pages.admin.classifiers.promote(version, anyway.strip(), user.address)
    return _noted(request, user, "promoted model", version)


@router.post("/classifier/back")
def go_back(request: Request, user: Admin, version: Annotated[str, Form(pattern=_VERSION)]) -> Response:
    """Take the promotion of the model back, once however often the button is pressed."""
    services: Services = request.app.state.services
    before = services.pages.admin.classifiers.back(version, user.address)
    return _noted(request, user, "went back to model", before)


@router.post("/classifier/ledger")
def export_ledger(request: Request, user: Supervisor, format: Annotated[Literal["csv", "jsonl"], Form()]) -> Response:
    """Who said what of which case, when and why."""
    whole_desk(user)
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        audit.note(session, user, "exported ledger", format, services.clock())

    def content() -> Iterator[bytes]:
        with services.database.reading() as session:
            yield from services.pages.admin.classifiers.ledger(session, format)

    return StreamingResponse(content(), media_type=_TYPES[format], headers=named(f"ledger.{format}"))


def _noted(request: Request, user: User, what: str, version: str) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        audit.note(session, user, what, version, services.clock())
    return RedirectResponse("/classifier#models", 303)
