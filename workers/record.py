"""Writes what the stages said: case, classification, clocks, timeline, acknowledgement. One transaction a batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intake.mail import plus
from models import queue
from models.tables import CaseRow, ClassificationRow, ClockRow, EventRow, OutgoingRow, ReportRow
from models.values import CaseState, OutgoingState
from routing.missing import missing
from workers.acknowledgement import outgoing_for
from workers.desk import Desk
from workers.stages.classify import text_of
from workers.stages.draft import Draft

MACHINE = "firstline"
FIRST_REPLY = "first_reply"  # the clock that the acknowledgement meets
LIMIT_WINDOW = timedelta(hours=1)
_TEXT_CHARS = 20_000


class Recorder:
    """Writes one batch of finished drafts within the caller's transaction."""

    def __init__(self, session: Session, desk: Desk, now: datetime) -> None:
        self._session = session
        self._desk = desk
        self._now = now
        self._opened: dict[str, CaseRow] = {}
        self._acknowledged: dict[str, int] = {}

    def record(self, drafts: Sequence[Draft]) -> list[ReportRow]:
        """Write the drafts whose lease is still held; returns their rows."""
        rows = queue.held(self._session, [draft.claimed for draft in drafts])
        drafts = [draft for draft in drafts if draft.claimed.id in rows]
        for draft in drafts:
            self._describe(rows[draft.claimed.id], draft)
        openers = [draft for draft in drafts if draft.decision is not None]
        # Counted within this transaction: of two workers the second sees what the first has queued.
        targets = {target.mailbox for draft in openers if (target := draft.mail.answer_to)}
        self._acknowledged = count_acknowledged(self._session, targets, self._now - LIMIT_WINDOW)
        for draft in openers:
            self._opened[draft.claimed.id] = self._case(draft)
        self._session.add_all(self._opened.values())
        self._session.flush()  # one INSERT for all; gives the case numbers
        for draft in openers:
            self._open(rows[draft.claimed.id], draft)
        for draft in drafts:
            if draft.decision is None:
                self._append(rows[draft.claimed.id], draft)
        return list(rows.values())

    def _describe(self, row: ReportRow, draft: Draft) -> None:
        mail = draft.mail
        row.message_id = mail.message_id
        row.sender = mail.sender.address if mail.sender else None
        row.subject = mail.subject
        row.text = mail.text[:_TEXT_CHARS]
        row.language = mail.language
        row.auto = draft.verdict.auto

    def _case(self, draft: Draft) -> CaseRow:
        found, decision, mail = draft.classification, draft.decision, draft.mail
        assert found is not None
        assert decision is not None
        profile = self._desk.profile
        contact = mail.sender.name if mail.sender else None
        text = f"{mail.subject}\n{mail.text}"
        return CaseRow(
            state=CaseState.OPEN,
            level=found.level,
            category=found.category,
            level_name=profile.level_name(found.level, mail.language),
            process=decision.process,
            confidence=found.confidence,
            needs_review=found.needs_review,
            language=mail.language,
            channel=draft.claimed.channel,
            customer=mail.sender.address if mail.sender else None,
            subject=mail.subject or next((line for line in mail.reply.splitlines() if line.strip()), "")[:150],
            profile=profile.name,
            profile_version=profile.version,
            routing_hint=self._hint(draft),
            assigned_team=decision.team,
            missing=list(missing(profile, found.category, found.level, text, contact)),
            created_at=draft.claimed.received_at,
        )

    def _hint(self, draft: Draft) -> str | None:
        details = (plus.split(address)[1] for address in draft.claimed.rcpt_tos)
        return next((detail[:64] for detail in details if detail), None)

    def _open(self, row: ReportRow, draft: Draft) -> None:
        case = self._opened[row.id]
        decision = draft.decision
        assert decision is not None
        row.case_id = case.id
        self._event(case.id, "received", f"report {row.id} by {row.source}: {draft.verdict.because}")
        self._classified(case.id, draft)
        self._event(case.id, "routed", f"{decision.because}; {decision.process} process")
        because = self._acknowledge(case, draft)
        self._session.add_all(
            ClockRow(case_id=case.id, name=c.name, starts_at=c.starts_at, due_at=c.due_at, because=c.because)
            for c in decision.clocks
            if because is None or c.name != FIRST_REPLY  # nobody waits for a reply that is not to be sent
        )
        queue.finish(row, "case", because or draft.verdict.because, self._now)

    def _classified(self, case_id: int, draft: Draft) -> None:
        found = draft.classification
        assert found is not None
        self._session.add(
            ClassificationRow(
                case_id=case_id,
                report_id=draft.claimed.id,
                at=self._now,
                by="machine",
                model=found.model,
                level=found.level,
                category=found.category,
                level_probs={str(level): round(p, 4) for level, p in found.level_probs.items()},
                category_probs={name: round(p, 4) for name, p in found.category_probs.items()},
                needs_review=found.needs_review,
                evidence=[{"text": e.text, "label": e.label, "weight": round(e.weight, 4)} for e in found.evidence],
                reason=found.because or None,
            )
        )
        review = f"; a person should look: {found.because}" if found.needs_review else ""
        self._event(case_id, "classified", f"level {found.level}, {found.category}, by model {found.model}{review}")

    def _acknowledge(self, case: CaseRow, draft: Draft) -> str | None:
        """Queue the acknowledgement; returns why there is none, where there is none."""
        because = self._unanswered(draft)
        if because is None:
            self._session.add(outgoing_for(case, draft, self._desk, self._now))
            return None
        self._event(case.id, "not-acknowledged", because)
        return because

    def _unanswered(self, draft: Draft) -> str | None:
        if not draft.verdict.answer:
            return draft.verdict.because
        if not draft.claimed.answer:
            return "it came from an archive, or lay in its mailbox for more than a day"
        target = draft.mail.answer_to
        assert target is not None  # the filter no_address has seen to it
        sent = self._acknowledged.get(target.mailbox, 0)
        if sent >= self._desk.ack_limit_per_hour:
            return f"its sender had {self._desk.ack_limit_per_hour} acknowledgements in the past hour"
        self._acknowledged[target.mailbox] = sent + 1
        return None

    def _append(self, row: ReportRow, draft: Draft) -> None:
        """A report that opens no case: put on the one it belongs to, or recorded by itself."""
        case = self._case_of(draft)
        if draft.thread is not None and case is None:
            row.due_at, row.lease = self._now, None  # its parent was not written: both come again
            return
        row.case_id = case.id if case else None
        if not draft.verdict.opens_case:
            row.case_id = self._bounced(draft) or row.case_id
            outcome, because = str(draft.verdict.outcome), draft.verdict.because
        else:
            assert draft.thread is not None
            outcome, because = "follow-up", draft.thread.because
        if case is not None:
            self._event(case.id, outcome, f"report {row.id} by {row.source}: {because}")
            if outcome == "follow-up":
                self._followed_up(case, draft)
        queue.finish(row, outcome, because, self._now)

    def _case_of(self, draft: Draft) -> CaseRow | None:
        if draft.thread is None:
            return None
        parent = draft.thread.parent
        if parent.case_id is not None:
            return self._session.get(CaseRow, parent.case_id)
        return self._opened.get(parent.report_id or "")

    def _followed_up(self, case: CaseRow, draft: Draft) -> None:
        if case.state == CaseState.CLOSED:
            case.state = CaseState.OPEN
            self._event(case.id, "reopened", "the customer wrote again")
        found = draft.classification
        if found is not None and found.level < case.level and text_of(draft).body.strip():
            case.needs_review = True
            self._event(
                case.id,
                "graver",
                f"the addition reads as level {found.level}, the case has {case.level}: please look",
            )

    def _bounced(self, draft: Draft) -> int | None:
        """Tell the cases whose messages came back; returns the first of them."""
        ids = draft.verdict.bounced_ids
        if not ids:
            return None
        case_ids = self._session.scalars(
            update(OutgoingRow)
            .where(OutgoingRow.message_id.in_(ids))
            .values(state=OutgoingState.BOUNCED, due_at=None)
            .returning(OutgoingRow.case_id)
        ).all()
        for case_id in case_ids:
            self._event(case_id, "bounced", "our message could not be delivered: reach the customer another way")
        return next(iter(case_ids), None)

    def _event(self, case_id: int, kind: str, text: str) -> None:
        self._session.add(EventRow(case_id=case_id, at=self._now, actor=MACHINE, kind=kind, text=text))


def count_acknowledged(session: Session, mailboxes: Iterable[str], since: datetime) -> dict[str, int]:
    """How many acknowledgements each of these mailboxes has been given since then."""
    rows = session.execute(
        select(OutgoingRow.recipient_key, func.count().label("number"))
        .where(OutgoingRow.recipient_key.in_(mailboxes), OutgoingRow.created_at > since)
        .group_by(OutgoingRow.recipient_key)
    )
    return {row.recipient_key: row.number for row in rows}
