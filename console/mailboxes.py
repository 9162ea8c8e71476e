"""`/api/v1/mailboxes`: how far each folder has been read, and whether anything is missing."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import select

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
def list_mailboxes(request: Request) -> list[Mailbox]:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        rows = session.scalars(select(MailboxRow).order_by(MailboxRow.account, MailboxRow.folder))
        return [
            Mailbox(
                account=row.account,
                folder=row.folder,
                seen_at=row.seen_at,
                present=row.present,
                stored=row.stored,
                refused=row.refused,
                difference=row.difference,
                error=row.error,
            )
            for row in rows
        ]
