"""Where a case goes on that was merged into another. A merge is refused where it would lead in a circle, so that each
of these ways has an end."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow


def survivor(session: Session, case: CaseRow) -> CaseRow:
    """The case that this one goes on in: itself, unless it was merged."""
    while case.merged_into is not None:
        case = session.get_one(CaseRow, case.merged_into)
    return case


def survivor_id(session: Session, case_id: int) -> int:
    """The same by ids, as the database has it now, whatever this session has read before."""
    return survivors(session, {case_id}).get(case_id, case_id)


def survivors(session: Session, case_ids: Collection[int]) -> dict[int, int]:
    """Of these cases the merged ones, each with the case that it goes on in."""
    found: dict[int, int] = {}
    asked = set(case_ids)
    while asked:
        rows = session.execute(
            select(CaseRow.id, CaseRow.merged_into).where(CaseRow.id.in_(asked), CaseRow.merged_into.is_not(None))
        )
        step = {case_id: into for case_id, into in rows if into is not None}
        found |= step
        asked = set(step.values()) - set(found)
    return {case_id: _end(found, case_id) for case_id in case_ids if case_id in found}


def merged_ids(session: Session, case_id: int) -> list[int]:
    """The cases that go on in this one, at first or second hand, in the order of their numbers."""
    found: set[int] = set()
    asked = {case_id}
    while asked:
        asked = set(session.scalars(select(CaseRow.id).where(CaseRow.merged_into.in_(asked)))) - found
        found |= asked
    return sorted(found)


def _end(into: dict[int, int], case_id: int) -> int:
    while case_id in into:
        case_id = into[case_id]
    return case_id
