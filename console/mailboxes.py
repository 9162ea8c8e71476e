"""`/api/v1/mailboxes`: how far each folder has been read, and whether anything is missing."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import select, tuple_

from console.api.paging import Asked, Page
from console.services import Services
from models.tables import MailboxRow

router = APIRouter(tags=["mailboxes"])


class Mailbox(BaseModel):
    """A folder of a mailbox account at its last reading: of `present` mails `stored` are stored and `refused` cannot
    be had; `difference` is what is missing. `error` says what a person should look at."""

    account: str
    folder: str
    seen_at: datetime | None
    present: int
    stored: int
    refused: int
    difference: int
    error: str | None


@router.get("/mailboxes", summary="The folders that are polled: last contact, balance, error")
def list_mailboxes(request: Request, asked: Asked) -> Page[Mailbox]:
    services: Services = request.app.state.services
    order = MailboxRow.account, MailboxRow.folder
    query = select(MailboxRow).order_by(*order).limit(asked.limit + 1)
    if (last := asked.after("mailboxes", str, str)) is not None:
        query = query.where(tuple_(*order) > tuple_(*last))
    with services.database.reading() as session:
        rows = session.scalars(query).all()
        return asked.page("mailboxes", rows, lambda row: [row.account, row.folder], _mailbox)


def _mailbox(row: MailboxRow) -> Mailbox:
    return Mailbox(
        account=row.account,
        folder=row.folder,
        seen_at=row.seen_at,
        present=row.present,
        stored=row.stored,
        refused=row.refused,
        difference=row.difference,
        error=row.error,
    )
