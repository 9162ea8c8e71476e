"""`/api/v1/cases`: list, look, correct."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from sqlalchemy import false, select
from sqlalchemy.orm import Session, selectinload

from console import schemas
from console.api.once import Write
from console.api.paging import Asked, Page
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
    q: Annotated[str | None, Query(description="part of the number or of the subject", max_length=200)] = None,
) -> Page[schemas.Case]:
    services: Services = request.app.state.services
    query = select(CaseRow).options(*_LISTED).order_by(CaseRow.id.desc()).limit(asked.limit + 1)
    if (last := asked.after("cases", int)) is not None:
        query = query.where(CaseRow.id < last[0])
    if state == "open":
        query, state = query.where(CaseRow.state != CaseState.CLOSED), None
    for column, wanted in ((CaseRow.level, level), (CaseRow.category, category), (CaseRow.state, state)):
        if wanted is not None:
            query = query.where(column == wanted)
    if q and "\0" in q:
        query = query.where(false())  # no subject holds it, and SQLite ends a pattern there
    elif q:
        found = CaseRow.subject.icontains(q, autoescape=True)
        query = query.where(found | (CaseRow.id == number_in(q)))
    now = services.clock()
    with services.database.reading() as session:
        rows = session.scalars(query).all()
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
        raise HTTPException(422, "give a level, a category or both")

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
            "api",
        )
        return as_it_is(session, case, write.services)

    return write.once(act)


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


def number_in(text: str) -> int:
    """The case id that a search text may be; -1, which no case has, where it is none."""
    found = values.case_id(text)
    return -1 if found is None else found
