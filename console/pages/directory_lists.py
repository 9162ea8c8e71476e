"""`/directory/lists`: the directory's lists as files, in and out. What a file would change is shown before it does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.auth import audit
from console.auth.roles import User
from console.pages.admin_services import ListsPlan
from console.pages.gate import Admin
from console.pages.render import page
from console.services import Services
from console.sources import named
from models.errors import NotPossible
from models.tables import ListRow

router = APIRouter()
ADDRESS = "/directory/lists"
# Some fifty thousand rows; a larger directory is taken in by the command.
LIMIT = 8 * 1024 * 1024
_KEPT = timedelta(hours=1)
Digest = Annotated[str, Form(pattern="^[0-9a-f]{64}$")]
Name = Literal["customers", "contracts", "sites", "contacts", "devices", "staff", "shifts"]


@router.get(ADDRESS)
def show_lists(request: Request, user: Admin) -> Response:
    return _page(request, user)


@router.post(ADDRESS)
def send_lists(request: Request, user: Admin, files: Annotated[list[UploadFile], File()]) -> Response:
    """Keep the files until it is said what becomes of them; those of before are forgotten."""
    services: Services = request.app.state.services
    found = _by_name(files, services)
    now = services.clock()
    with services.database.transaction() as session:
        session.execute(delete(ListRow).where((ListRow.user_id == user.id) | (ListRow.at <= now - _KEPT)))
        session.add_all(ListRow(user_id=user.id, name=name, at=now, content=found[name]) for name in found)
    return RedirectResponse(ADDRESS, 303)


@router.post(f"{ADDRESS}/take-in")
def take_in(request: Request, user: Admin, digest: Digest) -> Response:
    """Take in what was shown; where it would be something else by now, that is shown instead."""
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.reading() as session:
        files = _waiting(session, user, now)
    sheets = services.pages.admin.lists.read(files) if files else []
    with services.database.transaction() as session:
        if not files or not _waiting(session, user, now):
            raise NotPossible("there are no files any more; send them again")
        done = services.pages.admin.lists.take_in(session, sheets, digest)
        if done is not None:
            audit.note(session, user, "took in lists", _told(done), now)
            session.execute(delete(ListRow).where(ListRow.user_id == user.id))
    return _page(request, user, done=done, is_stale=done is None)


@router.post(f"{ADDRESS}/forget")
def forget(request: Request, user: Admin) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        session.execute(delete(ListRow).where(ListRow.user_id == user.id))
    return RedirectResponse(ADDRESS, 303)


@router.post(f"{ADDRESS}/export")
def export(request: Request, user: Admin, name: Annotated[Name, Form()]) -> Response:
    """One list, as `firstline directory export` writes it."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        content = services.pages.admin.lists.export(session, name)
        audit.note(session, user, "exported list", name, services.clock())
    return Response(content, media_type="text/csv; charset=utf-8", headers=named(f"{name}.csv"))


def _page(request: Request, user: User, done: ListsPlan | None = None, is_stale: bool = False) -> Response:
    services: Services = request.app.state.services
    lists = services.pages.admin.lists
    with services.database.reading() as session:
        files = _waiting(session, user, services.clock())
        plan = lists.plan(session, lists.read(files)) if files else None
    return page(
        request, "lists.html", names=lists.names, plan=plan, done=done, is_stale=is_stale, limit=LIMIT // 1024 // 1024
    )


def _waiting(session: Session, user: User, now: datetime) -> dict[str, bytes]:
    query = select(ListRow.name, ListRow.content).where(ListRow.user_id == user.id, ListRow.at > now - _KEPT)
    return {row.name: row.content for row in session.execute(query)}


def _by_name(files: list[UploadFile], services: Services) -> Mapping[str, bytes]:
    """The files by the list that each is named like."""
    known = services.pages.admin.lists.names
    found: dict[str, bytes] = {}
    for file in files:
        name = (file.filename or "").casefold().removesuffix(".csv")
        if name not in known:
            listed = ", ".join(f"{one}.csv" for one in known)
            raise NotPossible(f"{(file.filename or 'nothing')[:100]} is named like no list; there are {listed}")
        if name in found:
            raise NotPossible(f"{name}.csv is there twice; choose one of them")
        found[name] = file.file.read()
    return found


def _told(done: ListsPlan) -> str:
    return "; ".join(f"{part.name}: {part.new} new, {part.changed} changed" for part in done.lists)
