"""The lists of cases: which cases meet filters and a search, the newest first, read a page at a time."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from models import case_search
from models.case_words import asked
from models.tables import CaseRow
from models.values import CaseState

Filters = Sequence[ColumnElement[bool]]
OPEN = "open"  # any state but closed
UNANSWERED = "unanswered"  # nobody has taken it yet, nor written to the customer but by machine


def meeting(
    state: str, level: int | None = None, category: str = "", team: str = "", accepted_by: str = ""
) -> list[ColumnElement[bool]]:
    """The conditions for a case to be on a list. `state` is a state, OPEN, UNANSWERED or empty for all."""
    of_state = {
        "": [],
        OPEN: [_is_open()],
        UNANSWERED: [_is_open(), CaseRow.state.in_((CaseState.NEW, CaseState.ACKNOWLEDGED))],
    }
    wanted = (
        (CaseRow.level, level),
        (CaseRow.category, category),
        (CaseRow.assigned_team, team),
        (CaseRow.accepted_by, accepted_by),
    )
    found = of_state.get(state, [CaseRow.state == state])
    for column, value in wanted:
        if value:
            # Lists by state are read along an index that has the other columns, too; were the column named by itself
            # the planner might prefer the column's own, and look up every case there is of that level.
            found.append((func.coalesce(column, 0 if column is CaseRow.level else "") if state else column) == value)
    return found


def _is_open() -> ColumnElement[bool]:
    """Any state but closed; written as the index of open cases has it."""
    return CaseRow.state != literal(CaseState.CLOSED.value, literal_execute=True)


def newest(session: Session, filters: Filters, q: str, before: int | None, limit: int) -> list[int]:
    """The ids of the cases on a page; `before` is the last one of the page before. What is typed in `q` may be words,
    a case's number, an address, a telephone number, a serial number or a Message-ID."""
    if q.strip():
        return case_search.find(session, asked(q), filters, before, limit)
    query = select(CaseRow.id).where(*filters).order_by(CaseRow.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(CaseRow.id < before)))


def read(session: Session, ids: Sequence[int], *options: ORMOption) -> list[CaseRow]:
    """The cases of these ids, in their order."""
    rows = {row.id: row for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)).options(*options))}
    return [rows[id_] for id_ in ids]
