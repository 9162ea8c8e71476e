"""`/cases/{number}/...`: merge, link and split on the page of a case. What will happen is said before it is done."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import or_, select

from console.auth import audit
from console.auth.visible import find, visible_to
from console.joining import Kind
from console.pages.done import back_to
from console.pages.gate import Agent
from console.pages.render import page
from console.services import Services
from models.case_words import asked
from models.tables import CaseRow, CustomerRow
from models.values import LinkKind

router = APIRouter()
_FOUND = 8
Number = Annotated[str, Form(max_length=32)]
Reason = Annotated[str, Form(max_length=2000)]


@router.get("/cases/{number}/others")
def find_others(request: Request, number: str, user: Agent, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Other cases by number, subject or customer: that of the number first, then those of the same customer."""
    services: Services = request.app.state.services
    wanted = q.strip()
    with services.database.reading() as session:
        case = find(session, number, user)
        columns = (CaseRow.subject, CaseRow.customer, CustomerRow.name)
        named = asked(wanted).case_id
        found = or_(CaseRow.id == named, *(each.icontains(wanted, autoescape=True) for each in columns))
        query = (
            select(CaseRow)
            .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
            .where(found, visible_to(user), CaseRow.id != case.id, CaseRow.merged_into.is_(None))
            .order_by((CaseRow.id == named).desc(), CaseRow.id.desc())
            .limit(_FOUND)
        )
        rows = session.scalars(query).all() if wanted else []
        rows = sorted(rows, key=lambda row: (row.id != named, _is_of_another_customer(row, case), -row.id))
        return page(request, _shown(request, "join_found.html"), rows=rows, case=case, is_asked=bool(wanted))


def _is_of_another_customer(row: CaseRow, case: CaseRow) -> bool:
    return case.customer_id is None or row.customer_id != case.customer_id


@router.get("/cases/{number}/merge")
def show_merge(
    request: Request,
    number: str,
    user: Agent,
    other: Annotated[str, Query(max_length=32)] = "",
    way: Annotated[Literal["out", "in"], Query()] = "out",
) -> Response:
    """What a merge with the other case would do: this one goes there, or the other way round."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        case, chosen = find(session, number, user), find(session, other, user)
        goes, stays = (case, chosen) if way == "out" else (chosen, case)
        plan = services.joins.foresee(session, goes.id, stays.id)
    name = _shown(request, "join_plan.html")
    return page(request, name, case=case, other=chosen, plan=plan, way=way, kinds=list(LinkKind))


def _shown(request: Request, part: str) -> str:
    """A part of the case's page, or, where its browser runs no scripts, a page that has the part."""
    return part if request.headers.get("hx-request") else "join.html"


@router.post("/cases/{number}/merge")
def merge(
    request: Request, number: str, user: Agent, into: Number, reason: Reason = "", tell: Annotated[str, Form()] = ""
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number, user)
        survivor = services.joins.merge(
            session, case.id, find(session, into, user).id, user.address, reason.strip(), bool(tell)
        )
        audit.note(session, user, "merged", f"{case.number} into {survivor.number}", services.clock())
        shown = survivor.number
    return back_to(services, shown)


@router.post("/cases/{number}/unmerge")
def unmerge(request: Request, number: str, user: Agent, reason: Reason = "") -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number, user)
        services.joins.unmerge(session, case.id, user.address, reason.strip())
        audit.note(session, user, "unmerged", case.number, services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/links")
def link(
    request: Request, number: str, user: Agent, to: Number, kind: Annotated[Kind, Form()], reason: Reason = ""
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case, other = find(session, number, user), find(session, to, user)
        services.joins.link(session, case.id, other.id, user.address, kind, reason.strip())
        audit.note(session, user, f"linked {kind}", f"{case.number} with {other.number}", services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/unlink")
def unlink(request: Request, number: str, user: Agent, other: Number) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case, linked = find(session, number, user), find(session, other, user)
        services.joins.unlink(session, case.id, linked.id, user.address)
        audit.note(session, user, "unlinked", f"{case.number} from {linked.number}", services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/split")
def split(
    request: Request,
    number: str,
    user: Agent,
    reports: Annotated[list[Annotated[str, Form(max_length=32)]] | None, Form(max_length=500)] = None,
    reason: Reason = "",
) -> Response:
    services: Services = request.app.state.services
    services.joins.get_ready()
    with services.database.transaction() as session:
        case = find(session, number, user)
        new = services.joins.split(session, case.id, reports or [], user.address, reason.strip())
        audit.note(session, user, "split", f"{new.number} from {case.number}", services.clock())
        shown = new.number
    return back_to(services, shown)
