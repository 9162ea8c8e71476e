"""What is stored about the conversations that a batch of mails belongs to: one read for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.db import Database
from models.tables import CaseRow, OutgoingRow, ReportRow
from routing.threading import Conversation, MailKeys, Parent, mentioned_cases
from workers.stages.draft import Draft, Knowledge

LIMIT_WINDOW = timedelta(hours=1)


def keys(draft: Draft) -> MailKeys:
    """What threading looks at."""
    sender = draft.mail.sender
    recipients = (*draft.claimed.rcpt_tos, *(address.address for address in draft.mail.to))
    return MailKeys(draft.mail.subject, recipients, draft.message_ids, sender.key if sender else None)


def run(drafts: Sequence[Draft], database: Database, key: bytes, now: datetime) -> list[Draft]:
    """Attach what is stored about the mails and cases that the batch mentions."""
    mentioned = {found for draft in drafts for found in (*draft.message_ids, draft.mail.message_id)}
    cases = {case_id for draft in drafts for case_id in mentioned_cases(keys(draft), key)}
    targets = {target.key for draft in drafts if (target := draft.mail.answer_to)}
    with database.reading() as session:
        ours = _ours(session, mentioned)
        knowledge = Knowledge(
            own_message_ids=frozenset(ours),
            conversation=Conversation(
                case_ids=frozenset(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(cases)))),
                by_message_id=_theirs(session, mentioned) | ours,
            ),
            acknowledged=_acknowledged(session, targets, now - LIMIT_WINDOW),
        )
    return [replace(draft, knowledge=knowledge) for draft in drafts]


def _ours(session: Session, message_ids: Iterable[str]) -> dict[str, Parent]:
    rows = session.execute(
        select(OutgoingRow.message_id, OutgoingRow.case_id).where(OutgoingRow.message_id.in_(message_ids))
    )
    return {message_id: Parent(case_id, None, None) for message_id, case_id in rows}


def _theirs(session: Session, message_ids: Iterable[str]) -> dict[str, Parent]:
    rows = session.execute(
        select(ReportRow.message_id, ReportRow.case_id, ReportRow.id, ReportRow.sender).where(
            ReportRow.message_id.in_(message_ids), ReportRow.case_id.is_not(None)
        )
    )
    return {
        message_id: Parent(case_id, report_id, sender.casefold())
        for message_id, case_id, report_id, sender in rows
        if message_id and sender
    }


def _acknowledged(session: Session, addresses: Iterable[str], since: datetime) -> dict[str, int]:
    rows = session.execute(
        select(OutgoingRow.recipient_key, func.count().label("number"))
        .where(OutgoingRow.recipient_key.in_(addresses), OutgoingRow.created_at > since)
        .group_by(OutgoingRow.recipient_key)
    )
    return {row.recipient_key: row.number for row in rows}
