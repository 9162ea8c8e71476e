"""Who comes in: each route of the pages asks for a role by one of the dependencies below."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request

from console.auth import sessions, visible
from console.auth.roles import Role, User, allows
from console.cases import case_id
from console.services import Services

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
# The fields that people write in at length.
_TYPED = ("text", "cause", "solution", "reason")


class NotLoggedIn(Exception):
    """Nobody is logged in, where somebody has to be."""


class MustEnrol(Exception):
    """Who is logged in has to set up an authenticator before anything else."""


def cookie_name(services: Services) -> str:
    """With HTTPS a name that no other host and no plain connection can set (RFC 6265bis section 4.1.3)."""
    return "__Host-firstline" if services.pages.is_https else "firstline"


def client_of(request: Request) -> str:
    return request.client.host if request.client else ""


async def shown_csrf(request: Request) -> str:
    """The token that the request shows, in its header or its form; of requests that change nothing, none. Refuses a
    form with NUL in it (422), which nobody types and not every database stores."""
    if request.method not in _WRITES:
        return ""
    form = await request.form()
    if any("\0" in value for value in form.values() if isinstance(value, str)):
        raise HTTPException(422, "NUL")
    request.state.typed = [said for name in _TYPED if isinstance(said := form.get(name), str) and said.strip()]
    if (header := request.headers.get(CSRF_HEADER)) is not None:
        return header
    field = form.get(CSRF_FIELD)
    return field if isinstance(field, str) else ""


def typed(request: Request) -> list[str]:
    """What somebody had written in the form, to be shown again where it could not be taken. Nothing without a cookie of
    a session, were it one that has ended: browsers send it along with our own forms alone, and nobody else's words are
    to stand on our pages."""
    services: Services = request.app.state.services
    return getattr(request.state, "typed", []) if cookie_name(services) in request.cookies else []


def logged_in(request: Request, shown: Annotated[str, Depends(shown_csrf)]) -> User:
    """Who is logged in. Raises NotLoggedIn; HTTPException (403) where a change does not carry the session's token."""
    services: Services = request.app.state.services
    key = request.cookies.get(cookie_name(services), "")
    now = services.clock()
    with services.database.reading() as session:
        user = sessions.find(session, key, client_of(request), now) if key else None
        is_stale = user is not None and sessions.is_stale(session, key, now)
    if user is None:
        raise NotLoggedIn
    if request.method in _WRITES and not hmac.compare_digest(user.csrf.encode(), shown.encode("utf-8", "replace")):
        raise HTTPException(403, "csrf")
    if is_stale:
        with services.database.transaction() as session:
            sessions.touch(session, key, now)
    user = replace(user, must_enrol=_must_enrol(user, services))
    request.state.user = user
    return user


def _must_enrol(user: User, services: Services) -> bool:
    """Whoever comes in by the provider is asked there for whatever his house wants."""
    is_required = user.role in services.pages.ways.totp_required and user.how != sessions.PROVIDER
    return is_required and not user.has_totp


def _needs(role: Role) -> Callable[..., User]:
    def check(request: Request, user: Annotated[User, Depends(logged_in)]) -> User:
        if user.must_enrol:
            raise MustEnrol
        if not allows(user.role, role):
            raise HTTPException(403, "role")
        if user.own_teams_only:
            _keep_to_own(request, user)
        return user

    return check


def _keep_to_own(request: Request, user: User) -> None:
    """Raises HTTPException (404) where the address names a case, or a report of one, that `user` does not see. Here,
    for every route: none can forget it."""
    services: Services = request.app.state.services
    number, report_id = (request.path_params.get(name) for name in ("number", "report_id"))
    with services.database.reading() as session:
        is_seen = number is None or visible.sees(session, user, case_id(number))
        is_seen = is_seen and (report_id is None or visible.sees_report(session, user, report_id))
    if not is_seen:
        raise HTTPException(404)


def whole_desk(user: User) -> None:
    """For what is of all teams at once. Raises HTTPException (404) for who is kept to his own."""
    if user.own_teams_only:
        raise HTTPException(404)


# What is larger no database can compare with.
MOST_ROW_ID = 2**53
# A row's number as an address holds it.
RowId = Annotated[int, Query(ge=0, le=MOST_ROW_ID)]
# Whoever is logged in, even while he must set up an authenticator first: for what concerns him alone.
Known = Annotated[User, Depends(logged_in)]
Viewer = Annotated[User, Depends(_needs(Role.VIEWER))]
Agent = Annotated[User, Depends(_needs(Role.AGENT))]
Supervisor = Annotated[User, Depends(_needs(Role.SUPERVISOR))]
Admin = Annotated[User, Depends(_needs(Role.ADMIN))]
