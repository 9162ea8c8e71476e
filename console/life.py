"""`/api/v1/cases/{number}/...`: what staff do to a case, and why its promises are due when they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session

from console import life_schemas, schemas
from console.cases import find, get_case
from console.services import Acts, Services
from models.values import CaseState

router = APIRouter(tags=["cases"])
Number = Annotated[str, Path(description="the case's number, such as FL-000042")]


@router.post("/cases/{number}/state", summary="Bring a case into another state: accept, wait, solve, close ...")
def move_case(request: Request, number: Number, move: life_schemas.MoveIn) -> schemas.CaseDetail:
    with _acting(request, number) as (acts, session, case_id):
        acts.move(session, case_id, CaseState(move.to), move.by, move.reason, move.cause, move.solution)
    return get_case(request, number)


@router.post("/cases/{number}/replies", summary="Write to the customer in his language, by a template")
def reply_to_case(request: Request, number: Number, reply: life_schemas.ReplyIn) -> schemas.CaseDetail:
    with _acting(request, number) as (acts, session, case_id):
        acts.reply(session, case_id, reply.kind, reply.text, reply.by)
    return get_case(request, number)


@router.post("/cases/{number}/consent", summary="The customer's consent to remote access: asked, given or refused")
def consent_to_case(request: Request, number: Number, consent: life_schemas.ConsentIn) -> schemas.CaseDetail:
    with _acting(request, number) as (acts, session, case_id):
        acts.consent(session, case_id, consent.answer, consent.by, consent.reason)
    return get_case(request, number)


@router.post("/cases/{number}/clocks/{clock}/met", summary="A promise was kept: the engineer is there, the part came")
def meet_clock(request: Request, number: Number, clock: str, met: life_schemas.MetIn) -> schemas.CaseDetail:
    with _acting(request, number) as (acts, session, case_id):
        acts.meet(session, case_id, clock, met.by, met.reason)
    return get_case(request, number)


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


@contextmanager
def _acting(request: Request, number: str) -> Iterator[tuple[Acts, Session, int]]:
    """What an act is done with, in a transaction of its own; whoever sends messages is woken after it."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        yield services.acts, session, find(session, number).id
    services.wake()
