"""A report that opens no case: put on the one it belongs to, or recorded by itself."""

from sqlalchemy import select

from classify.passages import BECAUSE
from intake.filters import auto_reply
from intake.mail.alarm import Alarm
from intake.mail.subject import is_answer
from models.merged import survivor_id
from models.tables import OutgoingRow
from models.values import Auto, CaseState
from workers.cases import heard, news
from workers.cases.work import CaseWork
from workers.record.repeated import own_words
from workers.stages.classify import is_grave, text_of
from workers.stages.draft import Draft

# From here on the words alone are enough to call people for; below it somebody is written to.
_SURE = 0.95
FOLLOW_UP, REPEAT, RECOVERY = "follow-up", "repeat", "recovery"
_SAID = {
    REPEAT: "the same alarm again",
    RECOVERY: "the machine says that the fault is over; a person decides whether the case is",
}
_MAY_BE_NEW = "it may be a new matter, for it came to the case's own address and answers nothing: please look"
_MAY_BE_SAID = "it calls itself an automatic reply, and tells of a fault: please look"
_OVER_IN_PART = "the end of an alarm tells of something that stands still, too: please look"
_SEEN = "somebody over there has seen the alarm"


def outcome_of(alarm: Alarm) -> str:
    """What a machine's notice about the alarm of a case is to it."""
    return RECOVERY if alarm.state == "recovery" else REPEAT


def put_on_case(work: CaseWork, draft: Draft, outcome: str, because: str) -> None:
    """Tell the case what has come, and what follows from it. That somebody over there has seen an alarm says nothing of
    the fault."""
    was_closed = work.case.state == CaseState.CLOSED
    is_seen = outcome == REPEAT and draft.alarm is not None and draft.alarm.state == "acknowledged"
    work.note(outcome, f"report {draft.claimed.id}: {_SEEN if is_seen else _SAID.get(outcome, because)}")
    if draft.verdict.auto == Auto.AUTO_REPLY and auto_reply.is_fault(draft.mail.reply):
        work.case.needs_review = True
        work.note("graver", _MAY_BE_SAID)
    if outcome == RECOVERY and _is_over_in_part(work, draft):
        work.case.needs_review = True
        work.note("graver", _OVER_IN_PART)
    if outcome == REPEAT and not is_seen:
        news.from_machine(work)
    elif outcome == FOLLOW_UP:
        _follow_up(work, draft)
        _ask_whether_new(work, draft)
    if outcome in (FOLLOW_UP, REPEAT):
        compare(work, draft, was_closed)


def tell_aside(work: CaseWork, draft: Draft) -> None:
    """Have a person look at what calls itself an automatic reply to a mail of the case, from somebody who has no part
    in it, and tells of a fault: it opens no case, for a machine may answer our notices so."""
    if draft.verdict.outcome == auto_reply.OUTCOME and auto_reply.may_be_report(draft.mail):
        work.case.needs_review = True
        work.note("graver", _MAY_BE_SAID)


def _is_over_in_part(work: CaseWork, draft: Draft) -> bool:
    """The end of an alarm reads graver than the alarm did, as a whole or in a line of it."""
    found = draft.classification
    if found is None:
        return False
    return found.because.startswith(BECAUSE) or (is_grave(found) and found.level < work.case.level)


def _follow_up(work: CaseWork, draft: Draft) -> None:
    sender, passed_on = draft.mail.sender, draft.mail.forwarded
    if draft.by_staff and draft.spoken is not None:
        return  # what one of us texts is read on the case, and is no word of the customer's
    if draft.by_staff and sender is not None and not passed_on:
        is_proven = draft.trust.verdict == "pass" or _answers_notice(work, draft)
        news.from_staff(work, draft.mail.reply, sender.mailbox, is_proven)
    else:
        mailbox = sender.mailbox if sender is not None else ""
        said = own_words(work.session, work.case.id, draft.claimed.id, draft.mail.reply)
        news.from_customer(work, said, mailbox, draft.verdict.from_machine)


def _answers_notice(work: CaseWork, draft: Draft) -> bool:
    """True where the mail names a notice of the case. Anybody can write a name of ours into From, and a customer has
    the address of the case too; the Message-ID of a notice only who got it."""
    named = OutgoingRow.message_id.in_(draft.message_ids), OutgoingRow.kind == "notice"
    cases = work.session.scalars(select(OutgoingRow.case_id).where(*named).distinct())
    return any(survivor_id(work.session, case_id) == work.case.id for case_id in cases.all())


def _ask_whether_new(work: CaseWork, draft: Draft) -> None:
    """Have a person look where a mail to the case's own address answers nothing: address books keep it, and propose it
    for the next matter, too, which nobody would promise anything for here."""
    subject, case = draft.mail.subject, work.case
    is_new = draft.spoken is None and not draft.by_staff and not draft.message_ids and bool(subject)
    is_about = is_answer(subject) or case.number in subject.upper() or subject.casefold() == case.subject.casefold()
    if is_new and not is_about:
        case.needs_review = True
        work.note("new-matter", _MAY_BE_NEW)


def compare(work: CaseWork, draft: Draft, was_closed: bool = False) -> None:
    """Where the addition is graver than the case, have a person look, and do at once what cannot wait for him. A case
    that `was_closed` is open again, for thanks or a score alone read otherwise."""
    found, case = draft.classification, work.case
    read = text_of(draft)
    if found is None or found.level >= case.level or not (read.body.strip() or read.keyed):
        return
    case.needs_review = True
    text = f"the addition reads as level {found.level}, the case has {case.level}: please look"
    work.note("graver", text)
    added = draft.added if draft.thread is not None else found
    if added is not None and is_grave(added) and added.level < case.level and not draft.by_staff:
        level = max(found.level, added.level)
        is_sure = sum(share for each, share in added.level_probs.items() if each < case.level) >= _SURE
        if is_sure and was_closed and case.state == CaseState.CLOSED:
            work.move(CaseState.ACKNOWLEDGED, "there is news of it")
        heard.graver(work, level, is_sure, draft.claimed.id)
