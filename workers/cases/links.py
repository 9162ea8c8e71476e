"""Two cases are linked, by a person's word, and that is taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.tables import CaseLinkRow, CaseRow, EventRow
from models.values import LinkKind
from workers.cases.work import ACTOR_CHARS, lock_both

_SAID = {LinkKind.RELATED: "related to", LinkKind.SAME_FAULT: "about the same fault as"}


def link(
    session: Session, case_id: int, other_id: int, kind: LinkKind, by: str, because: str, now: datetime
) -> CaseRow:
    """Link two cases, or say of two that are linked how they belong together. What is said already stays as it is.

    Raises:
        NotPossible: they are one case, or one of them does not exist.
    """
    case, other = _both(session, case_id, other_id)
    later, earlier = (case, other) if case.id > other.id else (other, case)
    row = session.get(CaseLinkRow, (later.id, earlier.id), populate_existing=True)
    if row is not None and row.kind == kind and (not because or row.because == because):
        return case
    if row is None:
        row = CaseLinkRow(case_id=later.id, other_id=earlier.id)
        session.add(row)
    row.kind, row.at, row.because = kind, now, because or f"{by} says so"
    why = f": {because}" if because else ""
    for one, two in ((later, earlier), (earlier, later)):
        how = _SAID.get(kind) or ("a follow-up of" if one is later else "followed by")
        _note(session, one, by, "linked", f"{how} {two.number}{why}", now)
    return case


def unlink(session: Session, case_id: int, other_id: int, by: str, because: str, now: datetime) -> CaseRow:
    """Take the link between two cases away.

    Raises:
        NotPossible: they are not linked.
    """
    case, other = _both(session, case_id, other_id)
    row = session.get(CaseLinkRow, (max(case.id, other.id), min(case.id, other.id)), populate_existing=True)
    if row is None:
        raise NotPossible(f"{case.number} and {other.number} are not linked")
    session.delete(row)
    why = f": {because}" if because else ""
    for one, two in ((case, other), (other, case)):
        _note(session, one, by, "unlinked", f"from {two.number}{why}", now)
    return case


def _both(session: Session, case_id: int, other_id: int) -> tuple[CaseRow, CaseRow]:
    if case_id == other_id:
        raise NotPossible("a case cannot be linked with itself")
    return lock_both(session, case_id, other_id)


def _note(session: Session, case: CaseRow, by: str, kind: str, text: str, now: datetime) -> None:
    session.add(EventRow(case_id=case.id, at=now, actor=by[:ACTOR_CHARS], kind=kind, text=text))
