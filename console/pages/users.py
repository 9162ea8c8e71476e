"""`/users`: who may log in, for administrators. The acts are those of `firstline user`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from console.auth import links, people, sessions, totp
from console.auth.people import By
from console.auth.roles import Role, User
from console.pages.gate import Admin
from console.pages.render import page
from console.services import Services
from models.tables import CaseRow, TotpRow, UserRow
from models.values import AT_WORK, TEAMS

router = APIRouter()
UserId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Name = Annotated[str, Form(max_length=100)]
_LISTED = 200


@router.get("/users")
def list_users(request: Request, user: Admin) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows = session.scalars(select(UserRow).order_by(UserRow.is_disabled, UserRow.address_key)).all()
        with_code = set(session.scalars(select(TotpRow.user_id).where(TotpRow.confirmed_at.is_not(None))))
    return page(request, "users.html", rows=rows, with_code=with_code, roles=list(Role))


@router.post("/users")
def add(
    request: Request,
    user: Admin,
    address: Annotated[str, Form(max_length=320)],
    role: Annotated[Role, Form()],
    name: Name = "",
) -> Response:
    """A new user, and the link by which he sets his password, this once."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        by = people.by(user, services.clock())
        row = people.add(session, by, address.strip(), name, role)
        token = people.reset_password(session, by, row)
    return _link(request, row, token)


@router.get("/users/{user_id}")
def show_user(request: Request, user: Admin, user_id: UserId) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        row = _found(session.get(UserRow, user_id))
        where = sessions.of_user(session, user_id, services.clock())
        has_totp = totp.is_on(session, user_id)
        his = session.scalars(_worked_on_by(row).order_by(CaseRow.id.desc()).limit(_LISTED)).all()
    return page(request, "user.html", row=row, where=where, has_totp=has_totp, his=his, roles=list(Role), teams=TEAMS)


def _worked_on_by(row: UserRow) -> Select[int]:
    """The open cases that he has, which somebody takes over when he leaves."""
    return select(CaseRow.id).where(CaseRow.accepted_by == row.address, CaseRow.state.in_(AT_WORK))


@router.post("/users/{user_id}")
def change(
    request: Request,
    user: Admin,
    user_id: UserId,
    role: Annotated[Role, Form()],
    name: Name,
    language: Annotated[Literal["auto", "en", "zh-Hans"], Form()],
    team: Annotated[list[str] | None, Form()] = None,
    own_teams_only: Annotated[Literal["", "1"], Form()] = "",
) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        people.describe(session, by, row, name, None if language == "auto" else language)
        people.set_teams(session, by, row, team or [], bool(own_teams_only))
        people.set_role(session, by, row, role)
    return _back(user_id)


@router.post("/users/{user_id}/disable")
def disable(request: Request, user: Admin, user_id: UserId) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        people.set_disabled(session, by, row, True)
    return _back(user_id)


@router.post("/users/{user_id}/enable")
def enable(request: Request, user: Admin, user_id: UserId) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        people.set_disabled(session, by, row, False)
    return _back(user_id)


@router.post("/users/{user_id}/reset")
def reset_password(request: Request, user: Admin, user_id: UserId) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        token = people.reset_password(session, by, row)
    return _link(request, row, token)


@router.post("/users/{user_id}/logout")
def log_out(request: Request, user: Admin, user_id: UserId) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        people.log_out(session, by, row)
    return _back(user_id)


@router.post("/users/{user_id}/totp-reset")
def reset_totp(request: Request, user: Admin, user_id: UserId) -> Response:
    with _changing(request, user, user_id) as (session, by, row):
        people.reset_totp(session, by, row)
    return _back(user_id)


@contextmanager
def _changing(request: Request, user: User, user_id: int) -> Iterator[tuple[Session, By, UserRow]]:
    """The user, in a transaction of its own. Raises HTTPException (404)."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = _found(session.get(UserRow, user_id))
        yield session, people.by(user, services.clock()), row


def _found(row: UserRow | None) -> UserRow:
    if row is None:
        raise HTTPException(404)
    return row


def _link(request: Request, row: UserRow, token: str) -> Response:
    services: Services = request.app.state.services
    link = links.address(services.pages.public_url or str(request.base_url), token)
    hours = int(links.LIFE.total_seconds() // 3600)
    return page(request, "user_link.html", row=row, link=link, hours=hours)


def _back(user_id: int) -> Response:
    return RedirectResponse(f"/users/{user_id}", 303)
