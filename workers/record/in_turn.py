"""Reports that others are to go before: an answer to a mail, or the end of an alarm, that came later and was worked on
sooner. Written at once it would open a case of its own."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.queue import LEASE, LONGEST_WAIT
from models.tables import ReportRow
from workers.stages.draft import Draft

log = logging.getLogger(__name__)

# Longer than a batch takes. Whoever takes longer is not waited for again and again.
_AGAIN = timedelta(seconds=1)
_TRIES = 3


def put_off(session: Session, rows: Mapping[str, ReportRow], drafts: Sequence[Draft], now: datetime) -> list[Draft]:
    """The drafts that can be written; the others come again in a second, to be judged by what is written then."""
    openers = [draft for draft in drafts if draft.decision is not None and rows[draft.claimed.id].attempts < _TRIES]
    answers = [draft for draft in openers if draft.message_ids]
    ends = [draft for draft in openers if draft.alarm is not None and draft.alarm.state == "recovery"]
    early = _answers_early(session, rows, answers) | _answers_old(session, answers, now) if answers else set()
    early |= _ends_early(session, rows, ends, now) if ends else set()
    for report_id in early:
        log.info("report_waits_for_another", extra={"report": report_id})
        rows[report_id].due_at, rows[report_id].lease = now + _AGAIN, None
    return [draft for draft in drafts if draft.claimed.id not in early]


def _answers_early(session: Session, rows: Mapping[str, ReportRow], drafts: Sequence[Draft]) -> set[str]:
    """Those that answer a mail which another worker is at, or has got a case for since ours was claimed."""
    wanted = {message_id for draft in drafts for message_id in draft.message_ids}
    began = min(row.due_at for row in rows.values() if row.due_at and row.lease) - LEASE
    is_under_way = or_(ReportRow.lease.is_not(None), ReportRow.finished_at >= began)
    found = session.execute(
        select(ReportRow.message_id, ReportRow.id).where(ReportRow.message_id.in_(wanted), is_under_way)
    )
    others = {message_id for message_id, report_id in found if report_id not in rows}
    return {draft.claimed.id for draft in drafts if not others.isdisjoint(draft.message_ids)}


def _answers_old(session: Session, drafts: Sequence[Draft], now: datetime) -> set[str]:
    """Those that answer a mail which stands behind all others: it is taken from there, and worked on first."""
    wanted = {message_id for draft in drafts for message_id in draft.message_ids}
    stands_behind = ReportRow.due_at > now + LONGEST_WAIT, ReportRow.lease.is_(None)
    old = session.scalars(
        select(ReportRow)
        .where(ReportRow.message_id.in_(wanted), *stands_behind)
        .order_by(ReportRow.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in old:
        row.due_at = now
    others = {row.message_id for row in old}
    return {draft.claimed.id for draft in drafts if not others.isdisjoint(draft.message_ids)}


def _ends_early(session: Session, rows: Mapping[str, ReportRow], drafts: Sequence[Draft], now: datetime) -> set[str]:
    """Those of whose sender another worker has an earlier report."""
    senders = {draft.claimed.mail_from for draft in drafts if draft.claimed.mail_from}
    at_work = select(ReportRow.id, ReportRow.mail_from, ReportRow.received_at).where(
        ReportRow.due_at > now, ReportRow.lease.is_not(None), ReportRow.mail_from.in_(senders)
    )
    others = [row for row in session.execute(at_work) if row.id not in rows]
    return {
        draft.claimed.id
        for draft in drafts
        for other in others
        if other.mail_from == draft.claimed.mail_from and other.received_at <= draft.claimed.received_at
    }
