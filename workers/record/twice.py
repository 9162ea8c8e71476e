"""The same matter told by telephone and by mail, or by one mail that came twice or in two forms, or after an answer to
it: offered as one case, for a person to decide."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.mail.subject import answers
from models.merged import survivor
from models.tables import CaseLinkRow, CaseRow, OutgoingRow, ReportRow
from models.values import CaseState, Channel, LinkKind
from routing import breaker
from workers.record.journal import Journal
from workers.stages.draft import Draft

# Who calls writes too within this time, or the other way round.
WITHIN = timedelta(minutes=30)
# The newest cases of a customer that are looked at.
_LATEST = 10


class Copies:
    """The cases that the mails of a batch may have opened before in another form: a list or a gateway writes into what
    it passes on, and the customer has sent it to us, too. What they have in common is Message-ID and sender. They stay
    two, for there are devices that send one Message-ID for ever."""

    def __init__(self, session: Session, drafts: Iterable[Draft], now: datetime) -> None:
        ids = {draft.mail.message_id for draft in drafts if draft.spoken is None and draft.mail.message_id}
        query = select(ReportRow.message_id, ReportRow.sender, ReportRow.case_id).where(
            ReportRow.message_id.in_(ids), ReportRow.case_id.is_not(None), ReportRow.received_at > now - WITHIN
        )
        rows = session.execute(query.order_by(ReportRow.received_at)).all() if ids else []
        self._session = session
        self._cases = {(row.message_id, (row.sender or "").casefold()): row.case_id for row in rows}

    def link(self, journal: Journal, case: CaseRow, draft: Draft) -> bool:
        """Link the new case with the one that the same mail has opened; False where there is none."""
        if draft.spoken is not None or not draft.mail.message_id:
            return False
        key = draft.mail.message_id, (draft.reported_by or "").casefold()
        found = self._session.get(CaseRow, self._cases[key]) if key in self._cases else None
        self._cases[key] = case.id
        other = survivor(self._session, found) if found is not None else None
        if other is None or other.id == case.id:
            return False
        _link(self._session, journal, case, other, "the same mail in another form, by its Message-ID and its sender")
        return True


def offer(session: Session, journal: Journal, case: CaseRow) -> None:
    """Link the new case with one of the same customer that an answer to its mail has opened shortly before, having
    come sooner, or with one of the same category that came another way."""
    if case.customer_id is None:
        return
    latest = (
        select(CaseRow)
        .where(CaseRow.customer_id == case.customer_id, CaseRow.id < case.id)
        .order_by(CaseRow.id.desc())
        .limit(_LATEST)
    )
    for other in session.scalars(latest):
        is_near = abs(case.created_at - other.created_at) <= WITHIN
        if is_near and case.subject and answers(other.subject, case.subject):
            _link(session, journal, case, other, "an answer under its subject came before it, by the same customer")
            return
        is_other_way = (case.channel == Channel.PHONE) != (other.channel == Channel.PHONE)
        if is_near and is_other_way and other.category == case.category and other.state != CaseState.CLOSED:
            way = "telephone" if other.channel == Channel.PHONE else "mail"
            because = f"the same customer reported the like by {way} within {WITHIN.seconds // 60} minutes"
            _link(session, journal, case, other, because)
            return


def offer_same_words(session: Session, journal: Journal, case: CaseRow, mailbox: str, content_key: str) -> None:
    """Link the new case with the one in which this mailbox was answered the same words, numbers aside, within the last
    hour: who is not sure that his mail has gone sends it again, and gateways give it another Message-ID."""
    query = (
        select(OutgoingRow.case_id)
        .where(
            OutgoingRow.content_key == content_key,
            OutgoingRow.recipient_key == mailbox,
            OutgoingRow.created_at > journal.now - breaker.WINDOW,
        )
        .order_by(OutgoingRow.created_at.desc())
        .limit(1)
    )
    earlier = session.scalar(query)
    found = session.get(CaseRow, earlier) if earlier is not None else None
    other = survivor(session, found) if found is not None else None
    if other is not None and other.id != case.id and other.state != CaseState.CLOSED:
        _link(session, journal, case, other, "the same sender wrote the same words, numbers aside, within an hour")


def _link(session: Session, journal: Journal, case: CaseRow, other: CaseRow, because: str) -> None:
    session.add(
        CaseLinkRow(case_id=case.id, other_id=other.id, kind=LinkKind.SAME_FAULT, at=journal.now, because=because)
    )
    journal.note(case.id, "linked", f"to {other.number}: {because}")
    journal.note(other.id, "linked", f"to {case.number}, a new case: {because}")
