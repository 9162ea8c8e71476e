"""`/welcome/{token}`: a user sets his password by a link that an administrator has passed on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from console.auth import links, passwords, people
from console.auth.people import By
from console.pages import entry
from console.pages.gate import client_of, shown_csrf
from console.services import Services
from models.errors import NotPossible

router = APIRouter()
_OVER = "welcome.over"


@router.get("/welcome/{token}")
def show_welcome(request: Request, token: str) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        row = links.find(session, token, services.clock())
    return _form(request, token, row.address) if row is not None else _form(request, token, problem=_OVER, status=404)


@router.post("/welcome/{token}")
def set_password(
    request: Request,
    token: str,
    password: Annotated[str, Form(max_length=4096)],
    again: Annotated[str, Form(max_length=4096)],
    csrf: Annotated[str, Depends(shown_csrf)],
) -> Response:
    services: Services = request.app.state.services
    entry.check_form(request, csrf)
    now = services.clock()
    with services.database.reading() as session:
        row = links.find(session, token, now)
    if row is None:
        return _form(request, token, problem=_OVER, status=404)
    if password != again:
        return _form(request, token, row.address, "mine.not-the-same", 422)
    try:
        hashed = passwords.hashed(password)
    except NotPossible:
        return _form(request, token, row.address, "mine.length", 422)
    with services.database.transaction() as session:
        row = links.find(session, token, now, locked=True)
        if row is not None:
            people.set_password(session, By(row.address, client_of(request), now), row, hashed)
    return RedirectResponse("/login", 303) if row is not None else _form(request, token, problem=_OVER, status=404)


def _form(request: Request, token: str, address: str = "", problem: str = "", status: int = 200) -> Response:
    return entry.form(request, "welcome.html", status, token=token, address=address, problem=problem)
