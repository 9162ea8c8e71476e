"""`/api/v1/breakers` and `/api/v1/dead-addresses`: what keeps machine mail of ours from going out."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from console.services import Services
from models.locks import keep_books
from models.tables import BreakerRow, DeadAddressRow

router = APIRouter(tags=["held back"])
LIMIT = 500


class Breaker(BaseModel):
    """A loop breaker that has opened: no machine of ours writes to `key` of `scope` before `closes_at`."""

    scope: str
    key: str
    is_open: bool
    opened_at: datetime
    closes_at: datetime
    opened: int
    held_back: int
    because: str


class DeadAddress(BaseModel):
    """A mailbox that our mail came back from for good; nothing is sent there until `retried_from`."""

    address: str
    since: datetime
    retried_from: datetime
    bounces: int
    report_id: str | None
    because: str


@router.get("/breakers", summary="Loop breakers that have opened, those that close last first")
def list_breakers(request: Request) -> list[Breaker]:
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.reading() as session:
        rows = session.scalars(select(BreakerRow).order_by(BreakerRow.closes_at.desc()).limit(LIMIT))
        return [
            Breaker(
                scope=row.scope,
                key=row.key,
                is_open=row.closes_at > now,
                opened_at=row.opened_at,
                closes_at=row.closes_at,
                opened=row.opened,
                held_back=row.held_back,
                because=row.because,
            )
            for row in rows
        ]


@router.delete("/breakers/{scope}/{key}", status_code=204, summary="Close a loop breaker: somebody mended the loop")
def close_breaker(request: Request, scope: str, key: str) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        keep_books(session)
        row = session.get(BreakerRow, (scope, key))
        if row is None:
            raise HTTPException(404, "no such breaker has opened")
        session.delete(row)
    return Response(status_code=204)


@router.get("/dead-addresses", summary="Mailboxes that our mail came back from, the latest first")
def list_dead_addresses(request: Request) -> list[DeadAddress]:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows = session.scalars(select(DeadAddressRow).order_by(DeadAddressRow.since.desc()).limit(LIMIT))
        return [
            DeadAddress(
                address=row.address_key,
                since=row.since,
                retried_from=row.retried_from,
                bounces=row.bounces,
                report_id=row.report_id,
                because=row.because,
            )
            for row in rows
        ]


@router.delete("/dead-addresses/{address}", status_code=204, summary="Write to a mailbox again: it works now")
def revive_address(request: Request, address: str) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        keep_books(session)
        row = session.get(DeadAddressRow, address.casefold())
        if row is None:
            raise HTTPException(404, "our mail did not come back from that address")
        session.delete(row)
    return Response(status_code=204)
