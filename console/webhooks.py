"""`/api/v1/webhooks`: who is told of what happens, and what became of each delivery."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.api.once import Write
from console.api.paging import Asked, Page
from console.api.problems import not_understood
from console.services import Services
from console.webhook_schemas import Delivery, Webhook, WebhookChange, WebhookIn, WebhookWithSecret
from models import receivers, webhooks
from models.tables import DeliveryRow, WebhookRow
from models.values import new_id
from models.webhooks import Event

router = APIRouter(tags=["webhooks"])
WebhookId = Annotated[str, Path(max_length=32, description="the webhook's id")]
DeliveryId = Annotated[str, Path(max_length=32, description="the delivery's id, which the receiver has as webhook-id")]


@router.get("/webhooks", summary="Who is told of what happens, the newest first")
def list_webhooks(request: Request, asked: Asked) -> Page[Webhook]:
    services: Services = request.app.state.services
    query = select(WebhookRow).order_by(WebhookRow.id.desc()).limit(asked.limit + 1)
    if (last := asked.after("webhooks", str)) is not None:
        query = query.where(WebhookRow.id < last[0])
    with services.database.reading() as session:
        return asked.page("webhooks", session.scalars(query).all(), lambda row: [row.id], shown)


@router.post("/webhooks", status_code=201, summary="Tell somebody of what happens", response_model=WebhookWithSecret)
def add_webhook(write: Write, wanted: WebhookIn) -> Response:
    check_url(write.services, wanted.url)
    row = new_webhook(wanted.url, wanted.events, wanted.description, write.services.clock())

    def act(session: Session) -> WebhookWithSecret:
        session.add(row)
        return WebhookWithSecret(**shown(row).model_dump(), secret=row.secret)

    return write.once(act, 201, f"/api/v1/webhooks/{row.id}")


@router.get("/webhooks/{webhook_id}", summary="One receiver")
def get_webhook(request: Request, webhook_id: WebhookId) -> Webhook:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return shown(find_webhook(session, webhook_id))


@router.patch("/webhooks/{webhook_id}", summary="Change a receiver, or switch it off and on", response_model=Webhook)
def change_webhook(write: Write, webhook_id: WebhookId, change: WebhookChange) -> Response:
    if change.url is not None:
        check_url(write.services, change.url)

    def act(session: Session) -> Webhook:
        row = find_webhook(session, webhook_id, for_change=True)
        row.url = row.url if change.url is None else change.url
        row.description = row.description if change.description is None else change.description
        row.events = row.events if change.events is None else event_names(change.events)
        if change.active is not None:
            switch(session, row, change.active, "switched off over the API")
        return shown(row)

    return write.once(act)


@router.delete("/webhooks/{webhook_id}", status_code=204, summary="Take a receiver away, with its deliveries")
def remove_webhook(write: Write, webhook_id: WebhookId) -> Response:
    def act(session: Session) -> None:
        webhooks.remove(session, find_webhook(session, webhook_id, for_change=True))

    return write.once(act)


@router.post(
    "/webhooks/{webhook_id}/secret",
    summary="Take a new secret; what is sent in the next 24 hours is signed with the old one, too",
    response_model=WebhookWithSecret,
)
def change_secret(write: Write, webhook_id: WebhookId) -> Response:
    def act(session: Session) -> WebhookWithSecret:
        row = find_webhook(session, webhook_id, for_change=True)
        webhooks.change_secret(row, write.services.clock())
        return WebhookWithSecret(**shown(row).model_dump(), secret=row.secret)

    return write.once(act)


@router.post("/webhooks/{webhook_id}/test", summary="Send it an event that tells of nothing", response_model=Delivery)
def test_webhook(write: Write, webhook_id: WebhookId) -> Response:
    def act(session: Session) -> Delivery:
        row = find_webhook(session, webhook_id, for_change=True)
        return _delivery(webhooks.send_test(session, row, write.services.clock()))

    return write.once(act)


@router.get("/webhooks/{webhook_id}/deliveries", summary="What a receiver was sent, the newest first")
def list_deliveries(request: Request, asked: Asked, webhook_id: WebhookId) -> Page[Delivery]:
    services: Services = request.app.state.services
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    if (last := asked.after("deliveries", str)) is not None:
        query = query.where(DeliveryRow.id < last[0])
    with services.database.reading() as session:
        find_webhook(session, webhook_id)
        rows = session.scalars(query.order_by(DeliveryRow.id.desc()).limit(asked.limit + 1)).all()
        return asked.page("deliveries", rows, lambda row: [row.id], _delivery)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
    summary="Send a delivery again, under the same id",
    response_model=Delivery,
)
def resend_delivery(write: Write, webhook_id: WebhookId, delivery_id: DeliveryId) -> Response:
    def act(session: Session) -> Delivery:
        webhook = find_webhook(session, webhook_id, for_change=True)
        row = find_delivery(session, webhook_id, delivery_id)
        webhooks.resend(webhook, row, write.services.clock())
        return _delivery(row)

    return write.once(act)


def check_url(services: Services, url: str) -> None:
    """Raises Refused (422) where nothing is sent there."""
    try:
        receivers.check(url, services.webhook_networks)
    except ValueError as error:
        raise not_understood(str(error), pointer="#/url") from error


def new_webhook(url: str, events: list[Event], description: str, now: datetime) -> WebhookRow:
    return WebhookRow(
        id=new_id(),
        url=url,
        description=description,
        events=event_names(events),
        secret=webhooks.new_secret(),
        created_at=now,
    )


def event_names(events: list[Event]) -> list[str]:
    """Each of these events once, in the order of the list of all."""
    return [str(event) for event in Event if event in events]


def switch(session: Session, row: WebhookRow, on: bool, because: str) -> None:
    """Tell the receiver again, or nothing any more."""
    if on:
        row.disabled_because = None
    elif row.is_active:
        webhooks.disable(session, row, because)


def find_webhook(session: Session, webhook_id: str, for_change: bool = False) -> WebhookRow:
    """Raises HTTPException (404) where there is none of that id."""
    row = session.get(WebhookRow, webhook_id, with_for_update=for_change)
    if row is None:
        raise HTTPException(404, "there is no such webhook")
    return row


def find_delivery(session: Session, webhook_id: str, delivery_id: str) -> DeliveryRow:
    """Raises HTTPException (404) where that receiver was sent none of that id."""
    row = session.get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None or row.webhook_id != webhook_id:
        raise HTTPException(404, "there is no such delivery")
    return row


def shown(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        description=row.description,
        events=[Event(name) for name in row.events],
        active=row.is_active,
        disabled_because=row.disabled_because,
        created_at=row.created_at,
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery.model_validate(row, from_attributes=True)
