"""`/cases/{number}`: everything of one case, and what staff do to it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from console.auth import audit
from console.auth.roles import User
from console.cases import case_id, find
from console.pages.case_forms import KINDS, Text, Unsent
from console.pages.done import back_to
from console.pages.gate import Agent, RowId, Viewer
from console.pages.links import links_of
from console.pages.live import present
from console.pages.render import page, words_of
from console.pages.review_data import running
from console.pages.timeline import folded, timeline
from console.services import Services
from models.classifications import opening_report
from models.errors import NotPossible
from models.tables import CaseRow, ContactRow, ContractRow, CustomerRow, DeviceRow, EventRow, SiteRow
from models.values import AT_WORK, CaseState, Language, new_id

router = APIRouter()
# Those that staff bring a case into by one click; the others ask for a cause and a solution.
SIMPLE = ("accepted", "in-progress", "waiting", "recovered", "acknowledged")
_ALL = (
    selectinload(CaseRow.clocks),
    selectinload(CaseRow.clock_events),
    selectinload(CaseRow.events),
    selectinload(CaseRow.classifications),
    selectinload(CaseRow.outgoing),
    selectinload(CaseRow.steps),
    selectinload(CaseRow.linked_to),
    selectinload(CaseRow.linked_from),
    selectinload(CaseRow.merged),
    selectinload(CaseRow.reports),
)


@router.get("/cases/{number}")
def show_case(request: Request, number: str, user: Viewer) -> Response:
    return shown(request, number, user)


def shown(request: Request, number: str, user: User, unsent: Unsent | None = None) -> Response:
    """The page of a case, with a letter that was not sent, if there is one."""
    services: Services = request.app.state.services
    with services.database.reading() as session:
        find(session, number)
        case = session.scalars(select(CaseRow).where(CaseRow.id == case_id(number)).options(*_ALL)).one()
        entries = timeline(session, case, services.pages.mail_view)
        served = _served(session, case)
        opener = opening_report(session, case)
        links = links_of(session, case, user)
    open_clocks = running(case.clocks)
    following = services.pages.next_states(CaseState(case.state)) if case.merged_into is None else ()
    return page(
        request,
        "case.html",
        422 if unsent else 200,
        here=f"/cases/{case.number}",
        case=case,
        level_name=services.pages.level_name(case, Language(words_of(request).language)),
        entries=folded(entries),
        clocks=[
            (open_clocks, "open"),
            ([row for row in case.clocks if row not in open_clocks and (row.is_promise or row.met_at)], "past"),
        ],
        served=served,
        others=present(request, case.id, user),
        simple=[to for to in SIMPLE if to in following],
        can_take_over=_can_take_over(case, user),
        can_end=[to for to in ("solved", "closed") if to in following],
        kinds=KINDS,
        letter=unsent or Unsent(),
        form=new_id(),
        logs=_logs(case),
        last_event=max((event.id for event in case.events), default=0),
        steps=sorted(case.steps, key=lambda row: (row.lap, row.planned_at)),
        links=links,
        merged=case.merged,
        opener=opener,
        can_split=user.may("agent") and case.merged_into is None and len(case.reports) > 1,
    )


@router.get("/cases/{number}/news")
def show_news(request: Request, number: str, user: Viewer, since: RowId = 0) -> Response:
    """Who else looks at the case, and a line that says that it has changed since the page was made, where it has."""
    services: Services = request.app.state.services
    wanted = case_id(number)
    with services.database.reading() as session:
        newest = last_event(session, wanted)
    others = present(request, wanted, user)
    return page(request, "news.html", others=others, is_new=newest > since, link=f"/cases/{number}")


@router.post("/cases/{number}/state")
def move(
    request: Request,
    number: str,
    user: Agent,
    to: Annotated[
        Literal["acknowledged", "accepted", "in-progress", "waiting", "recovered", "solved", "closed"], Form()
    ],
    reason: Text = "",
    cause: Text = "",
    solution: Text = "",
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        services.acts.move(
            session, case.id, CaseState(to), user.address, reason, cause.strip() or None, solution.strip() or None
        )
        audit.note(session, user, to, case.number, services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/take-over")
def take_over(request: Request, number: str, user: Agent) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        services.acts.take_over(session, case.id, by=user.address)
        audit.note(session, user, "taken over", case.number, services.clock())
    return back_to(services, number)


def last_event(session: Session, of_case: int) -> int:
    """The number of what was noted last on a case; 0 where nothing was."""
    return session.scalar(select(func.max(EventRow.id)).where(EventRow.case_id == of_case)) or 0


@router.post("/cases/{number}/consent")
def consent(
    request: Request, number: str, user: Agent, answer: Annotated[Literal["asked", "given", "refused"], Form()]
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        services.acts.consent(session, case.id, answer, user.address)
        audit.note(session, user, f"consent {answer}", case.number, services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/met")
def meet(
    request: Request, number: str, user: Agent, clock: Annotated[str, Form(max_length=64)], reason: Text = ""
) -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        if not reason.strip():
            raise NotPossible(f"say how {clock} was kept")
        services.acts.meet(session, case.id, clock, user.address, reason)
        audit.note(session, user, f"kept {clock}", case.number, services.clock())
    return back_to(services, number)


@router.post("/cases/{number}/note")
def keep_note(request: Request, number: str, user: Agent, note: Text = "") -> Response:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        services.acts.note(session, case.id, note, user.address)
        audit.note(session, user, "noted", case.number, services.clock())
    return back_to(services, number)


def _can_take_over(case: CaseRow, user: User) -> bool:
    """True where a colleague works on the case."""
    is_his = (case.accepted_by or "").casefold() == user.address.casefold()
    return user.may("agent") and case.accepted_by is not None and case.state in AT_WORK and not is_his


def _served(session: Session, case: CaseRow) -> list[tuple[str, str]]:
    """Whom the case is for, as far as the directory knows: (what, its name)."""
    found: list[tuple[str, str]] = []
    if (customer := session.get(CustomerRow, case.customer_id or 0)) is not None:
        found.append(("customer", f"{customer.name} ({customer.number})"))
    if (contact := session.get(ContactRow, case.contact_id or 0)) is not None:
        found.append(("contact", f"{contact.name} {contact.phone or ''}".strip()))
    if (contract := session.get(ContractRow, case.contract_id or 0)) is not None:
        found.append(("contract", f"{contract.number} · {contract.profile} {contract.tier or ''}".strip()))
    if (site := session.get(SiteRow, case.site_id or 0)) is not None:
        found.append(("site", f"{site.number} {site.name} {site.city}".strip()))
    if (device := session.get(DeviceRow, case.device_id or 0)) is not None:
        found.append(("device", f"{device.model} {device.serial_number}".strip()))
    return found


def _logs(case: CaseRow) -> dict[str, list[object]]:
    """The log of each clock, by its name."""
    logs: dict[str, list[object]] = {}
    for entry in case.clock_events:
        logs.setdefault(entry.name, []).append(entry)
    return logs
