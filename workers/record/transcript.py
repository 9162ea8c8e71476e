"""What a machine wrote down of a recording: put on the case, which is judged anew by it where nobody has yet."""

from sqlalchemy import select

from models.tables import ClassificationRow
from models.values import CaseState
from routing.profile import Profile
from workers.cases.replan import replan
from workers.cases.work import CaseWork
from workers.record.additions import compare
from workers.record.opening import classification_row
from workers.stages.draft import Draft

_UNTOUCHED = frozenset({CaseState.NEW, CaseState.ACKNOWLEDGED})


def take_transcript(work: CaseWork, draft: Draft, default: Profile) -> None:
    """Tell the case what the caller recorded; `default` is the desk's profile. The level may rise by it and never
    falls: the customer was promised something, and recognisers hear what was not said. Nor is it news in the customer's
    own words: by it nothing is confirmed, allowed or opened again."""
    said = "a machine wrote down what the caller recorded: listen to it before you rely on it"
    work.note("transcript", f"report {draft.claimed.id}: {said}")
    if _may_judge(work, draft):
        _judge(work, draft, default)
    else:
        compare(work, draft)


def _may_judge(work: CaseWork, draft: Draft) -> bool:
    """True for the case that the call has opened, as long as no person has judged it or is at it."""
    case, opener = work.case, draft.thread.parent.report_id if draft.thread else None
    judgements = work.session.scalars(
        select(ClassificationRow).where(ClassificationRow.case_id == case.id).order_by(ClassificationRow.id)
    ).all()
    is_by_machine = all(row.model is not None for row in judgements)
    return (
        case.state in _UNTOUCHED
        and case.accepted_by is None
        and is_by_machine
        and bool(judgements)
        and judgements[0].report_id == opener
    )


def _judge(work: CaseWork, draft: Draft, default: Profile) -> None:
    case, found = work.case, draft.classification
    assert found is not None
    was = (case.level, case.category)
    before = f"level {case.level}, {case.category}, team {case.assigned_team}"
    row = classification_row(case.id, draft, work.now)
    row.level = min(case.level, row.level)
    work.session.add(row)
    case.level, case.category, case.confidence = row.level, row.category, found.confidence
    case.needs_review = True
    if draft.mail.reply.startswith(draft.mail.text):  # nothing before it was understood
        case.subject = draft.mail.subject or case.subject
    if (case.level, case.category) == was:
        work.note("reclassified", f"{before}, with what the caller recorded as well")
        return
    replan(work, default, "what the caller recorded was written down")
    after = f"level {case.level}, {case.category}, team {case.assigned_team}"
    work.note("reclassified", f"from {before} to {after}, by what the caller recorded")
