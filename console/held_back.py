"""`/api/v1/breakers` and `/api/v1/dead-addresses`: what keeps machine mail of ours from going out."""

from datetime import datetime
from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from console.api.once import Write
from console.api.paging import Asked, Page
from console.services import Services
from models.locks import keep_books
from models.tables import BreakerRow, DeadAddressRow

router = APIRouter(tags=["held back"])


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
def list_breakers(request: Request, asked: Asked) -> Page[Breaker]:
    services: Services = request.app.state.services
    now = services.clock()
    order = BreakerRow.closes_at, BreakerRow.scope, BreakerRow.key
    query = select(BreakerRow).order_by(*(column.desc() for column in order)).limit(asked.limit + 1)
    if (last := asked.after("breakers", datetime, str, str)) is not None:
        query = query.where(tuple_(*order) < tuple_(*last))
    with services.database.reading() as session:
        rows = session.scalars(query).all()
        key = attrgetter("closes_at", "scope", "key")
        return asked.page("breakers", rows, key, lambda row: _breaker(row, now))


@router.delete("/breakers/{scope}/{key}", status_code=204, summary="Close a loop breaker: somebody mended the loop")
def close_breaker(
    write: Write,
    scope: Annotated[str, Path(max_length=16, description="address, domain, case, content or all")],
    key: Annotated[str, Path(max_length=320, description="whom or what it counts, as the list has it")],
) -> Response:
    return write.once(lambda session: close(session, scope, key))


def close(session: Session, scope: str, key: str) -> None:
    """Close the breaker. Raises HTTPException (404) where none of that name has opened."""
    keep_books(session)
    row = session.get(BreakerRow, (scope, key))
    if row is None:
        raise HTTPException(404, "no such breaker has opened")
    session.delete(row)


@router.get("/dead-addresses", summary="Mailboxes that our mail came back from, the latest first")
def list_dead_addresses(request: Request, asked: Asked) -> Page[DeadAddress]:
    services: Services = request.app.state.services
    order = DeadAddressRow.since, DeadAddressRow.address_key
    query = select(DeadAddressRow).order_by(*(column.desc() for column in order)).limit(asked.limit + 1)
    if (last := asked.after("dead-addresses", datetime, str)) is not None:
        query = query.where(tuple_(*order) < tuple_(*last))
    with services.database.reading() as session:
        rows = session.scalars(query).all()
        return asked.page("dead-addresses", rows, attrgetter("since", "address_key"), _dead_address)


@router.delete("/dead-addresses/{address}", status_code=204, summary="Write to a mailbox again: it works now")
def revive_address(
    write: Write, address: Annotated[str, Path(max_length=320, description="the mailbox, name@domain")]
) -> Response:
    return write.once(lambda session: revive(session, address))


def revive(session: Session, address: str) -> None:
    """Write to the mailbox again. Raises HTTPException (404) where it is not one that our mail came back from."""
    keep_books(session)
    row = session.get(DeadAddressRow, address.lower())
    if row is None:
        raise HTTPException(404, "our mail did not come back from that address")
    session.delete(row)


def _breaker(row: BreakerRow, now: datetime) -> Breaker:
    return Breaker(
        scope=row.scope,
        key=row.key,
        is_open=row.closes_at > now,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        opened=row.opened,
        held_back=row.held_back,
        because=row.because,
    )


def _dead_address(row: DeadAddressRow) -> DeadAddress:
    return DeadAddress(
        address=row.address_key,
        since=row.since,
        retried_from=row.retried_from,
        bounces=row.bounces,
        report_id=row.report_id,
        because=row.because,
    )
