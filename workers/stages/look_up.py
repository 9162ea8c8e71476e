"""What is stored about the conversations that a batch of mails belongs to: one read for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.db import Database
from models.tables import CaseRow, OutgoingRow, ReportRow
from routing.threading import Conversation, MailKeys, Parent, mentioned_cases
from workers.stages.draft import Draft, Knowledge


def keys(draft: Draft) -> MailKeys:
    """What threading looks at."""
    sender = draft.mail.sender
    recipients = (*draft.claimed.rcpt_tos, *(address.address for address in draft.mail.to))
    return MailKeys(draft.mail.subject, recipients, draft.message_ids, sender.key if sender else None)


def run(drafts: Sequence[Draft], database: Database, key: bytes) -> list[Draft]:
    """Attach what is stored about the mails and cases that the batch mentions."""
    answered = {message_id for draft in drafts for message_id in draft.message_ids}
    own = {draft.mail.message_id for draft in drafts}  # looked for among ours only: devices repeat theirs for ever
    cases = {case_id for draft in drafts for case_id in mentioned_cases(keys(draft), key)}
    with database.reading() as session:
        ours = _ours(session, answered | own)
        knowledge = Knowledge(
            own_message_ids=frozenset(ours),
            conversation=Conversation(
                case_ids=frozenset(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(cases)))),
                by_message_id=_theirs(session, answered) | ours,
            ),
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
