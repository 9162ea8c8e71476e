"""`/mine`: what a user sees and changes of himself."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from console.auth import audit, passwords, proof, sessions, totp
from console.auth.roles import User
from console.pages import entry
from console.pages.gate import Known, cookie_name
from console.pages.render import page
from console.services import Services
from models.errors import NotPossible
from models.tables import UserRow

router = APIRouter()
Password = Annotated[str, Form(max_length=4096)]


@router.get("/mine")
def show_mine(request: Request, user: Known) -> Response:
    return _shown(request, user)


@router.post("/mine")
def choose(
    request: Request,
    user: Known,
    theme: Annotated[Literal["auto", "light", "dark"] | None, Form()] = None,
    language: Annotated[Literal["auto", "en", "zh-Hans"] | None, Form()] = None,
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Dark or light, Chinese or English: `auto` leaves it to the browser."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = session.get_one(UserRow, user.id)
        if theme is not None:
            row.theme = None if theme == "auto" else theme
        if language is not None:
            row.language = None if language == "auto" else language
    return RedirectResponse(entry.local(back), 303)


@router.post("/mine/password")
def change_password(request: Request, user: Known, current: Password, password: Password, again: Password) -> Response:
    """He stays logged in here, and nowhere else."""
    services: Services = request.app.state.services
    now = services.clock()
    problem, shown = proof.password(services.database, user.id, current, user.client, now)
    if problem:
        return _shown(request, user, problem, 429 if problem == proof.TOO_MANY else 422)
    if password != again:
        return _shown(request, user, "mine.not-the-same", 422)
    try:
        hashed = passwords.hashed(password)
    except NotPossible:
        return _shown(request, user, "mine.length", 422)
    with services.database.transaction() as session:
        row = session.get_one(UserRow, user.id, with_for_update=True)
        if not proof.is_still(row, shown):
            return _shown(request, user, proof.WRONG_PASSWORD, 422)
        row.password = hashed
        sessions.end_others(session, user.id, _key(request))
        audit.note(session, user, "password-changed", user.address, now)
    return _shown(request, user, done="mine.changed")


@router.post("/mine/sessions/end")
def end_session(
    request: Request, user: Known, session_id: Annotated[str, Form(alias="session", pattern="^[0-9a-f]{64}$")]
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        sessions.end_one(session, user.id, session_id)
        audit.note(session, user, "session-ended", user.address, services.clock())
    return RedirectResponse("/mine", 303)


@router.post("/mine/sessions/others")
def end_other_sessions(request: Request, user: Known) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        sessions.end_others(session, user.id, _key(request))
        audit.note(session, user, "sessions-ended", user.address, services.clock())
    return RedirectResponse("/mine", 303)


def _shown(request: Request, user: User, problem: str = "", status: int = 200, done: str = "") -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        where = sessions.of_user(session, user.id, services.clock())
        left = totp.codes_left(session, user.id)
    here = sessions.digest(_key(request))
    values = {"where": where, "here_key": here, "codes_left": left, "problem": problem, "done": done}
    return page(request, "mine.html", status, shortest=passwords.SHORTEST, **values)


def _key(request: Request) -> str:
    services: Services = request.app.state.services
    return request.cookies.get(cookie_name(services), "")
