"""Writes one batch of finished drafts, in the order in which they depend on each other."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from intake.filters.spam import QUARANTINED
from intake.hotline.spoken import What
from models import again, queue, webhooks
from models.locks import keep_books
from models.merged import survivor
from models.tables import CaseLinkRow, CaseRow, ClockEventRow, ClockRow, ReportRow, StepRow
from models.values import CaseState, LinkKind
from workers.cases.lost import note_lost
from workers.cases.work import CaseWork, lock
from workers.desk import Desk
from workers.record import in_turn, telephone, twice
from workers.record.additions import FOLLOW_UP, outcome_of, put_on_case, tell_aside
from workers.record.alarms import (
    alarm_key,
    continues,
    ended_key,
    is_of_one,
    only_case,
    open_cases,
    own_case,
    tells_more,
)
from workers.record.answer import Answering
from workers.record.attachments import list_attachments
from workers.record.bounces import note_bounce
from workers.record.journal import MACHINE, Journal
from workers.record.mended import note_mended
from workers.record.new_rows import NewRows
from workers.record.opening import case_row, classification_row, promises
from workers.record.participants import involve
from workers.record.prepared import Prepared
from workers.record.promised import promised
from workers.record.transcript import take_first_words, take_transcript
from workers.stages.draft import Draft

_NAMES_BOTH = "a mail that was put on one of them names both"


class Recorder:
    """Writes within the caller's transaction."""

    def __init__(self, session: Session, desk: Desk, now: datetime) -> None:
        self._session = session
        self._desk = desk
        self._now = now
        self._new = NewRows(session)
        self._journal = Journal(self._new, now)
        self._opened: dict[str, CaseRow] = {}
        self._involved: list[tuple[int, Draft]] = []

    def record(self, prepared: Prepared) -> list[ReportRow]:
        """Write the drafts whose lease is still held; returns their rows."""
        self._prepared = prepared
        keep_books(self._session)
        rows = queue.held(self._session, [draft.claimed for draft in prepared.drafts])
        drafts = telephone.put_off(rows, [draft for draft in prepared.drafts if draft.claimed.id in rows], self._now)
        drafts = in_turn.put_off(self._session, rows, drafts, self._now)
        list_attachments(self._session, drafts)
        tape = self._desk.tape
        telephone.keep_media(self._session, drafts, tape is not None and tape.is_written_down, self._now)
        openers, repeats = self._sort([draft for draft in drafts if draft.decision is not None])
        self._number(openers)
        for draft in drafts:
            self._describe(rows[draft.claimed.id], draft)
        self._open_all(rows, openers)
        for draft, first in repeats:
            case = first if isinstance(first, CaseRow) else self._opened[first.claimed.id]
            self._repeat(rows[draft.claimed.id], draft, case)
        for draft in drafts:
            if draft.decision is None:
                self._append(rows[draft.claimed.id], draft)
        self._new.write()
        again.settle(self._session, rows.values())
        telephone.call_backs(self._session, drafts, rows, self._desk.office)
        involve(self._session, self._now, self._involved, self._desk.addresses)
        return list(rows.values())

    def _describe(self, row: ReportRow, draft: Draft) -> None:
        mail = draft.mail
        row.message_id = mail.message_id or None
        row.sender = draft.reported_by
        row.subject = mail.subject
        row.text = self._prepared.texts[row.id]
        row.language = mail.language
        row.auto = draft.verdict.auto
        row.trust = f"{draft.trust.verdict}: {draft.trust.because}"

    def _sort(self, openers: Sequence[Draft]) -> tuple[list[Draft], list[tuple[Draft, CaseRow | Draft]]]:
        """Those that open a case, and those that repeat an alarm: of a case, or of one that opens one in this batch."""
        keys = {draft.claimed.id: [key for key in (alarm_key(draft), ended_key(draft)) if key] for draft in openers}
        known = open_cases(self._session, {key for several in keys.values() for key in several})
        opening, repeats = [], []
        for draft in openers:
            own = keys[draft.claimed.id]
            same = [one for key in own for one in reversed(known.get(key, ())) if is_of_one(draft, one)]
            earlier = [one for one in same if not tells_more(self._session, draft, one)]
            if first := next(iter(earlier), None) or self._named(draft):
                repeats.append((draft, first))
                continue
            opening.append(draft)
            for key in own[:1]:
                known.setdefault(key, []).append(draft)
        return opening, repeats

    def _named(self, draft: Draft) -> CaseRow | None:
        """The case of an alarm of which the mail shows but the name."""
        if draft.alarm is None or draft.alarm.about is None or draft.mail.sender is None:
            return None
        case = only_case(self._session, draft.mail.sender.address, draft.alarm.about)
        return case if case is not None and is_of_one(draft, case) else None

    def _number(self, openers: Sequence[Draft]) -> None:
        """Give the new cases their numbers, by one INSERT for all."""
        for draft in openers:
            case = self._prepared.cases.get(draft.claimed.id) or case_row(draft, alarm_key(draft))
            self._opened[draft.claimed.id] = case
        self._session.add_all(self._opened.values())
        self._session.flush()

    def _open_all(self, rows: dict[str, ReportRow], openers: Sequence[Draft]) -> None:
        opened = [(draft, self._opened[draft.claimed.id]) for draft in openers]
        with self._session.no_autoflush:  # what is found out of a report is written once, with what became of it
            answering = Answering(
                self._session, self._desk, self._journal, self._new, opened, self._prepared.content_keys
            )
            copies = twice.Copies(self._session, openers, self._now)
            for draft in openers:
                self._open(rows[draft.claimed.id], draft, answering, copies)

    def _open(self, row: ReportRow, draft: Draft, answering: Answering, copies: twice.Copies) -> None:
        case, decision, serving = self._opened[row.id], draft.decision, draft.serving
        assert decision is not None
        assert serving is not None
        row.case_id = case.id
        self._involved.append((case.id, draft))
        self._journal.note(case.id, "received", f"report {row.id} by {row.source}: {draft.verdict.because}")
        note_mended(self._session, self._journal, row)
        if case.standing_because:
            self._journal.note(case.id, "recognised", f"{case.standing}: {case.standing_because}")
        self._classified(case.id, draft)
        self._journal.note(case.id, "routed", f"{decision.because}; {decision.process} process")
        self._link(case, draft)
        is_linked = draft.link is not None or copies.link(self._journal, case, draft)
        if not is_linked:
            twice.offer(self._session, self._journal, case)
        because = answering.acknowledge(case, draft, is_linked)
        is_answered = because is None or draft.spoken is not None  # a caller hears his number, or is called back
        clocks, why = promised(row, draft, case, is_answered, self._now)
        if why:
            self._journal.note(case.id, "not-promised", why)
        planned = promises(case, clocks, serving.profile, self._now)
        for table, new in zip((ClockRow, ClockEventRow, StepRow), planned, strict=True):
            self._new.extend(table, new)
        webhooks.announce_case(self._session, webhooks.Event.CASE_CREATED, case, self._now, report=row.id)
        queue.finish(row, "case", because or draft.verdict.because, self._now)

    def _classified(self, case_id: int, draft: Draft) -> None:
        found = classification_row(case_id, draft, self._now)
        self._new.add(found)
        review = f"; a person should look: {found.reason}" if found.needs_review else ""
        text = f"level {found.level}, {found.category}, by model {found.model}{review}"
        self._journal.note(case_id, "classified", text)

    def _link(self, case: CaseRow, draft: Draft) -> None:
        """Tell both cases of each other where the mail speaks of another one without proof."""
        other = self._case_of(draft.link.parent.case_id, draft.link.parent.report_id) if draft.link else None
        if draft.link is None or other is None or other is case:
            return
        because = draft.link.because
        kind = LinkKind.FOLLOW_UP if draft.link.is_follow_up else LinkKind.RELATED
        self._session.add(CaseLinkRow(case_id=case.id, other_id=other.id, kind=kind, at=self._now, because=because))
        self._journal.note(case.id, "linked", f"to {other.number}: {because}")
        self._journal.note(other.id, "linked", f"to {case.number}, a new case: {because}")

    def _tell_named(self, case: CaseRow, draft: Draft) -> None:
        """Tell further cases that the mail names: it lies on one, and says something of each."""
        for other in filter(None, (self._case_of(case_id, None) for case_id in draft.also_named)):
            if other is case:
                continue
            later, earlier = max(case.id, other.id), min(case.id, other.id)
            if self._session.get(CaseLinkRow, (later, earlier)) is None:
                self._session.add(CaseLinkRow(case_id=later, other_id=earlier, at=self._now, because=_NAMES_BOTH))
            other.needs_review = other.needs_review or other.state != CaseState.CLOSED
            self._journal.note(case.id, "linked", f"to {other.number}: {_NAMES_BOTH}")
            self._journal.note(other.id, "linked", f"to {case.number}: {_NAMES_BOTH}")

    def _repeat(self, row: ReportRow, draft: Draft, case: CaseRow) -> None:
        assert draft.alarm is not None
        outcome = outcome_of(draft.alarm)
        row.case_id = case.id
        put_on_case(self._work(case), draft, outcome, draft.alarm.because)
        queue.finish(row, outcome, draft.alarm.because, self._now)

    def _append(self, row: ReportRow, draft: Draft) -> None:
        if draft.verdict.outcome == QUARANTINED:
            if not again.take_next(self._session, row, self._now):
                queue.finish(row, QUARANTINED, draft.verdict.because, self._now)
            return
        parent = draft.thread.parent if draft.thread else None
        case = self._case_of(parent.case_id, parent.report_id) if parent else None
        if draft.thread is not None and case is None:
            row.due_at, row.lease = self._now, None  # its parent was not written: both come again
            return
        row.case_id = case.id if case else None
        if draft.verdict.outcome is not None:
            row.case_id = self._bounced(draft) or row.case_id
            outcome, because = draft.verdict.outcome, draft.verdict.because
        else:
            assert draft.thread is not None
            outcome, because = FOLLOW_UP, draft.thread.because
            if draft.alarm is not None and case is not None and continues(draft, case):
                outcome = outcome_of(draft.alarm)
                case = own_case(self._session, draft) or case
                row.case_id = case.id
        if case is not None:
            note_mended(self._session, self._journal, row)
            self._add(case, draft, outcome, because)
            if outcome == FOLLOW_UP:
                self._involved.append((case.id, draft))
                self._tell_named(case, draft)
        elif draft.link is not None and (other := self._case_of(draft.link.parent.case_id, None)) is not None:
            tell_aside(self._work(other), draft)
        queue.finish(row, outcome, because, self._now)

    def _add(self, case: CaseRow, draft: Draft, outcome: str, because: str) -> None:
        if outcome == FOLLOW_UP and draft.spoken is not None and draft.spoken.what is What.TRANSCRIPT:
            take_transcript(self._work(case), draft, self._desk.profile)
            return
        if outcome == FOLLOW_UP and draft.spoken is not None:
            take_first_words(self._work(case), draft, self._desk.profile)
        put_on_case(self._work(case), draft, outcome, because)

    def _bounced(self, draft: Draft) -> int | None:
        self._new.write()
        journal = Journal(self._session, self._now)  # in turn with what is noted of the notices that were lost
        lost = partial(note_lost, office=self._desk.office)
        return note_bounce(self._session, journal, draft, lost, self._desk.token_key)

    def _work(self, case: CaseRow) -> CaseWork:
        """The case under its lock: timers and staff may be at it, too."""
        self._new.write()
        lock(self._session, case.id)
        return CaseWork(self._session, self._desk.office, case, self._desk.clock(), MACHINE)

    def _case_of(self, case_id: int | None, report_id: str | None) -> CaseRow | None:
        """The case as it is now: it may have been merged since the report was read."""
        if case_id is None:
            return self._opened.get(report_id or "")
        case = self._session.get(CaseRow, case_id)
        return survivor(self._session, case) if case is not None else None
