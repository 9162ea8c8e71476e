"""News of a case by mail: what the customer, or one of the staff, has written to it."""

from intake.mail import plus
from models.tables import SurveyRow
from models.values import CaseState
from routing import acceptance
from routing.confirmation import confirms, is_courtesy
from routing.consenting import consents
from routing.survey import read_score
from workers.cases import heard
from workers.cases.climb import climb, pass_on
from workers.cases.people import People
from workers.cases.steps import overdue
from workers.cases.work import CaseWork

_ANSWERED = "the customer has answered"


def from_customer(work: CaseWork, text: str, mailbox: str = "", by_machine: bool = False) -> None:
    """The customer, or somebody for him, has written `text` from `mailbox`: who was waited for has answered, what was
    held solved is confirmed or is not, a closed case is opened again, consent is given or refused. An answer to the
    survey is only that, and thanks open nothing again. What a machine of his writes (`by_machine`) may hold a person's
    answer: it is news, but no consent, no confirmation and no score."""
    state = work.case.state
    if work.case.consent == "asked" and state not in (CaseState.SOLVED, CaseState.CLOSED):
        _consent(work, None if by_machine else consents(text), mailbox)
    if state == CaseState.CLOSED:
        is_score = not by_machine and _answers_survey(work, text)
        if not is_score and not _thanks(work, text):
            work.move(CaseState.ACKNOWLEDGED, "there is news of it")
    elif state == CaseState.WAITING:
        work.move(CaseState.IN_PROGRESS, _ANSWERED)
        heard.answered(work, _ANSWERED)
    elif state == CaseState.SOLVED:
        said = None if by_machine else confirms(text)
        if said is not None or not _thanks(work, text):
            _confirmation(work, said)


def from_machine(work: CaseWork) -> None:
    """The same alarm again: what was held recovered, solved or closed is not."""
    if work.case.state == CaseState.CLOSED:
        work.move(CaseState.ACKNOWLEDGED, "there is news of it")
    elif work.case.state in (CaseState.RECOVERED, CaseState.SOLVED):
        work.move(CaseState.IN_PROGRESS, "the machine reports the fault again")


def from_staff(work: CaseWork, text: str, address: str, is_proven: bool) -> None:
    """One of us answers a notice: takes the case, or passes it on to those of the next rung. Without a proof that it
    is one of us nothing follows from it."""
    answer = acceptance.read(text)
    if answer is not None and not is_proven:
        work.note("not-proven", f"{address} writes {answer}, but not in answer to a notice: nothing follows from it")
        return
    is_free = work.case.state in (CaseState.NEW, CaseState.ACKNOWLEDGED)
    if answer == "accept" and is_free:
        work.actor = address
        work.move(CaseState.ACCEPTED, "by mail")
    elif answer == "accept":
        work.note("already-taken", f"{address} would accept it: it is {work.case.state}, by {work.case.accepted_by}")
    elif answer == "pass-on":
        work.note("passed-on", f"{address} {pass_on(work, People(work.session, work.now))}")


def _confirmation(work: CaseWork, is_confirmed: bool | None) -> None:
    if is_confirmed:
        work.note("confirmed", "by the customer")
        work.book.start_at("confirmed")
        work.settle()
        climb(
            work, People(work.session, work.now), overdue(work.case.steps, work.now)
        )  # who hears of it at once hears of it before it is closed
        if work.case.state == CaseState.SOLVED:
            work.move(CaseState.CLOSED, "confirmed by the customer")
        return
    denied = "the customer says that it is not solved"
    because = denied if is_confirmed is False else "the customer has written, and did not confirm"
    work.move(CaseState.IN_PROGRESS, because)
    work.case.needs_review = True
    heard.answered(work, because)


def _consent(work: CaseWork, is_given: bool | None, mailbox: str) -> None:
    """Only who was asked lets us in by a mail; what others write, or what is not clear, a person decides."""
    asked = plus.split(work.case.customer or "")[0]
    if is_given is None or mailbox != asked:
        work.case.needs_review = True
        work.note(
            "consent-unclear", f"{mailbox or 'somebody'} has written, and consent is still asked for: please read"
        )
        return
    work.case.needs_review = work.case.needs_review or not is_given
    work.consent("given" if is_given else "refused", f"{mailbox} by mail")
    heard.answered(work, "the customer lets us log in" if is_given else "the customer does not let us log in")


def _thanks(work: CaseWork, text: str) -> bool:
    if not is_courtesy(text):
        return False
    work.note("thanked", "the customer thanks or agrees: it stays as it is")
    return True


def _answers_survey(work: CaseWork, text: str) -> bool:
    survey = work.session.get(SurveyRow, work.case.id)
    score = read_score(text) if survey is not None else None
    if survey is None or score is None:
        return False
    survey.score, survey.answered_at, survey.via = score, work.now, "email"
    survey.remark = text.strip()[:2000]
    work.note("surveyed", f"the customer gives {score} of 5")
    return True
