"""A report that opens no case: put on the one it belongs to, or recorded by itself."""

from models.tables import CaseRow
from models.values import CaseState
from workers.record.journal import Journal
from workers.stages.classify import text_of
from workers.stages.draft import Draft

FOLLOW_UP, REPEAT, RECOVERY = "follow-up", "repeat", "recovery"
_SAID = {
    REPEAT: "the same alarm again",
    RECOVERY: "the machine says that the fault is over; a person decides whether the case is",
}


def put_on_case(journal: Journal, case: CaseRow, draft: Draft, outcome: str, because: str) -> None:
    """Tell the case what has come, and what follows from it."""
    journal.note(case.id, outcome, f"report {draft.claimed.id}: {_SAID.get(outcome, because)}")
    if outcome in (FOLLOW_UP, REPEAT):
        _reopen(journal, case)
        _compare(journal, case, draft)


def _reopen(journal: Journal, case: CaseRow) -> None:
    if case.state != CaseState.CLOSED:
        return
    case.state, case.closed_at = CaseState.ACKNOWLEDGED, None
    journal.note(case.id, "reopened", "there is news of it")


def _compare(journal: Journal, case: CaseRow, draft: Draft) -> None:
    found = draft.classification
    if found is None or found.level >= case.level or not text_of(draft).body.strip():
        return
    case.needs_review = True
    text = f"the addition reads as level {found.level}, the case has {case.level}: please look"
    journal.note(case.id, "graver", text)
