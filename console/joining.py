"""`/api/v1/cases/{number}/...`: cases are linked, one goes into another, a part of one becomes a case of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from console import schemas
from console.auth import audit
from console.cases import case_id, find, get_case
from console.joins import Joins
from console.life_schemas import ActIn, By
from console.services import Services

router = APIRouter(tags=["cases"])
Number = Annotated[str, Path(description="the case's number, such as FL-000042")]
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


@router.post("/cases/{number}/merge", summary="Let a duplicate go on in another case; the answer is the surviving one")
def merge_case(request: Request, number: Number, merge: MergeIn) -> schemas.CaseDetail:
    with _acting(request, number) as (joins, session, found):
        into = joins.merge(session, found, find(session, merge.into).id, merge.by, merge.reason, merge.tell)
        _log(request, session, merge.by, "merged", f"{number} into {into.number}")
        survivor = into.number
    return get_case(request, survivor)


@router.post("/cases/{number}/unmerge", summary="Take a merge back, as long as nothing was added since")
def unmerge_case(request: Request, number: Number, act: ActIn) -> schemas.CaseDetail:
    with _acting(request, number) as (joins, session, found):
        joins.unmerge(session, found, act.by, act.reason)
        _log(request, session, act.by, "unmerged", number)
    return get_case(request, number)


@router.post("/cases/{number}/links", summary="Link a case with another one")
def link_case(request: Request, number: Number, link: LinkIn) -> schemas.CaseDetail:
    with _acting(request, number) as (joins, session, found):
        joins.link(session, found, find(session, link.to).id, link.by, link.kind, link.reason)
        _log(request, session, link.by, "linked", f"{number} with {link.to}")
    return get_case(request, number)


@router.delete("/cases/{number}/links/{other}", summary="Take a link away")
def unlink_case(request: Request, number: Number, other: str, by: Annotated[By, Query()] = "api") -> schemas.CaseDetail:
    with _acting(request, number) as (joins, session, found):
        joins.unlink(session, found, case_id(other), by)
        _log(request, session, by, "unlinked", f"{number} from {other}")
    return get_case(request, number)


@router.post("/cases/{number}/split", status_code=201, summary="Make a case of its own of some reports")
def split_case(request: Request, number: Number, split: SplitIn) -> schemas.CaseDetail:
    services: Services = request.app.state.services
    services.joins.get_ready()
    with _acting(request, number) as (joins, session, found):
        new = joins.split(session, found, split.reports, split.by, split.reason)
        _log(request, session, split.by, "split", f"{new.number} from {number}")
        opened = new.number
    return get_case(request, opened)


@contextmanager
def _acting(request: Request, number: str) -> Iterator[tuple[Joins, Session, int]]:
    """What an act is done with, in a transaction of its own; whoever sends messages is woken after it."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        yield services.joins, session, find(session, number).id
    services.wake()


def _log(request: Request, session: Session, by: str, what: str, about: str) -> None:
    services: Services = request.app.state.services
    client = request.client.host if request.client else ""
    audit.entry(session, by, what, about, f"api {client}", services.clock())
