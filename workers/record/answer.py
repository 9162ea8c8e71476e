"""Whether a new case is acknowledged, and the acknowledgement itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CaseRow, OutgoingRow
from workers.acknowledgement import outgoing_for
from workers.desk import Desk
from workers.record.journal import Journal
from workers.stages.draft import Draft

LIMIT_WINDOW = timedelta(hours=1)


class Answering:
    """Queues the acknowledgements of one batch. Made within the batch's transaction: of two workers the
    second sees what the first has queued."""

    def __init__(self, session: Session, desk: Desk, journal: Journal, openers: Sequence[Draft]) -> None:
        self._session = session
        self._desk = desk
        self._journal = journal
        targets = {target.mailbox for draft in openers if (target := draft.answer_to)}
        self._acknowledged = count_acknowledged(session, targets, journal.now - LIMIT_WINDOW)

    def acknowledge(self, case: CaseRow, draft: Draft) -> str | None:
        """Queue the acknowledgement; returns why there is none, where there is none."""
        because = self._unanswered(draft)
        if because is None:
            self._session.add(outgoing_for(case, draft, self._desk, self._journal.now))
            return None
        self._journal.note(case.id, "not-acknowledged", because)
        return because

    def _unanswered(self, draft: Draft) -> str | None:
        if not draft.verdict.answer:
            return draft.verdict.because
        if not draft.claimed.answer:
            return "it came from an archive, or lay in its mailbox for more than a day"
        target = draft.answer_to
        assert target is not None  # the filter no_address has seen to it
        sent = self._acknowledged.get(target.mailbox, 0)
        if sent >= self._desk.ack_limit_per_hour:
            return f"its sender had {self._desk.ack_limit_per_hour} acknowledgements in the past hour"
        self._acknowledged[target.mailbox] = sent + 1
        return None


def count_acknowledged(session: Session, mailboxes: Iterable[str], since: datetime) -> dict[str, int]:
    """How many acknowledgements each of these mailboxes has been given since then."""
    rows = session.execute(
        select(OutgoingRow.recipient_key, func.count().label("number"))
        .where(OutgoingRow.recipient_key.in_(mailboxes), OutgoingRow.created_at > since)
        .group_by(OutgoingRow.recipient_key)
    )
    return {row.recipient_key: row.number for row in rows}
