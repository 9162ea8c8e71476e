"""`/api/v1/cases/{number}/...`: what staff do to a case, and why its promises are due when they are."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from console import life_schemas, schemas
from console.api.once import Write
from console.cases import Number, acted, find
from console.services import Services
from models.tables import CaseRow
from models.values import CaseState

router = APIRouter(tags=["cases"])
ClockName = Annotated[str, Path(description="the clock's name, such as on_site", max_length=64, examples=["on_site"])]


@router.post(
    "/cases/{number}/state",
    summary="Bring a case into another state: accept, wait, solve, close ...",
    response_model=schemas.CaseDetail,
)
def move_case(write: Write, number: Number, move: life_schemas.MoveIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        return write.services.acts.move(
            session, case_id, CaseState(move.to), move.by, move.reason, move.cause, move.solution
        )

    return acted(write, number, act)


@router.post(
    "/cases/{number}/take-over",
    summary="Go on with a case that a colleague has; its state and promises stay as they are",
    response_model=schemas.CaseDetail,
)
def take_over_case(write: Write, number: Number, taker: life_schemas.ActIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        return write.services.acts.take_over(session, case_id, taker.reason, by=taker.by)

    return acted(write, number, act)


@router.post(
    "/cases/{number}/replies",
    summary="Write to the customer in his language, by a template",
    response_model=schemas.CaseDetail,
)
def reply_to_case(write: Write, number: Number, reply: life_schemas.ReplyIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        write.services.acts.reply(session, case_id, reply.kind, reply.text, reply.by)
        return session.get_one(CaseRow, case_id)

    return acted(write, number, act)


@router.post(
    "/cases/{number}/notes",
    summary="Keep a note on a case for the staff; the customer is told nothing, and no promise changes",
    response_model=schemas.CaseDetail,
)
def note_on_case(write: Write, number: Number, note: life_schemas.NoteIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        return write.services.acts.note(session, case_id, note.text, note.by)

    return acted(write, number, act)


@router.post(
    "/cases/{number}/consent",
    summary="The customer's consent to remote access: asked, given or refused",
    response_model=schemas.CaseDetail,
)
def consent_to_case(write: Write, number: Number, consent: life_schemas.ConsentIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        return write.services.acts.consent(session, case_id, consent.answer, consent.by, consent.reason)

    return acted(write, number, act)


@router.post(
    "/cases/{number}/clocks/{clock}/met",
    summary="A promise was kept: the engineer is there, the part came",
    response_model=schemas.CaseDetail,
)
def meet_clock(write: Write, number: Number, clock: ClockName, met: life_schemas.MetIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        return write.services.acts.meet(session, case_id, clock, met.by, met.reason)

    return acted(write, number, act)


@router.get("/cases/{number}/clocks", summary="Why is it due then? Each clock with its log, and the ladder")
def explain_clocks(request: Request, number: Number) -> life_schemas.Clocks:
    services: Services = request.app.state.services
    now = services.clock()
    with services.database.reading() as session:
        case = find(session, number)
        return life_schemas.Clocks(
            profile=case.profile,
            profile_version=case.profile_version,
            level=case.level,
            clocks=[schemas.clock(row, now) for row in case.clocks],
            log=[life_schemas.ClockEntry.model_validate(row, from_attributes=True) for row in case.clock_events],
            steps=[life_schemas.Step.model_validate(row, from_attributes=True) for row in case.steps],
        )
