"""`/privacy`: what the desk holds on a person, looked up, handed out, and erased for good.

Whom it is about is sent in forms alone: addresses of pages stand in the logs of proxies and in what browsers remember.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from console.auth import audit
from console.pages.gate import Admin
from console.pages.people_services import Erased, Holding, Whom
from console.pages.render import page, words_of
from console.services import Services
from console.sources import named
from models.errors import NotPossible
from models.tables import ErasureRow
from models.values import directory_key

router = APIRouter()
ADDRESS = "/privacy"
_LISTED = 50
_IN_MEMORY = 8 * 1024 * 1024
_PIECE = 64 * 1024


def _whom(
    said: Annotated[str, Form(min_length=1, max_length=320)],
    what: Annotated[Literal["person", "customer"], Form()] = "person",
) -> Whom:
    return Whom(said.strip(), what == "customer")


Asked = Annotated[Whom, Depends(_whom)]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of what was asked for."""

    whom: Whom | None = None
    holding: Holding | None = None
    erased: Erased | None = None
    problem: str = ""


@router.get(ADDRESS)
def show_privacy(request: Request, user: Admin) -> Response:
    return _page(request, _Answer())


@router.post(ADDRESS)
def look_up(request: Request, user: Admin, whom: Asked) -> Response:
    """What there is of him; nothing is changed."""
    return _looked_up(request, whom)


@router.post(f"{ADDRESS}/export")
def export(request: Request, user: Admin, whom: Asked) -> Response:
    """The file of `firstline export`."""
    services: Services = request.app.state.services
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    try:
        count = services.pages.admin.people.export(whom, file)
        with services.database.transaction() as session:
            about = f"{_masked(whom)}: {count} reports and messages"
            audit.note(session, user, "exported person", about, services.clock())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=named("personal-data.zip"))


@router.post(f"{ADDRESS}/erase")
def erase(request: Request, user: Admin, whom: Asked, typed: Annotated[str, Form(max_length=320)] = "") -> Response:
    """As `firstline erase` does, once it was typed again whom."""
    if directory_key(typed) != directory_key(whom.said):
        return _looked_up(request, whom, words_of(request)("privacy.not-typed", who=whom.said))
    services: Services = request.app.state.services
    return _page(request, _Answer(erased=services.pages.admin.people.erase(whom, user.address, user.client)))


def _looked_up(request: Request, whom: Whom, problem: str = "") -> Response:
    services: Services = request.app.state.services
    try:
        holding = services.pages.admin.people.look(whom)
    except NotPossible as error:
        return _page(request, _Answer(whom, problem=str(error)))
    return _page(request, _Answer(whom, holding, problem=problem))


def _page(request: Request, answer: _Answer) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        before = session.scalars(select(ErasureRow).order_by(ErasureRow.at.desc()).limit(_LISTED)).all()
    status = 409 if answer.problem else 200
    return page(request, "privacy.html", status, answer=answer, before=before, listed=_LISTED)


def _masked(whom: Whom) -> str:
    return audit.masked(directory_key(whom.said))


def _pieces(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
