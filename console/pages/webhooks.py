"""`/webhooks`: who is told of what happens, and what became of each delivery."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.api.problems import Refused
from console.auth import audit
from console.auth.roles import User
from console.pages.gate import Admin
from console.pages.render import page
from console.services import Services
from console.webhooks import check_url, find_delivery, find_webhook, new_webhook, switch
from models import webhooks
from models.tables import DeliveryRow, WebhookRow
from models.webhooks import Event

router = APIRouter()
_LISTED = 50
Text = Annotated[str, Form(max_length=2000)]


@router.get("/webhooks")
def show_webhooks(request: Request, user: Admin) -> Response:
    return _list(request)


@router.post("/webhooks")
def add(
    request: Request,
    user: Admin,
    url: Text,
    events: Annotated[list[Event] | None, Form()] = None,
    description: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """A new receiver; its secret is shown on the page that answers, and never again."""
    services: Services = request.app.state.services
    try:
        check_url(services, url.strip())
    except Refused as error:
        return _list(request, 422, problem=error.detail, url=url)
    row = new_webhook(url.strip(), events or list(Event), description.strip(), services.clock())
    with services.database.transaction() as session:
        session.add(row)
        audit.note(session, user, "webhook added", row.url, services.clock())
    return _one(request, row.id, secret=row.secret)


@router.get("/webhooks/{webhook_id}")
def show_webhook(
    request: Request, webhook_id: str, user: Admin, before: Annotated[str | None, Query(max_length=32)] = None
) -> Response:
    return _one(request, webhook_id, before=before)


@router.post("/webhooks/{webhook_id}/secret")
def change_secret(request: Request, webhook_id: str, user: Admin) -> Response:
    """A new secret, shown on the page that answers."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = find_webhook(session, webhook_id, for_change=True)
        webhooks.change_secret(row, services.clock())
        audit.note(session, user, "webhook secret changed", row.url, services.clock())
    return _one(request, webhook_id, secret=row.secret)


@router.post("/webhooks/{webhook_id}/switch")
def switch_webhook(request: Request, webhook_id: str, user: Admin, on: Annotated[bool, Form()]) -> Response:
    def act(session: Session, row: WebhookRow) -> None:
        switch(session, row, on, f"switched off by {user.address}")

    return _change(request, webhook_id, user, "webhook switched on" if on else "webhook switched off", act)


@router.post("/webhooks/{webhook_id}/test")
def send_test(request: Request, webhook_id: str, user: Admin) -> Response:
    services: Services = request.app.state.services

    def act(session: Session, row: WebhookRow) -> None:
        webhooks.send_test(session, row, services.clock())

    return _change(request, webhook_id, user, "webhook tested", act)


@router.post("/webhooks/{webhook_id}/remove")
def remove(request: Request, webhook_id: str, user: Admin) -> Response:
    _change(request, webhook_id, user, "webhook removed", webhooks.remove)
    return RedirectResponse("/webhooks", 303)


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/resend")
def resend(request: Request, webhook_id: str, delivery_id: str, user: Admin) -> Response:
    services: Services = request.app.state.services

    def act(session: Session, row: WebhookRow) -> None:
        webhooks.resend(row, find_delivery(session, webhook_id, delivery_id), services.clock())

    return _change(request, webhook_id, user, "delivery sent again", act)


def _change(
    request: Request, webhook_id: str, user: User, what: str, act: Callable[[Session, WebhookRow], None]
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        row = find_webhook(session, webhook_id, for_change=True)
        act(session, row)
        audit.note(session, user, what, row.url, services.clock())
    services.wake()
    return RedirectResponse(f"/webhooks/{webhook_id}", 303)


def _list(request: Request, status: int = 200, problem: str = "", url: str = "") -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows = session.scalars(select(WebhookRow).order_by(WebhookRow.id.desc()).limit(_LISTED)).all()
    return page(request, "webhooks.html", status, rows=rows, events=list(Event), problem=problem, url=url)


def _one(request: Request, webhook_id: str, before: str | None = None, secret: str = "") -> Response:
    services: Services = request.app.state.services
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id).order_by(DeliveryRow.id.desc())
    if before is not None:
        query = query.where(DeliveryRow.id < before)
    with services.database.reading() as session:
        row = find_webhook(session, webhook_id)
        rows = session.scalars(query.limit(_LISTED + 1)).all()
    older = rows[_LISTED - 1].id if len(rows) > _LISTED else None
    return page(request, "webhook.html", hook=row, rows=rows[:_LISTED], older=older, secret=secret)
