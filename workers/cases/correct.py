"""A person's correction of level and category: recorded, re-routed, re-planned; and taken back again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.tables import CaseRow, ClassificationRow, CorrectionRow
from models.webhooks import Event
from routing.profile import Profile
from workers import learning
from workers.cases.office import Office
from workers.cases.replan import replan
from workers.cases.work import ACTOR_CHARS, CaseWork, lock, refuse_merged
from workers.learning import Correction

UNDONE = "taken back"


def correct(
    session: Session, case: CaseRow, correction: Correction, office: Office, default: Profile, now: datetime
) -> None:
    """Write the correction and plan `case` anew by it; `default` is the desk's profile. Where a person only confirms
    what the case is, the clocks go on as they are."""
    lock(session, case.id)
    refuse_merged(case)
    said = replace(_said_of_text(session, case, correction), by=correction.by[:ACTOR_CHARS])
    session.add(learning.correction_row(session, case, said, now))
    _judge(session, case, said, now)
    work = CaseWork(session, office, case, now, correction.by)
    case.needs_review = False
    if (case.level, case.category) == (correction.level, correction.category):
        stays = f"level {case.level}, {case.category}, team {case.assigned_team}"
        work.note("confirmed-class", f"{stays}: {correction.reason}".removesuffix(": "))
        return
    _change(work, correction, default, "corrected")


def undo(session: Session, case: CaseRow, by: str, office: Office, default: Profile, now: datetime) -> None:
    """Take back the newest correction: the case is what it was before, or graver where something has raised it since,
    waits for review again, and nothing is learnt.

    Raises:
        NotPossible: the newest judgement of the case is not a correction by `by`, or is itself one that was taken back.
    """
    lock(session, case.id)
    refuse_merged(case)
    signed = by[:ACTOR_CHARS]
    newest, *before = session.scalars(
        select(ClassificationRow).where(ClassificationRow.case_id == case.id).order_by(ClassificationRow.id.desc())
    )
    if newest.by != signed or newest.reason == UNDONE or not before:
        raise NotPossible(f"{case.number} was not last corrected by you: there is nothing to take back")
    written = session.scalar(
        select(CorrectionRow)
        .where(CorrectionRow.case_id == case.id, CorrectionRow.by == signed, CorrectionRow.withdrawn_at.is_(None))
        .order_by(CorrectionRow.id.desc())
        .limit(1)
    )
    if written is not None:
        written.withdrawn_at = now
    judged = Correction(before[0].level, before[0].category, signed, UNDONE)
    _judge(session, case, judged, now)
    was = _was(case, written, judged)
    work = CaseWork(session, office, case, now, by)
    if (case.level, case.category) == (was.level, was.category):
        work.note("uncorrected", f"level {case.level}, {case.category}: {UNDONE}")
    else:
        _change(work, was, default, "uncorrected")
    case.needs_review = True


def _was(case: CaseRow, written: CorrectionRow | None, judged: Correction) -> Correction:
    """What the case is without the correction: what it was before it; as grave as a ladder, or a case that was merged
    into it, has made it since. `judged` where nothing of that is known."""
    if written is None or written.before_level is None or written.before_category is None:
        return judged
    is_raised = case.level not in (written.level, written.before_level)
    level = min(case.level, written.before_level) if is_raised else written.before_level
    return replace(judged, level=level, category=written.before_category)


def _said_of_text(session: Session, case: CaseRow, correction: Correction) -> Correction:
    """What the correction says of the text. A ladder may have raised the case because nobody came: who leaves that
    level as it is does not say that the text was judged wrongly."""
    newest = session.scalar(
        select(ClassificationRow.level)
        .where(ClassificationRow.case_id == case.id)
        .order_by(ClassificationRow.id.desc())
        .limit(1)
    )
    return replace(correction, level=newest) if newest and correction.level == case.level else correction


def _judge(session: Session, case: CaseRow, correction: Correction, now: datetime) -> None:
    session.add(
        ClassificationRow(
            case_id=case.id,
            at=now,
            by=correction.by,
            level=correction.level,
            category=correction.category,
            reason=correction.reason,
        )
    )


def _change(work: CaseWork, correction: Correction, default: Profile, kind: str) -> None:
    case = work.case
    level = case.level
    before = f"level {case.level}, {case.category}, team {case.assigned_team}"
    case.level, case.category = correction.level, correction.category
    served = replan(work, default, f"{kind} by {correction.by}")
    after = f"level {case.level}, {case.category}, team {case.assigned_team}"
    text = "; ".join(part for part in (f"from {before} to {after}: {correction.reason}", served.because) if part)
    work.note(kind, text)
    if case.level != level:
        work.tell(Event.CASE_LEVEL_CHANGED, before=level)


def corrector(office: Office, default: Profile) -> Callable[[Session, CaseRow, int, str, str, str], None]:
    """The correction as the web calls it: with level, category, reason and who says so."""

    def call(session: Session, case: CaseRow, level: int, category: str, reason: str, who: str) -> None:
        lock(session, case.id)  # before the clock is read: whoever was at the case before was so earlier
        correct(session, case, Correction(level, category, who, reason), office, default, office.clock())

    return call
