"""Who takes part in a case: those who wrote, and those whom they wrote to beside us."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from models.direct import Direct
from models.tables import ParticipantRow
from workers.stages.draft import Draft

# Of one mail; the list of a whole department is no list of people with a part in the case.
LIMIT = 50
_LONGEST = 320
_PARTICIPANTS = cast(Table, ParticipantRow.__table__)


def involve(session: Session, now: datetime, found: Collection[tuple[int, Draft]], own: Collection[str]) -> None:
    """Note the people of these mails as participants of the cases."""
    rows = {
        (case_id, mailbox): {"case_id": case_id, "address_key": mailbox, "at": now}
        for case_id, draft in found
        for mailbox in _mailboxes(draft)
        if mailbox not in own and len(mailbox) <= _LONGEST
    }
    if rows:
        Direct.of(session).insert_new(_PARTICIPANTS, list(rows.values()))


def _mailboxes(draft: Draft) -> list[str]:
    mail, claimed = draft.mail, draft.claimed
    people = [mail.sender, mail.reply_to, draft.reporter, *mail.to[:LIMIT], *mail.cc[:LIMIT]]
    sender = mail.sender.mailbox if mail.sender else None
    if draft.verdict.from_machine or claimed.released:
        return [sender] if sender else []
    return [person.mailbox for person in people if person]
