"""What all ways of coming in share: cookies, forms of those who are not logged in, and the session that begins."""

import secrets
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from console.auth import audit, sessions, tries
from console.pages.gate import client_of, cookie_name
from console.pages.render import page
from console.services import Services
from models.tables import UserRow

# Who is not logged in has no session to tie a form to: a cookie that lives as long as the browser does instead.
_BEFORE = "firstline-before"


def form(request: Request, name: str, status: int = 200, **values: object) -> Response:
    """A page with a form for who is not logged in."""
    services: Services = request.app.state.services
    before = request.cookies.get(_BEFORE) or secrets.token_hex(16)
    answer = page(request, name, status, csrf=sessions.csrf(before), **values)
    set_cookie(answer, services, _BEFORE, before)
    return answer


def check_form(request: Request, shown: str) -> None:
    """Raises HTTPException (403) where the form is not one that this browser was given."""
    before = request.cookies.get(_BEFORE, "")
    if not before or not sessions.is_csrf(before, shown):
        raise HTTPException(403, "csrf")


def enter(session: Session, request: Request, row: UserRow, how: str) -> str:
    """Begin a session of that user; returns its key."""
    services: Services = request.app.state.services
    now, client = services.clock(), client_of(request)
    tries.succeeded(session, row.address_key)
    row.last_login_at = now
    audit.entry(session, row.address, "login", "" if how == sessions.PASSWORD else how, client, now)
    return sessions.begin(session, row.id, client, now, how)


def to(request: Request, url: str, key: str) -> Response:
    """Send the browser there, with the key of its session."""
    services: Services = request.app.state.services
    answer = RedirectResponse(url, 303)
    set_cookie(answer, services, cookie_name(services), key)
    answer.delete_cookie(_BEFORE)
    return answer


def set_cookie(answer: Response, services: Services, name: str, value: str, max_age: int | None = None) -> None:
    secure = services.pages.is_https
    answer.set_cookie(name, value, max_age=max_age, secure=secure, httponly=True, samesite="lax", path="/")


def delete_cookie(answer: Response, services: Services, name: str) -> None:
    answer.delete_cookie(name, secure=services.pages.is_https, httponly=True, samesite="lax")


def local(url: str) -> str:
    """`url` where it is an address within the pages, else the first page: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(url)
    is_here = url.startswith("/") and not url.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return url if is_here and url.isprintable() else "/"
