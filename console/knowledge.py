"""`/api/v1/knowledge` and `/cases/{number}/like`: what is known of like problems."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.cases import find
from console.services import Services
from models.knowledge import Match, like
from models.tables import CaseRow, ReportRow

router = APIRouter(tags=["knowledge"])
Limit = Annotated[int, Query(ge=1, le=50)]


class Known(BaseModel):
    """A past case or a document that may help. What a past case says was said by another customer: it is for the
    desk, not to be passed on."""

    title: str
    solution: str
    number: str | None = Field(description="the past case; null for a document")
    score: float = Field(description="0 to 1: how much of what is asked the entry speaks of")
    is_document: bool
    language: str


@router.get("/cases/{number}/like", summary="Past cases and documents that are like a case, the best first")
def like_case(request: Request, number: str, limit: Limit = 5) -> list[Known]:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return [_known(match) for match in like_the_case(session, find(session, number), limit)]


def like_the_case(session: Session, case: CaseRow, limit: int) -> list[Match]:
    """What is like the case, the best first."""
    first = select(ReportRow.text).where(ReportRow.case_id == case.id).order_by(ReportRow.received_at).limit(1)
    found = like(session, case.subject, session.scalar(first) or "", case.category, case.language, limit + 1)
    return [match for match in found if match.number != case.number][:limit]


@router.get("/knowledge", summary="Past cases and documents that answer a question, the best first")
def search_knowledge(
    request: Request,
    q: Annotated[str, Query(description="what is asked, in anybody's words", min_length=1, max_length=2000)],
    limit: Limit = 5,
) -> list[Known]:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        return [_known(match) for match in like(session, "", q, None, None, limit)]


def _known(match: Match) -> Known:
    return Known.model_validate(asdict(match))
