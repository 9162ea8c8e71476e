"""`/mine/totp`: a user sets up his authenticator, or switches it off."""

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from console.auth import audit, proof, sessions, totp
from console.auth.roles import User
from console.pages.gate import Known, cookie_name
from console.pages.render import page
from console.services import Services
from models.errors import NotPossible

router = APIRouter()
Code = Annotated[str, Form(max_length=64)]


@router.get("/mine/totp")
def show_totp(request: Request, user: Known) -> Response:
    return _shown(request, user)


@router.post("/mine/totp")
def begin(request: Request, user: Known) -> Response:
    services: Services = request.app.state.services
    if not user.has_password:
        raise NotPossible("who has no password is not asked for a code")
    with services.database.transaction() as session:
        totp.begin(session, user.id, services.pages.ways.vault)
    return RedirectResponse("/mine/totp", 303)


@router.get("/mine/totp/qr.svg")
def draw(request: Request, user: Known) -> Response:
    """The secret as a QR code, as long as it waits to be confirmed."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        secret = totp.pending(session, user.id, services.pages.ways.vault)
    if secret is None:
        raise HTTPException(404)
    drawn = io.BytesIO()
    segno.make(totp.address(secret, user.address), error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@router.post("/mine/totp/confirm")
def confirm(request: Request, user: Known, code: Code) -> Response:
    """From now on a code is asked for. The recovery codes are shown, this once."""
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.transaction() as session:
        codes = totp.confirm(session, user.id, code, services.pages.ways.vault, now)
        if codes is not None:
            sessions.end_others(session, user.id, request.cookies.get(cookie_name(services), ""))
            audit.note(session, user, "totp-on", user.address, now)
    return _codes(request, codes) if codes is not None else _shown(request, user, proof.WRONG_CODE, 422)


@router.post("/mine/totp/codes")
def renew_codes(request: Request, user: Known, code: Code) -> Response:
    services: Services = request.app.state.services
    codes: list[str] = []
    with services.database.transaction() as session:
        problem = proof.code(session, user.id, code, user.client, services.pages.ways.vault, services.clock())
        if not problem:
            codes = totp.new_codes(session, user.id)
            audit.note(session, user, "recovery-codes-new", user.address, services.clock())
    return _codes(request, codes) if not problem else _refused(request, user, problem)


@router.post("/mine/totp/off")
def switch_off(request: Request, user: Known, code: Code) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        problem = proof.code(session, user.id, code, user.client, services.pages.ways.vault, services.clock())
        if not problem:
            totp.remove(session, user.id)
            audit.note(session, user, "totp-off", user.address, services.clock())
    return RedirectResponse("/mine", 303) if not problem else _refused(request, user, problem)


def _refused(request: Request, user: User, problem: str) -> Response:
    return _shown(request, user, problem, 429 if problem == proof.TOO_MANY else 422)


def _codes(request: Request, codes: list[str]) -> Response:
    return page(request, "recovery_codes.html", codes=codes)


def _shown(request: Request, user: User, problem: str = "", status: int = 200) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        secret = totp.pending(session, user.id, services.pages.ways.vault)
        left = totp.codes_left(session, user.id)
    return page(request, "totp.html", status, secret=secret, codes_left=left, problem=problem)
