"""`/login`, `/logout`, and what a user chooses for himself."""

import secrets
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth import audit, passwords, sessions, tries
from console.pages.gate import NotLoggedIn, Viewer, client_of, cookie_name, logged_in, shown_csrf
from console.pages.render import page
from console.services import Services
from models.tables import UserRow
from models.values import directory_key

router = APIRouter()
# Who is not logged in has no session to tie a form to: a cookie that lives as long as the browser does instead.
_BEFORE = "firstline-before"


@router.get("/login")
def show_login(request: Request, next: str = "/") -> Response:
    try:
        logged_in(request, "")
    except NotLoggedIn:
        return _form(request, next)
    return RedirectResponse(_local(next), 303)


@router.post("/login")
def log_in(
    request: Request,
    address: Annotated[str, Form(max_length=320)],
    password: Annotated[str, Form(max_length=4096)],
    csrf: Annotated[str, Depends(shown_csrf)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    services: Services = request.app.state.services
    before = request.cookies.get(_BEFORE, "")
    if not before or not sessions.is_csrf(before, csrf):
        raise HTTPException(403, "csrf")
    name, client, now = directory_key(address), client_of(request), services.clock()
    with services.database.reading() as session:
        is_refused = tries.are_too_many(session, client, name, now)
        user = session.scalar(select(UserRow).where(UserRow.address_key == name))
    if is_refused:
        return _form(request, next, "login.too-many", 429)
    # The one slow step, and on purpose so: outside of any transaction.
    is_right = passwords.is_right(user.password if user and not user.is_disabled else None, password)
    with services.database.transaction() as session:
        if user is None or not is_right:
            tries.failed(session, client, name, now)
            audit.entry(session, name, "login-refused", "", client, now)
            key = None
        else:
            key = _welcome(session, user.id, password, name, client, services)
    if key is None:
        return _form(request, next, "login.wrong", 401)
    answer = RedirectResponse(_local(next), 303)
    _set(answer, services, cookie_name(services), key)
    answer.delete_cookie(_BEFORE)
    return answer


@router.post("/logout")
def log_out(request: Request, user: Viewer) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        sessions.end(session, request.cookies.get(cookie_name(services), ""))
        audit.note(session, user, "logout", "", services.clock())
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie_name(services), secure=services.pages.is_https, httponly=True, samesite="lax")
    return answer


@router.get("/mine")
def show_mine(request: Request, user: Viewer) -> Response:
    return page(request, "mine.html")


@router.post("/mine")
def choose(
    request: Request,
    user: Viewer,
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
    return RedirectResponse(_local(back), 303)


def _welcome(session: Session, user_id: int, password: str, name: str, client: str, services: Services) -> str:
    """Begin the session; the password is hashed anew where that has become stronger since."""
    row = session.get_one(UserRow, user_id)
    if passwords.is_outdated(row.password):
        row.password = passwords.renewed(password)
    tries.succeeded(session, name)
    audit.entry(session, row.address, "login", "", client, services.clock())
    return sessions.begin(session, user_id, client, services.clock())


def _form(request: Request, next: str, problem: str = "", status: int = 200) -> Response:
    services: Services = request.app.state.services
    before = request.cookies.get(_BEFORE) or secrets.token_hex(16)
    with services.database.reading() as session:
        has_users = session.scalar(select(UserRow.id).limit(1)) is not None
    values = {"csrf": sessions.csrf(before), "next": _local(next), "problem": problem, "has_users": has_users}
    answer = page(request, "login.html", status, **values)
    _set(answer, services, _BEFORE, before)
    return answer


def _set(answer: Response, services: Services, name: str, value: str) -> None:
    answer.set_cookie(name, value, secure=services.pages.is_https, httponly=True, samesite="lax", path="/")


def _local(url: str) -> str:
    """`url` where it is an address within the pages, else the first page: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(url)
    is_here = url.startswith("/") and not url.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return url if is_here and url.isprintable() else "/"
