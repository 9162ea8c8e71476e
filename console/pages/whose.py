"""`/cases/{number}/customer`: the page of a case puts it under the customer whose it is."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import or_, select

from console.auth import audit
from console.auth.visible import find
from console.customers import numbered
from console.pages.done import back_to
from console.pages.gate import Agent
from console.pages.render import page
from console.services import Services
from models.errors import NotPossible
from models.tables import ContactRow, CustomerRow

router = APIRouter()
_FOUND = 8


@router.get("/cases/{number}/customers")
def find_customers(
    request: Request, number: str, user: Agent, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Customers by number, name, or the address or name of one of their people."""
    services: Services = request.app.state.services
    wanted = q.strip()
    people = select(ContactRow.customer_id).where(
        or_(*(each.icontains(wanted, autoescape=True) for each in (ContactRow.address, ContactRow.name)))
    )
    named = (each.icontains(wanted, autoescape=True) for each in (CustomerRow.number, CustomerRow.name))
    query = select(CustomerRow).where(or_(*named, CustomerRow.id.in_(people)))
    with services.database.reading() as session:
        case = find(session, number, user)
        rows = session.scalars(query.order_by(CustomerRow.number_key).limit(_FOUND)).all() if wanted else ()
    part = "whose_found.html" if request.headers.get("hx-request") else "whose.html"
    return page(request, part, case=case, rows=rows, is_asked=bool(wanted))


@router.post("/cases/{number}/customer")
def put_under(
    request: Request,
    number: str,
    user: Agent,
    customer: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Put the case under that customer, `-` for none; it is planned anew by the contract that fits best."""
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number, user)
        chosen = None if customer == "-" else numbered(session, customer)
        if chosen is None and customer != "-":
            raise NotPossible(f"there is no customer {customer}")
        services.assign(session, case, chosen, None, reason.strip(), user.address)
        audit.note(session, user, "assigned", f"{case.number} to {customer}", services.clock())
    return back_to(services, number)
