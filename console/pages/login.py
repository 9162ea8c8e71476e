"""`/login` and `/logout`: by a password, and by the code of an authenticator where the user has one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth import audit, passwords, proof, sessions, totp, tries
from console.pages import entry
from console.pages.gate import Known, NotLoggedIn, client_of, cookie_name, logged_in, shown_csrf
from console.pages.render import page
from console.services import Services
from models.tables import UserRow
from models.values import directory_key

router = APIRouter()
Csrf = Annotated[str, Depends(shown_csrf)]
Next = Annotated[str, Form(max_length=2000)]


@router.get("/login")
def show_login(request: Request, next: str = "/") -> Response:
    try:
        logged_in(request, "")
    except NotLoggedIn:
        return login_form(request, next)
    return RedirectResponse(entry.local(next), 303)


@router.post("/login")
def log_in(
    request: Request,
    address: Annotated[str, Form(max_length=320)],
    password: Annotated[str, Form(max_length=4096)],
    csrf: Csrf,
    next: Next = "/",
) -> Response:
    services: Services = request.app.state.services
    entry.check_form(request, csrf)
    name, client, now = directory_key(address), client_of(request), services.clock()
    with services.database.reading() as session:
        is_refused = tries.are_too_many(session, client, name, now)
        user = session.scalar(select(UserRow).where(UserRow.address_key == name))
    if is_refused:
        return login_form(request, next, proof.TOO_MANY, 429)
    # The one slow step, and on purpose so: outside of any transaction.
    is_right = passwords.is_right(user.password if user and not user.is_disabled else None, password)
    with services.database.transaction() as session:
        key, url = _begun(session, request, user if is_right else None, password, entry.local(next))
        if not key:
            tries.failed(session, client, name, now)
            audit.entry(session, name, "login-refused", "", client, now)
    return entry.to(request, url, key) if key else login_form(request, next, "login.wrong", 401)


@router.get("/login/code")
def show_code(request: Request, next: str = "/") -> Response:
    services: Services = request.app.state.services
    key = request.cookies.get(cookie_name(services), "")
    with services.database.reading() as session:
        user = sessions.halfway(session, key, services.clock())
    return RedirectResponse("/login", 303) if user is None else _code_form(request, key, next)


@router.post("/login/code")
def log_in_by_code(
    request: Request, code: Annotated[str, Form(max_length=64)], csrf: Csrf, next: Next = "/"
) -> Response:
    services: Services = request.app.state.services
    before = request.cookies.get(cookie_name(services), "")
    if not before or not sessions.is_csrf(before, csrf):
        raise HTTPException(403, "csrf")
    client, now = client_of(request), services.clock()
    key = ""
    with services.database.transaction() as session:
        user = sessions.halfway(session, before, now)
        if user is None:
            return RedirectResponse("/login", 303)
        problem = proof.code(session, user.id, code, client, services.pages.ways.vault, now)
        # The user's lock was waited for: a reset may have logged him out meanwhile.
        if not problem and sessions.halfway(session, before, now) is None:
            return RedirectResponse("/login", 303)
        if not problem:
            sessions.end(session, before)
            key = entry.enter(session, request, user, sessions.CODE)
    if problem:
        return _code_form(request, before, next, problem, 429 if problem == proof.TOO_MANY else 401)
    return entry.to(request, entry.local(next), key)


@router.post("/logout")
def log_out(request: Request, user: Known) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        sessions.end(session, request.cookies.get(cookie_name(services), ""))
        audit.note(session, user, "logout", "", services.clock())
    answer = RedirectResponse("/login", 303)
    entry.delete_cookie(answer, services, cookie_name(services))
    return answer


def login_form(request: Request, next: str, problem: str = "", status: int = 200) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        has_users = session.scalar(select(UserRow.id).limit(1)) is not None
    provider = services.pages.ways.provider
    values = {"next": entry.local(next), "problem": problem, "has_users": has_users}
    return entry.form(request, "login.html", status, provider=provider.name if provider else "", **values)


def _begun(session: Session, request: Request, user: UserRow | None, password: str, url: str) -> tuple[str, str]:
    """Begin the session of who has shown his password, or half of it where a code is asked for: its key, and where to
    go on. No key for nobody. Failures are forgotten only once all was right: else who knows a password could guess
    codes for ever."""
    services: Services = request.app.state.services
    row = session.get_one(UserRow, user.id, with_for_update=True) if user is not None else None
    if user is None or row is None or not proof.is_still(row, user.password):
        return "", url
    if passwords.is_outdated(row.password):
        row.password = passwords.renewed(password)
    if totp.is_on(session, row.id):
        key = sessions.begin(session, row.id, client_of(request), services.clock(), sessions.HALFWAY)
        return key, f"/login/code?next={quote(url, safe='')}"
    return entry.enter(session, request, row, sessions.PASSWORD), url


def _code_form(request: Request, key: str, next: str, problem: str = "", status: int = 200) -> Response:
    values = {"csrf": sessions.csrf(key), "next": entry.local(next), "problem": problem}
    return page(request, "login_code.html", status, **values)
