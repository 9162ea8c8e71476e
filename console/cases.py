"""`/api/v1/cases`: list, look, correct."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from sqlalchemy.orm import Session, selectinload

from console import schemas
from console.api.once import Write, Writing
from console.api.paging import Asked, Page
from console.api.problems import not_understood
from console.case_query import meeting, newest, read
from console.services import Services
from models import values
from models.locks import keep_books
from models.tables import CaseRow
from models.values import CaseState

router = APIRouter(tags=["cases"])
Number = Annotated[str, Path(description="the case's number, such as FL-000042", max_length=32, examples=["FL-000001"])]
_NAMED = (CaseRow.served, CaseRow.contract_row, CaseRow.site_row, CaseRow.device)
_LISTED = tuple(selectinload(part) for part in (CaseRow.clocks, CaseRow.reports, *_NAMED))


@router.get("/cases", summary="Cases, newest first")
def list_cases(
    request: Request,
    asked: Asked,
    level: Annotated[int | None, Query(ge=1, le=4)] = None,
    category: schemas.Category | None = None,
    state: Annotated[
        CaseState | Literal["open"] | None, Query(description="a state of a case; open: any but closed")
    ] = None,
    q: Annotated[
        str,
        Query(description="words that the case has, its number, an address, a number or a Message-ID", max_length=200),
    ] = "",
) -> Page[schemas.Case]:
    services: Services = request.app.state.services
    filters, now = meeting(state or "", level, category or ""), services.clock()
    last = asked.after("cases", int)
    with services.database.reading() as session:
        ids = newest(session, filters, q, last[0] if last is not None else None, asked.limit + 1)
        rows = read(session, ids, *_LISTED)
        return asked.page("cases", rows, lambda row: [row.id], lambda row: schemas.case(row, now))


@router.get("/cases/{number}", summary="One case with everything that happened on it")
def get_case(request: Request, number: Number) -> schemas.CaseDetail:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return schemas.case_detail(find(session, number), services.clock())


@router.patch(
    "/cases/{number}/classification",
    summary="Correct level or category; the case is re-planned",
    response_model=schemas.CaseDetail,
)
def correct_case(write: Write, number: Number, correction: schemas.CorrectionIn) -> Response:
    if correction.level is None and correction.category is None:
        raise not_understood("give a level, a category or both", pointer="#")

    def act(session: Session) -> schemas.CaseDetail:
        keep_books(session)
        case = find(session, number)
        session.refresh(case, with_for_update=True)  # what is left out stays as it is now, not as a ladder found it
        write.services.correct(
            session,
            case,
            correction.level or case.level,
            correction.category or case.category,
            correction.reason,
            correction.by,
        )
        return as_it_is(session, case, write.services)

    return write.once(act)


def acted(write: Writing, number: str, act: Callable[[Session, int], CaseRow], status: int = 200) -> Response:
    """Do something to the case of that number, and answer with the case that `act` returns."""

    def acting(session: Session) -> schemas.CaseDetail:
        return as_it_is(session, act(session, find(session, number).id), write.services)

    return write.once(acting, status)


def as_it_is(session: Session, case: CaseRow, services: Services) -> schemas.CaseDetail:
    """The case with everything that this transaction has written to it."""
    session.flush()
    session.expire_all()
    return schemas.case_detail(case, services.clock())


def find(session: Session, number: str) -> CaseRow:
    """The case of that number. Raises HTTPException (404) where there is none."""
    case = session.get(CaseRow, case_id(number))
    if case is None:
        raise HTTPException(404, f"there is no case {number[:32]}")
    return case


def case_id(number: str) -> int:
    """The id in the number of a case. What is none is a 404."""
    found = values.case_id(number)
    if found is None:
        raise HTTPException(404, f"{number[:32]!r} is no case number; they look like FL-000042")
    return found
