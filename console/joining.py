"""`/api/v1/cases/{number}/...`: cases are linked, one goes into another, a part of one becomes a case of its own."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from console import schemas
from console.api.once import Write
from console.auth import audit
from console.cases import Number, acted, find
from console.life_schemas import ActIn
from console.schemas import By
from console.services import Services
from models.tables import CaseRow

router = APIRouter(tags=["cases"])
CaseNumber = Annotated[str, Field(min_length=1, max_length=32, description="a case's number")]
Kind = Literal["related", "follow-up", "same-fault"]


class MergeIn(ActIn):
    """The case that it goes on in. With `tell` who reported it hears under which number, if he knows the old one."""

    into: CaseNumber
    tell: bool = True


class LinkIn(ActIn):
    """The other case, and how the two belong together."""

    to: CaseNumber
    kind: Kind = "related"


class SplitIn(ActIn):
    """The reports that become a case of their own."""

    reports: list[Annotated[str, Field(min_length=1, max_length=32)]] = Field(min_length=1, max_length=500)


class MergeForeseen(BaseModel):
    """What a merge would do. `refused` says why it is not possible, and is empty where it is."""

    model_config = ConfigDict(from_attributes=True)

    into: str
    reports: int
    clocks: int
    level: int
    accepted_by: str
    told: str | None
    refused: str


@router.get("/cases/{number}/merge", summary="What a merge would do; nothing is changed")
def foresee_merge(
    request: Request, number: Number, into: Annotated[str, Query(max_length=32, description="a case's number")]
) -> MergeForeseen:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        found = services.joins.foresee(session, find(session, number).id, find(session, into).id)
        values = {name: getattr(found, name) for name in MergeForeseen.model_fields}
        return MergeForeseen.model_validate(values | {"into": found.into.number})


@router.post(
    "/cases/{number}/merge",
    summary="Let a duplicate go on in another case; the answer is the surviving one",
    response_model=schemas.CaseDetail,
)
def merge_case(request: Request, write: Write, number: Number, merge: MergeIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        into = find(session, merge.into).id
        survivor = write.services.joins.merge(session, case_id, into, merge.by, merge.reason, merge.tell)
        _log(request, session, merge.by, "merged", f"{number} into {survivor.number}")
        return survivor

    return acted(write, number, act)


@router.post(
    "/cases/{number}/unmerge",
    summary="Take a merge back, as long as nothing was added since",
    response_model=schemas.CaseDetail,
)
def unmerge_case(request: Request, write: Write, number: Number, asked: ActIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        write.services.joins.unmerge(session, case_id, asked.by, asked.reason)
        _log(request, session, asked.by, "unmerged", number)
        return find(session, number)

    return acted(write, number, act)


@router.post("/cases/{number}/links", summary="Link a case with another one", response_model=schemas.CaseDetail)
def link_case(request: Request, write: Write, number: Number, link: LinkIn) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        write.services.joins.link(session, case_id, find(session, link.to).id, link.by, link.kind, link.reason)
        _log(request, session, link.by, "linked", f"{number} with {link.to}")
        return find(session, number)

    return acted(write, number, act)


@router.delete("/cases/{number}/links/{other}", summary="Take a link away", response_model=schemas.CaseDetail)
def unlink_case(
    request: Request,
    write: Write,
    number: Number,
    other: Annotated[str, Path(max_length=32, description="the other case's number", examples=["FL-000043"])],
    by: Annotated[By, Query()] = "api",
) -> Response:
    def act(session: Session, case_id: int) -> CaseRow:
        write.services.joins.unlink(session, case_id, find(session, other).id, by)
        _log(request, session, by, "unlinked", f"{number} from {other}")
        return find(session, number)

    return acted(write, number, act)


@router.post(
    "/cases/{number}/split",
    status_code=201,
    summary="Make a case of its own of some reports; the answer is the new one",
    response_model=schemas.CaseDetail,
)
def split_case(request: Request, write: Write, number: Number, split: SplitIn) -> Response:
    write.services.joins.get_ready()

    def act(session: Session, case_id: int) -> CaseRow:
        new = write.services.joins.split(session, case_id, split.reports, split.by, split.reason)
        _log(request, session, split.by, "split", f"{new.number} from {number}")
        return new

    return acted(write, number, act, 201)


def _log(request: Request, session: Session, by: str, what: str, about: str) -> None:
    services: Services = request.app.state.services
    client = request.client.host if request.client else ""
    audit.entry(session, by, what, about, f"api {client}", services.clock())
