"""What is told of a case after it was opened by telephone without being understood: a recording that was written down,
the first words of somebody who had hung up. The case is judged anew by it, where nobody has yet."""

from sqlalchemy import select

from intake.hotline import spoken
from models import bodies
from models.sealing import Tampered
from models.tables import ClassificationRow, ReportPart, ReportRow
from models.values import Channel
from routing.profile import Profile
from workers.cases.heard import is_untouched
from workers.cases.replan import replan
from workers.cases.work import CaseWork
from workers.record.additions import compare
from workers.record.opening import classification_row
from workers.stages.classify import text_of
from workers.stages.draft import Draft


def take_transcript(work: CaseWork, draft: Draft, default: Profile) -> None:
    """Tell the case what the caller recorded; `default` is the desk's profile. The level may rise by it and never
    falls: the customer was promised something, and recognisers hear what was not said. Nor is it news in the customer's
    own words: by it nothing is confirmed, allowed or opened again."""
    said = "a machine wrote down what the caller recorded: listen to it before you rely on it"
    work.note("transcript", f"report {draft.claimed.id}: {said}")
    opener = draft.thread.parent.report_id if draft.thread else None
    if opener is not None and _judged_by_machine(work) == opener:
        _judge(work, draft, default, "what the caller recorded", draft.mail.reply.startswith(draft.mail.text))
    else:
        compare(work, draft)


def take_first_words(work: CaseWork, draft: Draft, default: Profile) -> None:
    """Who has rung and hung up, or sent a picture alone, tells what it is about: where that is graver than what was
    assumed of a case without words, it is the case's level."""
    found, opener = draft.classification, _judged_by_machine(work)
    read = text_of(draft)
    is_graver = found is not None and found.level < work.case.level and bool(read.body.strip() or read.keyed)
    if is_graver and opener is not None and _is_wordless(work, opener):
        _judge(work, draft, default, f"what the caller has told since, report {draft.claimed.id}", True)


def _is_wordless(work: CaseWork, report_id: str) -> bool:
    row = work.session.get_one(ReportRow, report_id)
    part = work.session.get(ReportPart, (row.id, row.part_seq))
    if row.channel != Channel.PHONE or part is None or part.forgotten_at is not None:
        return False
    try:
        said = spoken.read(bodies.content(work.session, part))
    except Tampered:
        return False  # what it said is not known
    return not said.is_understood and not said.is_recorded


def _judged_by_machine(work: CaseWork) -> str | None:
    """The report by which the case was judged first, as long as no person has judged it or is at it."""
    if not is_untouched(work):
        return None
    judged = select(ClassificationRow.report_id).where(ClassificationRow.case_id == work.case.id)
    return work.session.scalar(judged.order_by(ClassificationRow.id).limit(1))


def _judge(work: CaseWork, draft: Draft, default: Profile, by: str, is_subject: bool) -> None:
    """`by` says in words what it is judged by; `is_subject`: nothing before it was understood."""
    case, found = work.case, draft.classification
    assert found is not None
    was = (case.level, case.category)
    before = f"level {case.level}, {case.category}, team {case.assigned_team}"
    row = classification_row(case.id, draft, work.now)
    row.level = min(case.level, row.level)
    work.session.add(row)
    case.level, case.category, case.confidence = row.level, row.category, found.confidence
    case.needs_review = True
    if is_subject:
        case.subject = draft.mail.subject or case.subject
    if (case.level, case.category) == was:
        work.note("reclassified", f"{before}, with {by} as well")
        return
    replan(work, default, f"judged by {by}")
    after = f"level {case.level}, {case.category}, team {case.assigned_team}"
    work.note("reclassified", f"from {before} to {after}, by {by}")
